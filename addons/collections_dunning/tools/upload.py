"""Files that strangers send us: what they are, and what they may be called. No ORM."""

import re
import unicodedata

from odoo.tools.mimetypes import guess_mimetype

# By what they contain; the end of the name follows from it.
EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
MAX_NAME = 80

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')


def get_extension(content):
    """Return how the name of a file must end, by what is in it.

    :param bytes content: all of it.
    :return: without the dot; empty when such files are not taken.
    :rtype: str
    """
    return EXTENSIONS.get(guess_mimetype(content), "")


def clean_name(name, extension):
    """Return a name under which a file can be kept, shown and downloaded.

    Neither folders, nor signs that nobody sees: some of them turn "fdp.exe" into
    "exe.pdf" on a screen.

    :param str name: as it was sent.
    :param str extension: how it must end, without the dot.
    :rtype: str
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Control and formatting characters: categories Cc, Cf, Co, Cs, Cn.
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    name = _NOT_IN_NAMES.sub("_", name).strip(" .")
    stem, dot, end = name.rpartition(".")
    known = {*EXTENSIONS.values(), "jpeg"}
    if dot and end.lower() in known:
        name = stem.strip(" .")
    return f"{name[:MAX_NAME] or 'document'}.{extension}"
