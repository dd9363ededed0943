"""Text of a payment QR code, EPC069-12 version 002: a SEPA credit transfer."""

import re
from base64 import b64encode
from decimal import Decimal

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from . import creditor_reference

MAX_AMOUNT = Decimal("999999999.99")
MAX_BYTES = 331  # QR version 13 with error correction M, the largest allowed
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def build_payload(name, iban, bic, amount, reference="", text=""):
    """Return what the QR code of a transfer in euros contains.

    :param str name: beneficiary, up to 70 characters.
    :param str iban: account of the beneficiary; spaces are left out.
    :param str bic: bank of the beneficiary; may be empty inside the EEA.
    :param Decimal amount: euros, more than zero.
    :param str reference: creditor reference of ISO 11649, or empty.
    :param str text: unstructured remittance information, up to 140 characters;
        only without a reference.
    :rtype: str
    :raise ValueError: names the field that does not fit.
    """
    iban = re.sub(r"\s", "", iban or "").upper()
    bic = re.sub(r"\s", "", bic or "").upper()
    amount = Decimal(str(amount)).quantize(Decimal("0.01"))
    _check_beneficiary(name, iban, bic)
    _check_transfer(amount, reference, text)
    fields = ["BCD", "002", "1", "SCT", bic, name.strip(), iban, f"EUR{amount}"]
    payload = "\n".join([*fields, "", reference, text]).rstrip("\n")
    if len(payload.encode()) > MAX_BYTES:
        raise ValueError("The payment does not fit in a QR code")
    return payload


def build_svg(payload):
    """Return the QR code of a payload as an SVG image without a margin.

    :param str payload: see :func:`build_payload`.
    :rtype: str
    """
    # Each of the eight masks can be read; to look for the finest takes six times as
    # long.
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=2)
    code.add_data(payload.encode(), optimize=0)
    code.make()
    rows = code.get_matrix()
    size = len(rows)
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path d="{path}"/></svg>'
    )


def build_image(payload):
    """Return the QR code of a payload as the address of an image in HTML.

    :param str payload: see :func:`build_svg`.
    :rtype: str
    """
    image = b64encode(build_svg(payload).encode()).decode()
    return f"data:image/svg+xml;base64,{image}"


def _check_beneficiary(name, iban, bic):
    if not name or not name.strip() or len(name.strip()) > 70:
        raise ValueError("The beneficiary's name has 1 to 70 characters")
    if not _is_iban(iban):
        raise ValueError(f"Not an IBAN: {iban}")
    if bic and not _BIC.fullmatch(bic):
        raise ValueError(f"Not a BIC: {bic}")


def _check_transfer(amount, reference, text):
    if not Decimal("0.01") <= amount <= MAX_AMOUNT:
        raise ValueError(f"Not an amount to transfer: {amount}")
    if reference and text:
        raise ValueError("Either a reference or a text, not both")
    if reference and not creditor_reference.is_valid(reference):
        raise ValueError(f"Not a creditor reference: {reference}")
    if len(text) > 140 or "\n" in text:
        raise ValueError("The text is one line of 140 characters")


def _is_iban(iban):
    if not _IBAN.fullmatch(iban):
        return False
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1
