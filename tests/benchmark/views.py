"""What the web client reads of a record to show it."""

from lxml import etree


def get_specification(records, view_type):
    """Return what the web client reads of a record to show it.

    Of the records in a list, the first page.

    :param str view_type: of the view that shows it
    :rtype: dict
    """
    view = records.get_views([(False, view_type)])["views"][view_type]
    return _read_arch(etree.fromstring(view["arch"]))


def _read_arch(arch):
    specification = {}
    for node in arch.xpath(".//field[not(ancestor::field)]"):
        lists = node.xpath("./list")
        specification[node.get("name")] = (
            {"fields": _read_arch(_detach(lists[0])), "limit": 40} if lists else {}
        )
    return specification


def _detach(node):
    """Return a part of a view on its own."""
    return etree.fromstring(etree.tostring(node))
