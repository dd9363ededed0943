from datetime import date

from freezegun import freeze_time

from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .interest_common import InterestCommon


class ChargeCommon(InterestCommon):
    """A French company that invoices charges on 20 August 2025."""

    @classmethod
    @AccountTestInvoicingCommon.setup_chart_template("fr")
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls.regime.write(
            {
                "legal_basis": "article L441-10 of the commercial code",
                "compensation_basis": "article D441-5 of the commercial code",
            }
        )
        groups = "collections_dunning.collections_dunning_group_collector"
        cls.biller = cls._create_user(
            "biller", f"{groups},account.group_account_invoice"
        )
        cls.late = cls._create_due("2025-01-31")

    def setUp(self):
        super().setUp()
        clock = freeze_time("2025-08-20")
        clock.start()
        self.addCleanup(clock.stop)

    def _open(self, records, user=None, method="action_dunning_invoice_charges"):
        """Open the dialog from records, as a user, and return it."""
        action = getattr(records.with_user(user or self.biller), method)()
        model = self.env[action["res_model"]].with_user(user or self.biller)
        return model.browse(action["res_id"])

    def _invoice(self, records, stop="2025-08-20", user=None):
        """Invoice the charges of late invoices and return the drafts."""
        dialog = self._open(records, user)
        dialog.stop_date = date.fromisoformat(stop)
        action = dialog.action_invoice()
        moves = self.env["account.move"]
        if action.get("res_id"):
            return moves.browse(action["res_id"])
        return moves.search(action["domain"])

    def _charges(self, late):
        return self.env["collections.interest.charge"].search(
            [("move_id", "=", late.id)]
        )

    @classmethod
    def _find_account(cls, code):
        accounts = cls.env["account.account"].with_company(cls.company)
        return accounts.search(
            [("code", "=", code), ("company_ids", "in", cls.company.ids)]
        )

    @classmethod
    def _create_foreign_company(cls):
        """A company elsewhere, of whose law we know an interest regime."""
        cls.chart_template = "generic_coa"
        data = cls.setup_other_company(
            name="Elsewhere", country_id=cls.env.ref("base.us").id
        )
        cls.chart_template = "fr"
        cls.env["collections.interest.regime"].create(
            {
                "name": "Elsewhere",
                "company_id": data["company"].id,
                "country_ids": [Command.set(data["company"].country_id.ids)],
                "margin": 8,
            }
        )
        return data
