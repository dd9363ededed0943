from collections import defaultdict

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

# The link alone opens the page: no other site, cache or search engine gets hold of it.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def page_route(path, methods=("GET",), **routing):
    """Return the decorator of a route on the page of a customer, by both ways to it.

    :param str path: what comes after the page's own.
    :param methods: of HTTP.
    :param routing: more for ``http.route``.
    """
    return http.route(
        [
            f"/my/collections/<int:debtor_id>/{path}",
            f"/collections/<string:token>/{path}",
        ],
        type="http",
        auth="public",
        methods=list(methods),
        website=True,
        multilang=False,
        sitemap=False,
        **routing,
    )


class CollectionsPortal(CustomerPortal):
    """A customer's own page: what he owes, and what he can do about it.

    Two ways lead to it: a portal user's account (``/my/collections``), and the signed
    link of a notice (``/collections/<token>``), which opens the page of one debtor
    without a password. Whatever a route reads, it reads of that debtor alone. Nothing
    is ever changed by a GET: mail scanners open links.
    """

    def _prepare_home_portal_values(self, counters):
        """Override: what is overdue, in words; 0 hides the card."""
        values = super()._prepare_home_portal_values(counters)
        if "collections_overdue" in counters:
            values["collections_overdue"] = self._describe_overdue()
        return values

    def _describe_overdue(self):
        """Return what is overdue on the user's accounts, the currencies apart.

        :return: 0 when nothing is open.
        :rtype: str or int
        """
        debtors = self._get_own_debtors()
        overdue = defaultdict(float)
        for blocks in debtors._get_statements().values() if debtors else ():
            for block in blocks:
                overdue[block["currency"]] += block["amounts"]["overdue"]
        amounts = [currency.format(sum_) for currency, sum_ in overdue.items() if sum_]
        if not overdue:
            return 0
        if not amounts:
            return request.env._("Nothing is overdue.")
        return request.env._("Overdue: %(amounts)s", amounts=", ".join(amounts))

    # === WHOSE PAGE === #

    def _get_portal_debtor(self, token=None, debtor_id=None):
        """Return whose page is asked for, and who asks.

        :param str token: of the link that was opened; None: the user's own account.
        :param int debtor_id: which of the user's pages; None: his only one.
        :return: the debtor as superuser, in his company and in the language of who
            asks, which is the request's from here on; empty when there is none, for
            whatever reason. And the contact who is logged in as this customer; empty
            through a link alone, whose bearer is unknown.
        :rtype: tuple(collections.debtor, res.partner)
        """
        own = self._get_own_debtors()
        if token is not None:
            debtor = request.env["collections.debtor"]._find_by_portal_token(token)
        elif debtor_id is not None:
            debtor = own.filtered(lambda debtor: debtor.id == debtor_id)
        else:
            debtor = own if len(own) == 1 else own.browse()
        nobody = request.env["res.partner"].sudo()
        if not debtor:
            return debtor, nobody
        identity = request.env.user.partner_id.sudo() if debtor in own else nobody
        lang = identity.lang or debtor._get_statement_lang()
        request.update_context(lang=lang)
        debtor = debtor.with_context(lang=lang).with_company(debtor.company_id)
        return debtor, identity

    def _get_own_debtors(self):
        """Return the files of the logged-in customer, one for each company he sees.

        Of a company that tries out its reminders customers don't notice anything yet.

        :rtype: collections.debtor
        """
        debtors = request.env["collections.debtor"].sudo()
        user = request.env.user
        if not user._is_portal():
            return debtors
        found = debtors.search(
            [
                ("partner_id", "=", user.partner_id.commercial_partner_id.id),
                ("company_id", "in", user.company_ids.ids),
            ],
            order="company_id",
        )
        return found.filtered(
            lambda debtor: (
                debtor.company_id._is_dunning_active()
                and not debtor.company_id._is_dunning_test_mode()
            )
        )

    def _is_portal_preview(self):
        """Tell whether one of our own people looks: nothing is done in their name.

        :rtype: bool
        """
        return request.env.user._is_internal()

    def _get_portal_path(self, debtor, token=None):
        """Return where the page of this debtor is, for whoever asks.

        :param str token: of the link; None: he is logged in.
        :rtype: str
        """
        return f"/collections/{token}" if token else f"/my/collections/{debtor.id}"

    def _check_portal_rate(self, act, debtor, limits):
        """Count an act, and refuse what no person does so often.

        :param str act: what is counted.
        :param dict limits: see ``collections.portal.limit``.
        :raise UserError: says to wait, or to write.
        """
        keys = {"debtor": debtor.id, "ip": request.httprequest.remote_addr}
        if debtor.env["collections.portal.limit"]._is_exceeded(act, keys, limits):
            raise UserError(
                request.env._(
                    "That was a lot at once. Please go on in an hour, or write to us."
                )
            )

    # === ANSWERS === #

    def _render_collections(self, template, values, status=200):
        """Return a page of this customer, which nothing but his browser keeps.

        :param str template: its XML id.
        :param dict values: what it shows.
        :rtype: odoo.http.Response
        """
        response = request.render(template, values, status=status)
        response.headers.update(PRIVATE_HEADERS)
        return response

    def _render_portal_missing(self):
        """Return the page for wrong, old and revoked links: it hints at nothing."""
        return self._render_collections(
            "collections_dunning.portal_collections_missing",
            {"no_breadcrumbs": True},
            status=404,
        )

    def _prepare_portal_page(self, debtor, identity, token=None):
        """Return what every page of this customer shows.

        :param collections.debtor debtor: see :meth:`_get_portal_debtor`.
        :param res.partner identity: see :meth:`_get_portal_debtor`.
        :param str token: of the link; None: he is logged in.
        :rtype: dict
        """
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "collections",
            "no_breadcrumbs": bool(token),
            "debtor": debtor,
            "identity": identity,
            "res_company": debtor.company_id,
            "title": request.env._(
                "Your account with %(company)s", company=debtor.company_id.name
            ),
            # The language is the customer's, whatever the browser says.
            "html_data": {"lang": debtor.env.lang.replace("_", "-")},
            "is_preview": self._is_portal_preview(),
            "is_test": debtor.company_id._is_dunning_test_mode(),
            # Every form and link of the page begins with this.
            "portal_url": self._get_portal_path(debtor, token),
        }

    # === PAGES === #

    @http.route(
        ["/my/collections", "/my/collections/<int:debtor_id>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def portal_my_collections(self, debtor_id=None, **kwargs):
        """Show the user's page; with files in several companies, their list."""
        own = self._get_own_debtors()
        if debtor_id is None and len(own) != 1:
            values = {"page_name": "collections", "debtors": own}
            template = "collections_dunning.portal_collections_choice"
            return self._render_collections(template, values)
        return self._show_portal_page(debtor_id=debtor_id)

    @http.route(
        "/collections/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def portal_collections_link(self, token, **kwargs):
        """Show the page of the debtor whose link this is."""
        return self._show_portal_page(token=token)

    def _show_portal_page(self, token=None, debtor_id=None, **values):
        """Return the page of a customer.

        :param dict values: more to show, as the message after a form was sent.
        :rtype: odoo.http.Response
        """
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        if not debtor:
            return self._render_portal_missing()
        blocks = debtor._get_portal_account()
        values = {
            **self._prepare_portal_page(debtor, identity, token),
            **debtor._get_portal_arrangements(),
            "blocks": blocks,
            "labels": debtor._get_statement_labels(),
            "bank": debtor._get_portal_bank(blocks),
            "collector": debtor.applied_responsible_id,
            "today": fields.Date.context_today(debtor),
            **values,
        }
        return self._render_collections(
            "collections_dunning.portal_collections", values
        )
