import io
from base64 import b64encode

from PIL import Image

from odoo import Command

from .letter_common import IBAN, LetterCommon
from .plan_common import PlanCommon


class PlanLetterCommon(PlanCommon):
    """A customer that owes euros, and somebody who may sign for it."""

    _read = LetterCommon._read
    _read_pages = LetterCommon._read_pages

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        seller = cls.company.partner_id
        seller.write(
            {
                "street": "1 quai Perrache",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.account = seller.bank_ids or cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": seller.id}
        )
        cls.account.acc_holder_name = "Seller SAS"
        # Kept by the class: compiled once, not in each test.
        for bundle in cls.env["ir.actions.report"]._get_report_css_bundles():
            bundle.css()
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Jeanne Durand",
                "function": "Managing Director",
                "parent_id": cls.customer.id,
                "email": "jeanne@durand.example.com",
                "lang": "en_US",
            }
        )
        cls.collector.partner_id.function = "Collections Officer"
        cls.first_due = cls._create_euro_invoice(60, 5000)
        cls.second_due = cls._create_euro_invoice(40, 3437.52)
        cls.items = cls._item(cls.first_due | cls.second_due)

    @classmethod
    def _create_euro_invoice(cls, days_late, amount):
        return cls._create_invoice(days_late, amount, currency_id=cls.euro.id)

    def _create_euro_plan(self, **vals):
        """Draft 1,500 down and 6 installments of 1,150 and, the last, 1,187.52."""
        return self.plans.with_user(self.manager)._create_from_items(
            self.debtor,
            self.items,
            **{
                "contact_id": self.contact.id,
                "responsible_id": self.collector.id,
                "down_payment": 1500,
                "installment_count": 6,
                "rounding": 50,
                **vals,
            },
        )

    def _propose_plan(self, **vals):
        plan = self._create_euro_plan(**vals)
        plan.action_propose()
        return plan

    def _sign_plan(self, **vals):
        plan = self._propose_plan(**vals)
        self._accept(plan)
        return plan

    def _draw(self):
        """Return a drawn signature as a browser sends it."""
        stream = io.BytesIO()
        Image.new("RGB", (40, 20), "navy").save(stream, "PNG")
        return b64encode(stream.getvalue())

    def _read_words(self, content):
        """Return the text of all pages on one line."""
        return " ".join(self._read_pages(content))

    def _pay_items(self, amount, item=None):
        """Book a payment and allocate it to an item of the plan."""
        return self._pay((item or self.items[0]).move_id, amount)

    def _draft_message(self, plan, event, position=None):
        installment = None
        if position is not None:
            installment = plan._get_installments()[position]
        return plan._draft_notice(event, installment)

    def _accelerate(self, plan):
        """Declare the balance due, as the button does once it may."""
        plan.sudo().write({"state": "broken", "accelerated_on": self.today})
        return self._draft_message(plan, "plan_accelerated")

    def _make_settlement(self, **vals):
        return (
            self.env["collections.settlement"]
            .sudo()
            .create(
                {
                    "name": "RT/2026/00003",
                    "debtor_id": self.debtor.id,
                    "contact_id": self.contact.id,
                    "responsible_id": self.collector.id,
                    "currency_id": self.euro.id,
                    "item_ids": [Command.set(self.items.ids)],
                    "amount_due": 8437.52,
                    "percent": 80,
                    "amount": 6750.02,
                    "amount_waived": 1687.5,
                    "date": self._day(15),
                    **vals,
                }
            )
        )
