from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.collections_dunning.demo import ledger
from odoo.addons.collections_dunning.demo.customers import CUSTOMERS


class Dispute(NamedTuple):
    """One dispute of the demo company.

    ``customer`` is the key of a customer, ``case`` one of ``ledger.UNPAID``: the
    invoice it is about; else one of the customer's other open invoices.
    """

    customer: str
    reason: str
    share: float  # of what is open of the invoice
    age: int  # days
    title: str
    words: str
    origin: str = "phone"
    case: str = ""
    state: str = "review"
    owner: str = ""
    outcome: str = ""
    cause: str = ""
    answer: str = ""
    solved_in: int = 0  # days


DISPUTES = [
    # A price: it waits for us, past its deadline.
    Dispute(
        *("halle_neuve", "price", 0.2, 12, "Suspensions facturées au tarif 2026"),
        "La commande a été passée en décembre : le tarif 2025 nous était garanti.",
        state="waiting_us",
    ),
    # A delivery: Léa from sales waits for the customer's photographs.
    Dispute(
        *("opale", "delivery", 0.45, 6, "Trois appliques manquantes à la livraison"),
        "Trois appliques manquaient dans le colis ; réserves portées sur le bon.",
        state="waiting_customer",
        owner="lea",
    ),
    # The demo company's own: two of them arrived broken. Rejected a while ago.
    Dispute(
        *("auriol", "quality", 0.3, 9, "Deux suspensions arrivées cassées"),
        "Deux suspensions présentent des éclats dans le laiton.",
        case="disputed",
        outcome="rejected",
        cause="cash_shortage",
        answer="Le transporteur a livré sans réserve et les photographies montrent des "
        "traces de montage : la facture reste due.",
        solved_in=8,
    ),
    Dispute(
        *("belle_etoile", "price", 0.1, 25, "Remise de 10 % non appliquée"),
        "Votre devis annonçait une remise de 10 % sur les lampadaires.",
        outcome="credit_note",
        cause="price_not_updated",
        answer="Vous avez raison : la remise vous est accordée par cet avoir.",
        solved_in=11,
    ),
    # The same cause, at another customer's.
    Dispute(
        *("corail", "price", 0.08, 40, "Ancien tarif au catalogue"),
        "Le catalogue que vous nous avez remis indiquait un autre prix.",
        outcome="credit_note",
        cause="price_not_updated",
        answer="Nous vous accordons la différence par cet avoir.",
        solved_in=6,
    ),
    # In pounds.
    Dispute(
        *("kestrel", "purchase_order", 1, 3, "No purchase order number"),
        "Our system can't pay an invoice without our purchase order number.",
        state="new",
    ),
]
# What a customer writes to the address of disputes, about an invoice.
MAIL_CUSTOMER = "azur_conseil"
MAIL_DOMAIN = "atelier-lumen.example"
MAIL = """\
From: Azur Conseil Immobilier <compta@azur-conseil.example>
To: {address}
Subject: Facture {invoice} : quantités
Message-ID: <demo-dispute@azur-conseil.example>
Content-Type: text/plain; charset=utf-8

Bonjour,

Votre facture {invoice} compte deux appliques de plus que notre bon de
réception. Merci de la corriger avant que nous la réglions.

Azur Conseil Immobilier
"""


class CollectionsDemo(models.AbstractModel):
    """The disputes of the demo company, see ``collections_demo_disputes.xml``."""

    _inherit = "collections.demo"

    @api.model
    def _load_disputes(self):
        """Open disputes in every state, and end some of them.

        By the product's own methods; only the days are set back.
        """
        company = self.env.ref("collections_dunning.res_company_atelier_lumen_demo")
        self = self.with_company(company).with_context(
            lang="fr_FR", allowed_company_ids=company.ids
        )
        if not self.env["dunning.run"].search_count([("company_id", "=", company.id)]):
            return
        # Those of an addon come after its demo: the letters would all be English.
        self.env["ir.module.module"]._load_module_terms(
            ["collections_disputes"], ["fr_FR"]
        )
        for plan in DISPUTES:
            item = self._get_disputed_item(plan)
            if item:
                self._dispute(plan, item)
        self._receive_dispute_mail()

    def _get_disputed_item(self, plan):
        """Return the item that a dispute is about.

        The former hold of that item goes: from now on the dispute holds it.

        :param Dispute plan: one of ``DISPUTES``.
        :rtype: account.move.line
        """
        today = fields.Date.context_today(self)
        shown = {
            case: today - timedelta(days=age)
            for case, (customer, age) in ledger.UNPAID.items()
            if customer == plan.customer
        }
        items = self._get_open_items(self._get_customer(plan.customer))
        if plan.case:
            items = items.filtered(
                lambda item: item.move_id.invoice_date == shown[plan.case]
            )
            self._get_holds(items).unlink()
        else:
            items = items.filtered(
                lambda item: item.move_id.invoice_date not in shown.values()
            )
        return items[:1]

    def _get_customer(self, key):
        """Return the partner of a customer of the demo company.

        :param str key: see ``customers.CUSTOMERS``.
        :rtype: res.partner
        """
        [name] = [customer.name for customer in CUSTOMERS if customer.key == key]
        return self.env["res.partner"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("name", "=", name),
                ("parent_id", "=", False),
            ],
            limit=1,
        )

    def _get_open_items(self, partner):
        """Return what a customer owes, the newest first.

        :rtype: account.move.line
        """
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "=", "out_invoice"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity desc, id desc",
        )

    def _get_holds(self, items):
        return self.env["dunning.hold"].search(
            [("move_line_id", "in", items.ids), ("reason", "=", "disputed")]
        )

    def _dispute(self, plan, item):
        """Open a dispute, set it back to its day, and bring it where it stands.

        :param Dispute plan: one of ``DISPUTES``.
        :param account.move.line item: what it is about.
        """
        amount = item.currency_id.round(item.amount_residual_currency * plan.share)
        case = self.env["dispute.case"].action_open(
            [{"move_line_id": item.id, "amount": amount}],
            reason_id=self._get_dispute_ref("reason", plan.reason).id,
            description=plan.words,
            origin=plan.origin,
            title=plan.title,
        )
        opened = self._get_days_ago(plan.age)
        case.sudo().write({"date_open": opened, "acknowledged_at": opened})
        if plan.owner:
            case.user_id = self.env.ref(
                f"collections_dunning.res_users_{plan.owner}_demo"
            )
        if plan.outcome:
            self._solve(plan, case)
        elif case.state != plan.state:
            case.state = plan.state

    def _solve(self, plan, case):
        """End a dispute, some days after it was opened."""
        case.action_resolve(
            plan.outcome,
            cause_id=self._get_dispute_ref("cause", plan.cause).id,
            answer=plan.answer,
        )
        case.sudo().date_closed = case.date_open + timedelta(days=plan.solved_in)

    def _receive_dispute_mail(self):
        """Have an e-mail of a customer come in at the address of disputes."""
        company = self.env.company
        domain = self.env["mail.alias.domain"].search([("name", "=", MAIL_DOMAIN)])
        company.alias_domain_id = domain or domain.create({"name": MAIL_DOMAIN})
        item = self._get_open_items(self._get_customer(MAIL_CUSTOMER))[:1]
        if item and company.dispute_email:
            mail = MAIL.format(address=company.dispute_email, invoice=item.move_name)
            self.env["mail.thread"].message_process(False, mail.encode())

    def _get_dispute_ref(self, kind, name):
        return self.env.ref(f"collections_disputes.dispute_{kind}_{name}")

    def _get_days_ago(self, days):
        """Return ten o'clock so many days ago.

        :rtype: datetime
        """
        today = fields.Date.context_today(self)
        return datetime.combine(today - timedelta(days=days), time(10))
