from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request
from odoo.tools import formatLang, get_lang

from odoo.addons.collections_dunning.tools.typed_amount import parse_amount
from odoo.addons.portal.controllers.portal import CustomerPortal

from .portal_files import FILE_TYPES, MAX_FILES, get_max_size, read_files


class PortalContest(CustomerPortal):
    """The form by which a customer contests an invoice."""

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
            "max_size": get_max_size(),
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
            read_files(),
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
        lang = get_lang(request.env)
        try:
            typed = text and parse_amount(text, lang.decimal_point, lang.thousands_sep)
            amount = item.currency_id.round(typed) if text else largest
        except ValueError:
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
