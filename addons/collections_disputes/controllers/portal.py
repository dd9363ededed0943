from odoo import http
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.account.controllers.portal import PortalAccount
from odoo.addons.portal.controllers.portal import pager as portal_pager


class PortalDispute(PortalAccount):
    """Disputes in the portal: follow what becomes of what one has contested."""

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
