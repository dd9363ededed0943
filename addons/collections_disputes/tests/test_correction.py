from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCorrection(DisputeCommon):
    """Invoices that are reset to draft during a dispute, and come back otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(10, 1000)
        cls.pounds = cls.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])

    def _repost(self, invoice, **vals):
        """Correct an invoice, as an accountant does."""
        invoice = invoice.with_user(self.accountant)
        invoice.button_draft()
        invoice.write(vals)
        invoice.action_post()

    def _assert_ended(self, case, text):
        self.assertRecordValues(
            case,
            [
                {
                    "state": "resolved",
                    "resolution": "corrected_invoice",
                    "needs_cause": True,
                    "amount_disputed": 300,
                }
            ],
        )
        self.assertFalse(case.activity_ids)
        self.assertIn(text, str(case.message_ids.mapped("body")))

    def _assert_ties_out_as(self, claimed):
        run = self._propose()
        self._assert_ties_out(run)
        self.assertEqual(sorted(run.notice_ids.mapped("amount_claimed")), claimed)

    def test_another_customer(self):
        """The wrong addressee, say: this one owes nothing of it any more."""
        case = self._open(self.invoice, 300)
        self._repost(self.invoice, partner_id=self.other_customer.id)
        self._assert_ended(case, f"for {self.other_customer.name}")
        self.assertFalse(self._holds(self.invoice))
        self._assert_ties_out_as([1000])

    def test_another_customer_of_one_of_two(self):
        second = self._create_invoice(10, 500)
        case = self._open(self.invoice | second, 300)
        self._repost(self.invoice, partner_id=self.other_customer.id)
        self.assertEqual((case.state, case.amount_disputed), ("new", 300))
        self.assertEqual(self._held(second), [300])
        self.assertFalse(self._holds(self.invoice))
        notes = len(case.message_ids)
        cron = self.env.ref("collections_disputes.ir_cron_dispute_follow")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(case.message_ids), notes, "it is said once")
        self._assert_ties_out_as([200, 1000])
        # The new customer may dispute it too.
        self.assertEqual(self._open(self.invoice, 1000).amount_disputed, 1000)

    def test_same_customer_other_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Claire", "parent_id": self.customer.id}
        )
        case = self._open(self.invoice, 300)
        self._repost(self.invoice, partner_id=contact.id)
        self.assertEqual((case.state, case.amount_disputed), ("new", 300))
        self.assertEqual(self._held(self.invoice), [300])

    def test_another_currency(self):
        """All of it is held until somebody says how much is disputed."""
        case = self._open(self.invoice, 300)
        self._repost(self.invoice, currency_id=self.pounds.id)
        self.assertEqual((case.state, case.currency_id), ("new", self.pounds))
        self.assertEqual(case.amount_disputed, self.invoice.amount_residual)
        self.assertEqual(self._held(self.invoice), [0])
        todo = case.activity_ids.filtered(lambda a: "say how much" in (a.summary or ""))
        self.assertEqual(todo.user_id, self.collector)
        self._assert_ties_out_as([])
        case.line_ids.with_user(self.collector).amount = 250
        self.assertEqual(self._held(self.invoice), [250])

    def test_another_currency_of_one_of_two(self):
        second = self._create_invoice(10, 500)
        case = self._open(self.invoice | second, 300)
        self._repost(self.invoice, currency_id=self.pounds.id)
        self.assertEqual(case.currency_id, self.company.currency_id)
        self.assertEqual(case.amount_disputed, 300)
        self.assertFalse(self._holds(self.invoice))
        self.assertEqual(self._held(second), [300])
        self.assertTrue(
            case.activity_ids.filtered(lambda a: "of its own" in (a.summary or ""))
        )
        own = self._open(self.invoice, 10)
        self.assertEqual(own.currency_id, self.pounds)

    def test_cancelled_by_an_accountant(self):
        case = self._open(self.invoice, 300)
        invoice = self.invoice.with_user(self.accountant)
        invoice.button_draft()
        invoice.button_cancel()
        self._assert_ended(case, "was cancelled")
        run = self._propose()
        self._assert_ties_out(run)
        self.assertFalse(run.notice_ids)

    def test_one_of_two_is_cancelled(self):
        second = self._create_invoice(10, 500)
        case = self._open(self.invoice | second, 300)
        invoice = self.invoice.with_user(self.accountant)
        invoice.button_draft()
        self.assertEqual(case.amount_disputed, 600, "it may come back")
        invoice.button_cancel()
        self.assertEqual((case.state, case.amount_disputed), ("new", 300))
        self.assertEqual(self._held(second), [300])

    def test_one_of_two_is_deleted(self):
        second = self._create_invoice(10, 500)
        case = self._open(self.invoice | second, 300)
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertEqual((case.state, case.amount_disputed), ("new", 300))
        self.assertIn(
            "0.00 from now on", str(case.message_ids.mapped("body")).replace("$", "")
        )

    def test_reopened_of_another_customer(self):
        case = self._open(self.invoice, 300)
        self._resolve(case)
        self._repost(self.invoice, partner_id=self.other_customer.id)
        with self.assertRaises(UserError):
            case.with_user(self.collector).action_reopen()
        self.assertEqual(case.state, "rejected")
        self.assertFalse(self._holds(self.invoice))
