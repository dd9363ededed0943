from odoo.tests import HttpCase, tagged

from odoo.addons.collections_dunning.tests.common import DunningCommon


@tagged("post_install", "-at_install")
class TestTours(DunningCommon, HttpCase):
    """What an accountant does with disputes, in a real browser, in French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        modules = cls.env["ir.module.module"].search([("state", "=", "installed")])
        modules._update_translations("fr_FR")
        cls.accountant = cls._create_user(
            "accountant",
            "account.group_account_invoice,"
            "collections_dunning.collections_dunning_group_collector",
        )
        cls.accountant.lang = "fr_FR"

    def test_open_and_resolve(self):
        """From the invoice: 300 of 1 000 are disputed, then credited."""
        invoice = self._create_invoice(days_late=8, amount=1000.0)
        self._propose()
        self.start_tour(
            f"/odoo/account.move/{invoice.id}",
            "dispute_open_from_invoice",
            login="dunning_accountant",
        )
        self.env.invalidate_all()
        case = self.env["dispute.case"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.assertEqual((case.state, case.amount_disputed), ("review", 300))
        self.assertEqual(case.reason_id, self.env.ref(REASON))
        hold = self._item(invoice).dispute_line_ids.hold_id
        self.assertEqual((hold.reason, hold.amount), ("disputed", 300))
        self.assertEqual(self._item(invoice).amount_disputed, 300)

        self.start_tour(
            f"/odoo/dispute.case/{case.id}",
            "dispute_resolve",
            login="dunning_accountant",
        )
        self.env.invalidate_all()
        self.assertEqual((case.state, case.resolution), ("resolved", "credit_note"))
        self.assertEqual(case.credit_note_ids.mapped("amount_total"), [300])
        self.assertEqual(invoice.amount_residual, 700)
        self.assertEqual(self._item(invoice).amount_disputed, 0)

    def test_kanban_respects_the_rules(self):
        """A card dropped where disputes end opens the dialog; elsewhere it moves."""
        invoice = self._create_invoice(days_late=8, amount=1000.0)
        case = (
            self.env["dispute.case"]
            .with_user(self.collector)
            .action_open([{"move_line_id": self._item(invoice).id, "amount": 300}])
        )
        self.start_tour(
            "/odoo/action-collections_disputes.dispute_case_action",
            "dispute_kanban",
            login="dunning_accountant",
        )
        self.env.invalidate_all()
        self.assertEqual(case.state, "waiting_customer")
        self.assertFalse(case.resolution)


REASON = "collections_disputes.dispute_reason_price"
