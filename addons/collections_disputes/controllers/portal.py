import re

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request
from odoo.tools import consteq, formatLang, get_lang, human_size

from odoo.addons.account.controllers.portal import PortalAccount
from odoo.addons.portal.controllers.portal import pager as portal_pager

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


class PortalDispute(PortalAccount):
    """Disputes in the portal: contest an invoice, and follow what becomes of it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "dispute_count" in counters:
            cases = request.env["dispute.case"].sudo()
            values["dispute_count"] = cases.search_count(self._get_dispute_domain())
        return values

    def _get_dispute_domain(self):
        """Return which cases this user sees: of his company, with companies of his."""
        user = request.env.user
        return [
            *request.env["dispute.case"]._get_portal_domain(user.partner_id),
            ("company_id", "in", user.company_ids.ids),
        ]

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Override: offer to contest the invoice, and show where that stands."""
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        cases = request.env["dispute.case"].sudo()
        values["can_contest"] = bool(cases._get_portal_items(invoice))
        domain = [("line_ids.move_id", "=", invoice.id)]
        values["dispute_cases"] = cases.search(domain).filtered(
            lambda case: case._is_visible_to(invoice.partner_id)
        )
        return values

    # === FOLLOWING === #

    @http.route(
        ["/my/disputes", "/my/disputes/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_my_disputes(self, page=1, **kwargs):
        """List the cases of the user's company, those that are open first."""
        cases = request.env["dispute.case"].sudo()
        domain = self._get_dispute_domain()
        pager = portal_pager(
            url="/my/disputes",
            total=cases.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = cases.search(
            domain,
            order="date_open desc, id desc",
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "dispute",
            "disputes": found,
            "pager": pager,
            "default_url": "/my/disputes",
        }
        return request.render("collections_disputes.portal_my_disputes", values)

    @http.route(
        "/my/disputes/<int:case_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
    )
    def portal_my_dispute(self, case_id, access_token=None, **kwargs):
        """Show one case, to its customer or to whoever has the link that he got."""
        case = self._get_visible_case(case_id, access_token)
        if not case:
            return request.redirect("/my")
        values = self._get_page_view_values(
            case,
            access_token or case.access_token,
            {"page_name": "dispute", "dispute": case},
            "my_disputes_history",
            bool(request.env.user._is_public()),
            **kwargs,
        )
        return request.render("collections_disputes.portal_my_dispute", values)

    def _get_visible_case(self, case_id, access_token):
        """Return a case if whoever asks may see it, else nothing.

        :rtype: dispute.case
        """
        cases = request.env["dispute.case"].sudo()
        case = cases.browse(case_id).exists()
        if not case:
            return cases
        if access_token and case.access_token:
            if consteq(case.access_token, access_token):
                return case
        user = request.env.user
        if user._is_internal():
            return case if case.sudo(False).has_access("read") else cases
        if user._is_public():
            return cases
        return cases.search([("id", "=", case.id), *self._get_dispute_domain()])

    # === CONTESTING === #

    @http.route(
        "/my/invoices/<int:invoice_id>/dispute",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_contest_invoice(self, invoice_id, access_token=None, **post):
        """Show the form to contest an invoice; sent back, it opens a case."""
        try:
            invoice = self._document_check_access(
                "account.move", invoice_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        items = request.env["dispute.case"]._get_portal_items(invoice)
        if not items or request.env.user._is_internal():
            return request.redirect(
                f"{invoice.access_url}?access_token={access_token or ''}"
            )
        error = None
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    case = self._open_case(invoice, items, post)
                return request.redirect(
                    f"{case.access_url}?access_token={case.access_token}"
                )
            except (UserError, ValidationError) as refusal:
                error = refusal.args[0]
        return self._render_contest(invoice, items, access_token, post, error)

    def _render_contest(self, invoice, items, access_token, post, error):
        """Show the form, with what was typed and why it was refused."""
        company = invoice.company_id
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "dispute",
            "contested": invoice,
            "choices": list(items.items()),
            "largest": max(items.values()),
            "reasons": request.env["dispute.case"]._get_portal_reasons(company),
            "access_token": access_token,
            "post": {"amount": self._format(items), **post},
            "error": error,
            "max_files": MAX_FILES,
            "max_size": human_size(MAX_FILE_BYTES),
            "accept": ",".join(f".{name}" for name in FILE_TYPES),
        }
        return request.render("collections_disputes.portal_contest_invoice", values)

    def _format(self, items):
        """Return the amount proposed: all that may be contested of the first item."""
        item, amount = next(iter(items.items()))
        digits = item.currency_id.decimal_places
        return formatLang(request.env, amount, digits=digits, grouping=False)

    def _open_case(self, invoice, items, post):
        """Open a case by what a customer has sent.

        :param account.move invoice: that he contests.
        :param dict items: what may be contested of it, see ``_get_portal_items``.
        :param dict post: what he sent: nothing of it is trusted.
        :rtype: dispute.case
        :raise UserError: says what is missing or wrong.
        """
        env = request.env
        item_id = post.get("item_id") or next(iter(items)).id
        item = self._pick(items, item_id)
        if not item:
            raise UserError(env._("Say which invoice is disputed."))
        reasons = env["dispute.case"]._get_portal_reasons(invoice.company_id)
        reason = self._pick(reasons, post.get("reason_id"))
        words = (post.get("description") or "").strip()
        if not reason or not words:
            raise UserError(
                env._("Choose a reason, and tell us what is wrong in a few words.")
            )
        amount = self._read_amount(post.get("amount"), item, items[item])
        user_partner = env.user.partner_id
        customer = invoice.commercial_partner_id
        is_own = user_partner.commercial_partner_id == customer
        return env["dispute.case"]._open_from_portal(
            invoice,
            (user_partner if is_own else invoice.partner_id).sudo(),
            item,
            amount,
            reason,
            words,
            self._read_files(),
        )

    def _pick(self, records, record_id):
        """Return the record of this id among those offered, or None."""
        return next((r for r in records if str(r.id) == str(record_id)), None)

    def _read_amount(self, text, item, largest):
        """Return the amount a customer typed.

        :param str text: as people write amounts in his language; empty: all of it.
        :param account.move.line item: what he objects to.
        :param float largest: what is left of it to object to.
        :rtype: float
        :raise UserError: when it is no amount, nothing, or more than that.
        """
        try:
            amount = item.currency_id.round(self._parse(text)) if text else largest
        except (ValueError, OverflowError):
            amount = 0
        is_positive = item.currency_id.compare_amounts(amount, 0) > 0
        if not is_positive or item.currency_id.compare_amounts(amount, largest) > 0:
            raise UserError(
                request.env._(
                    "The amount must be more than 0, and at most %(amount)s.",
                    amount=item.currency_id.format(largest),
                )
            )
        return amount

    def _parse(self, text):
        """Return the number that somebody typed in the language of the page.

        :raise ValueError: when it can be read in two ways, or in none.
        :rtype: float
        """
        lang = get_lang(request.env)
        separator, point = (lang.thousands_sep or "").strip(), lang.decimal_point
        text = "".join(text.split())
        if separator and separator in text:
            groups = rf"\d{{1,3}}({re.escape(separator)}\d{{3}})*"
            if not re.fullmatch(rf"{groups}({re.escape(point)}\d*)?", text):
                raise ValueError(text)
            text = text.replace(separator, "")
        return float(text.replace(point, "."))

    def _read_files(self):
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
                        size=human_size(MAX_FILE_BYTES),
                    )
                )
            if not self._is_accepted(upload.filename, content):
                raise UserError(
                    env._(
                        "%(name)s is not accepted: send a PDF, a picture, a text or "
                        "a spreadsheet.",
                        name=upload.filename,
                    )
                )
            files.append((upload.filename, content))
        return files

    def _is_accepted(self, name, content):
        """Tell whether a file is of a kind we take, by name and by content."""
        extension = name.rpartition(".")[2].lower()
        if extension not in FILE_TYPES:
            return False
        beginning = FILE_TYPES[extension]
        if beginning is None:
            return b"\0" not in content and b"<" not in content[:1]
        return content.startswith(beginning)
