"""Files that customers send along when they contest an invoice."""

from odoo.exceptions import UserError
from odoo.http import request

MAX_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024
# What a file begins with, by the end of its name; None: plain text.
FILE_TYPES = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "odt": b"PK\x03\x04",
    "ods": b"PK\x03\x04",
    "txt": None,
    "csv": None,
}


def get_max_size():
    """Return how large a file may be, as a customer reads it.

    :rtype: str
    """
    return request.env._("%(count)s MB", count=MAX_FILE_BYTES // 2**20)


def read_files():
    """Return the files a customer has sent.

    :return: name and content of each.
    :rtype: list(tuple(str, bytes))
    :raise UserError: when they are too many, too large, or of another kind.
    """
    env = request.env
    sent = [f for f in request.httprequest.files.getlist("files") if f.filename]
    if len(sent) > MAX_FILES:
        raise UserError(env._("At most %(count)s files, please.", count=MAX_FILES))
    files = []
    for upload in sent:
        content = upload.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise UserError(
                env._(
                    "%(name)s is larger than %(size)s.",
                    name=upload.filename,
                    size=get_max_size(),
                )
            )
        if not _is_accepted(upload.filename, content):
            raise UserError(
                env._(
                    "%(name)s is not accepted: send a PDF, a picture, a text or "
                    "a spreadsheet.",
                    name=upload.filename,
                )
            )
        files.append((upload.filename, content))
    return files


def _is_accepted(name, content):
    """Tell whether a file is of a kind we take, by name and by content."""
    extension = name.rpartition(".")[2].lower()
    if extension not in FILE_TYPES:
        return False
    beginning = FILE_TYPES[extension]
    if beginning is None:
        return b"\0" not in content and b"<" not in content[:1]
    return content.startswith(beginning)
