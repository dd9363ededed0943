from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import get_lang

from ..const import PORTAL_MAX_FILE_BYTES, PORTAL_MAX_FILES, PORTAL_MAX_WORDS
from ..tools.typed_amount import parse_amount
from ..tools.upload import clean_name, get_extension
from .portal import CollectionsPortal

MEGABYTE = 1024 * 1024


class CollectionsPortalFormReading(CollectionsPortal):
    """What a customer filled in, field by field: nothing of it is trusted.

    All controllers of the portal become one class: these names are nobody else's.
    """

    def _prepare_portal_choices(self, items, bars, post, is_chosen=False):
        """Return the items of a form, and which of them are chosen.

        :param account.move.line items: open items of the customer.
        :param dict bars: why an item can't be chosen, by item.
        :param dict post: what was sent, if the form is shown again.
        :param bool is_chosen: whether everything overdue is chosen at first.
        :rtype: list(dict)
        """
        today = fields.Date.context_today(items)
        posted = set(request.httprequest.form.getlist("item_ids"))
        choices = []
        for item in items:
            is_overdue = bool(item.date_maturity) and item.date_maturity < today
            if request.httprequest.method == "POST":
                is_checked = str(item.id) in posted
            elif post.get("item"):
                is_checked = str(item.id) == post["item"]
            else:
                is_checked = is_chosen and is_overdue
            choices.append(
                {
                    "item": item,
                    "amount": item.amount_residual_currency,
                    "is_overdue": is_overdue,
                    "bar": bars.get(item),
                    "is_checked": is_checked and item not in bars,
                }
            )
        return choices

    def _read_portal_items(self, items):
        """Return which of some items were chosen.

        :param account.move.line items: what is offered to this customer.
        :rtype: account.move.line
        :raise UserError: when something was sent that is not among them.
        """
        sent = set(request.httprequest.form.getlist("item_ids"))
        chosen = items.filtered(lambda item: str(item.id) in sent)
        if len(chosen) != len(sent):
            raise UserError(
                request.env._(
                    "An invoice you have chosen is no longer open. Please check your "
                    "choice."
                )
            )
        return chosen

    def _read_portal_amount(self, text, currency):
        """Return the amount that was typed.

        :param str text: in the language of the page.
        :param res.currency currency: of the amount.
        :return: None when nothing was typed.
        :rtype: float | None
        :raise UserError: when it is no amount, or nothing.
        """
        if not (text or "").strip():
            return None
        lang = get_lang(request.env)
        try:
            number = parse_amount(text, lang.decimal_point, lang.thousands_sep)
        except ValueError:
            number = 0
        amount = currency.round(number) if currency else number
        if amount <= 0:
            example = f"1234{lang.decimal_point}50"
            raise UserError(
                request.env._("Write the amount like this: %(amount)s", amount=example)
            )
        return amount

    def _read_portal_date(self, text):
        """Return the day that was chosen.

        :rtype: date
        :raise UserError: when none was, or there is no such day.
        """
        try:
            day = fields.Date.to_date((text or "")[:10])
        except ValueError:
            day = None
        if not day:
            raise UserError(request.env._("Choose a date."))
        return day

    def _read_portal_words(self, post):
        """Return what was written: plain text of a length somebody reads.

        :rtype: str
        """
        return (post.get("words") or "").strip()[:PORTAL_MAX_WORDS]

    def _read_portal_files(self):
        """Return the files that were sent.

        :return: name and content of each.
        :rtype: list(tuple(str, bytes))
        :raise UserError: when they are too many, too large, or of another kind.
        """
        env = request.env
        sent = [f for f in request.httprequest.files.getlist("files") if f.filename]
        if len(sent) > PORTAL_MAX_FILES:
            raise UserError(
                env._("At most %(count)s files, please.", count=PORTAL_MAX_FILES)
            )
        files = []
        for upload in sent:
            content = upload.read(PORTAL_MAX_FILE_BYTES + 1)
            extension = get_extension(content)
            name = clean_name(upload.filename, extension or "file")
            if len(content) > PORTAL_MAX_FILE_BYTES:
                size = PORTAL_MAX_FILE_BYTES // MEGABYTE
                raise UserError(
                    env._("%(name)s is larger than %(size)s MB.", name=name, size=size)
                )
            if not extension:
                raise UserError(
                    env._(
                        "%(name)s is not accepted: send a PDF or a picture.",
                        name=upload.filename,
                    )
                )
            files.append((name, content))
        return files
