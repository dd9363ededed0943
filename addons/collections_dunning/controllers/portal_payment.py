from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from ..const import PORTAL_FORMS_PER_HOUR
from .portal import CollectionsPortal, page_route

# What core's form sends besides, and what is of no account here.
IGNORED_KEYS = ("access_token", "payment_reference")
PAGE_KEY = "collections_portal_page"


class CollectionsPortalPayment(CollectionsPortal, PortalAccount):
    """Pay what one chooses on the page, by core's payment providers."""

    def _show_portal_page(self, token=None, debtor_id=None, **values):
        """Override: say what became of the payment from which somebody comes back."""
        values.setdefault("can_pay", False)
        debtor, _identity = self._get_portal_debtor(token, debtor_id)
        if debtor:
            values["can_pay"] = bool(self._get_portal_providers(debtor))
            values["paid_transaction"] = self._get_portal_transaction(debtor)
        return super()._show_portal_page(token, debtor_id, **values)

    def _get_portal_providers(self, debtor, amount=0.0, currency=None):
        """Return the payment providers by which this customer can pay.

        :rtype: payment.provider
        """
        providers = request.env["payment.provider"].sudo()
        return providers._get_compatible_providers(
            debtor.company_id.id,
            debtor.partner_id.id,
            amount,
            currency_id=(currency or debtor.currency_id).id,
        )

    def _get_portal_transaction(self, debtor):
        """Return the transaction of this browser for this debtor just made, if any."""
        transaction_id = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        if "paid" not in request.params or not transaction_id:
            return None
        transaction = request.env["payment.transaction"].sudo().browse(transaction_id)
        partner = transaction.exists().partner_id.commercial_partner_id
        is_own = partner == debtor.partner_id
        return (
            transaction
            if is_own and transaction.company_id == debtor.company_id
            else None
        )

    # === CHOOSING === #

    @page_route("pay")
    def portal_collections_pay(self, token=None, debtor_id=None, **kwargs):
        """Show what was chosen, its sum, and the ways to pay it.

        Read of the address: ``item``, ids of items, as often as there are boxes
        ticked; ``deduct``, when credits are deducted; or ``plan`` or ``settlement``,
        the id of one, to pay what is due of it.
        """
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        if not debtor:
            return self._render_portal_missing()
        if self._is_portal_preview():
            return request.redirect(self._get_portal_path(debtor, token))
        key = self._read_portal_choice()
        try:
            payment = debtor._get_portal_payment(key)
        except UserError as refusal:
            return self._show_portal_page(token, debtor_id, error=refusal.args[0])
        self._forget_stranger(identity)
        values = {
            **self._prepare_portal_page(debtor, identity, token),
            **self._prepare_portal_payment(debtor, identity, payment),
            "payment": payment,
            "transaction_route": f"{self._get_portal_path(debtor, token)}"
            f"/transaction/{key}",
            "landing_route": "/collections/paid",
            "amount": payment["amount"],
        }
        return self._render_collections(
            "collections_dunning.portal_collections_pay", values
        )

    def _read_portal_choice(self):
        """Return what is to be paid, as one word: see ``_get_portal_payment``."""
        args = request.httprequest.args
        for kind in ("plan", "settlement"):
            if args.get(kind, "").isdecimal():
                return f"{kind}-{args[kind]}"
        items = [text for text in args.getlist("item") if text.isdecimal()]
        return "-".join(["less" if args.get("deduct") else "items", *items])

    def _forget_stranger(self, identity):
        """Go on as an unknown visitor, unless it is the customer who is logged in.

        Whoever opens a link pays for the customer: his own account, its saved cards
        and its country have nothing to do with that.
        """
        if not identity and not request.env.user._is_public():
            public = request.env.ref("base.public_user").sudo()
            request.update_env(user=public.id)

    def _prepare_portal_payment(self, debtor, identity, payment):
        """Return what core's payment form needs.

        A link may be passed on: the customer's saved cards are for his own account.
        """
        values = self._get_common_page_view_values(
            {
                "partner": debtor.partner_id,
                "company": debtor.company_id,
                "total_amount": payment["amount"],
                "amount_residual": payment["amount"],
                "currency": payment["currency"],
                "landing_route": "",
                "transaction_route": "",
            }
        )
        if not identity:
            values["tokens_sudo"] = request.env["payment.token"].sudo()
            values["show_tokenize_input_mapping"] = dict.fromkeys(
                values["show_tokenize_input_mapping"], False
            )
        return values

    # === PAYING === #

    @http.route(
        [
            "/my/collections/<int:debtor_id>/transaction/<string:key>",
            "/collections/<string:token>/transaction/<string:key>",
        ],
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_collections_transaction(
        self, key, amount=None, token=None, debtor_id=None, **kwargs
    ):
        """Make the transaction for what was chosen.

        :param str key: see ``_get_portal_payment``.
        :param float amount: what the customer saw.
        :return: what core's form needs to go on.
        :rtype: dict
        :raise ValidationError: when it is not open any more, or never was his.
        :raise UserError: when he tries more often than a person does.
        """
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        if not debtor or self._is_portal_preview():
            raise ValidationError(request.env._("This can't be paid here."))
        payment = debtor._get_portal_payment(key)
        if payment["currency"].compare_amounts(payment["amount"], amount or 0.0):
            raise ValidationError(
                request.env._("The amount has changed: please load the page again.")
            )
        self._check_portal_rate("pay", debtor, PORTAL_FORMS_PER_HOUR)
        self._forget_stranger(identity)
        values = self._check_portal_transaction(debtor, identity, payment, kwargs)
        request.session[PAGE_KEY] = self._get_portal_path(debtor, token)
        transaction = self._create_transaction(
            **{
                **values,
                "amount": payment["amount"],
                "currency_id": payment["currency"].id,
                "partner_id": (identity or debtor.partner_id).id,
                "landing_route": "/collections/paid",
                "reference_prefix": payment["reference"],
                "is_validation": False,
                "custom_create_values": {
                    "invoice_ids": [Command.set(payment["moves"].ids)]
                },
            }
        )
        return transaction._get_processing_values()

    def _check_portal_transaction(self, debtor, identity, payment, kwargs):
        """Return what the form sent, as far as a customer may decide it.

        :raise ValidationError: when the provider is not one that was offered, or a
            saved card is used by somebody who is not logged in.
        """
        values = {key: kwargs[key] for key in kwargs if key not in IGNORED_KEYS}
        self._validate_transaction_kwargs(values)
        providers = self._get_portal_providers(
            debtor, payment["amount"], payment["currency"]
        )
        is_known = bool(identity) or values.get("flow") != "token"
        if values.get("provider_id") not in providers.ids or not is_known:
            raise ValidationError(request.env._("This can't be paid here."))
        values.pop("csrf_token", None)
        values["tokenization_requested"] = bool(
            identity and values.get("tokenization_requested")
        )
        return values

    @http.route(
        "/collections/paid",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def portal_collections_paid(self, **kwargs):
        """Go back to the page from which somebody paid.

        Its address is kept in the session alone: a transaction is read by many.
        """
        page = request.session.get(PAGE_KEY)
        return request.redirect(f"{page}?paid=1" if page else "/my/collections")
