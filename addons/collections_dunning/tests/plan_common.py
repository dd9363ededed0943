import io
from unittest.mock import patch

from pypdf import PdfWriter

from odoo import fields

from .common import DunningCommon


class PlanCommon(DunningCommon):
    """A customer with two overdue invoices, to be spread by a plan."""

    # Printing takes a second each time: tests of the documents do.
    prints = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.prints:
            cls.startClassPatcher(
                patch.object(
                    type(cls.env["collections.payment.plan"]),
                    "_print_agreement",
                    lambda plan: cls._make_blank_page(),
                )
            )
        cls.invoice = cls._create_invoice(60, amount=600)
        cls.second_invoice = cls._create_invoice(30, amount=400)
        cls.debtor = cls.env["collections.debtor"].search(
            [
                ("company_id", "=", cls.company.id),
                ("partner_id", "=", cls.customer.id),
            ]
        )
        cls.plans = cls.env["collections.payment.plan"]

    @classmethod
    def _make_blank_page(cls):
        writer = PdfWriter()
        writer.add_blank_page(595, 842)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()

    @classmethod
    def _skip_documents(cls):
        """Print blank pages for agreements: other tests read what is on them."""
        stream = io.BytesIO()
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(stream)
        agreements = cls.env.registry["collections.agreement"]
        printed = patch.object(
            agreements, "_print_agreement", lambda self: stream.getvalue()
        )
        cls.startClassPatcher(printed)

    @classmethod
    def _day(cls, days):
        return fields.Date.add(cls.today, days=days)

    def _create_plan(self, invoices=None, user=None, **vals):
        """Draft a plan of both invoices: 3 months, from in a month on."""
        invoices = invoices or self.invoice | self.second_invoice
        plans = self.plans.with_user(user or self.collector)
        return plans._create_from_items(self.debtor, self._item(invoices), **vals)

    def _create_accepted(self, **vals):
        """A plan that the customer signed."""
        plan = self._create_plan(**vals)
        plan.action_propose()
        self._accept(plan)
        return plan

    def _accept(self, plan, **values):
        plan._accept({"acceptance": "hand", "signed_by": "Jeanne Durand", **values})

    def _amounts(self, plan):
        return plan.installment_ids.mapped("amount")

    def _watch(self, plan):
        """Let the nightly job look at a plan; unlike it, fail on a failure."""
        plan.sudo()._watch()
