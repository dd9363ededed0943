from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestLateCause(DisputeCommon):
    """What a dispute tells about why its invoice is late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(10, 1000)
        ref = cls.env.ref
        cls.open_cause = ref("collections_dunning.collections_late_cause_dispute")
        cls.cash = ref("collections_dunning.collections_late_cause_cash")
        cls.justified = ref("collections_disputes.collections_late_cause_justified")
        cls.unjustified = ref("collections_disputes.collections_late_cause_unjustified")

    def _assert_cause(self, cause):
        self.assertEqual(self.invoice.late_cause_id, cause)

    def test_open_then_justified(self):
        case = self._open(self.invoice, 300)
        self._assert_cause(self.open_cause)
        self.assertEqual(self.invoice.late_cause_user_id, self.collector)
        self._resolve(case, "credit_note", self.accountant)
        self._assert_cause(self.justified)

    def test_open_then_rejected_and_reopened(self):
        case = self._open(self.invoice, 300)
        self._resolve(case, "rejected")
        self._assert_cause(self.unjustified)
        case.with_user(self.collector).action_reopen()
        self._assert_cause(self.open_cause)

    def test_side_tells_where_the_outcome_does_not(self):
        for side, cause in (
            ("us", self.justified),
            ("carrier", self.justified),
            ("customer", self.unjustified),
            ("nobody", self.open_cause),
        ):
            case = self._open(self.invoice, 300)
            self._resolve(case, "document", side=side)
            self._assert_cause(cause)
        case.side = "us"
        self._assert_cause(self.justified)

    def test_payment_ends_a_dispute_nobody_judged(self):
        case = self._open(self.invoice)
        self._pay(self.invoice)
        self.assertEqual(case.resolution, "paid")
        self._assert_cause(self.open_cause)
        case.write({"cause_id": self.cause.id, "side": "customer"})
        self._assert_cause(self.unjustified)

    def test_word_of_a_person_stays(self):
        self.invoice.with_user(self.collector).action_set_late_cause(self.cash.id)
        case = self._open(self.invoice, 300)
        self._resolve(case, "rejected")
        self._assert_cause(self.cash)

    def test_open_dispute_goes_before_one_that_has_ended(self):
        self._resolve(self._open(self.invoice, 300), "rejected")
        second = self._open(self.invoice, 200)
        self._assert_cause(self.open_cause)
        self._resolve(second, "credit_note", self.accountant)
        self._assert_cause(self.justified)

    def test_dispute_that_was_none(self):
        """A case that is deleted, or about another invoice, has never been."""
        case = self._open(self.invoice, 300)
        other = self._create_invoice(10, 500)
        case.line_ids.unlink()
        self._assert_cause(self.cash.browse())
        case = self._open(self.invoice | other, 300)
        self.assertEqual(other.late_cause_id, self.open_cause)
        case.unlink()
        self._assert_cause(self.cash.browse())
        self.assertFalse(other.late_cause_id)

    def test_disputes_have_a_side_of_their_own_in_the_report(self):
        self._resolve(self._open(self.invoice, 300), "credit_note", self.accountant)
        [row] = (
            self.env["collections.late.invoice"]
            .with_user(self.reader)
            ._read_group(
                [("move_id", "=", self.invoice.id)],
                ["side", "cause_id"],
                ["amount_late:sum", "days_late:avg"],
            )
        )
        self.assertEqual(row, ("dispute", self.justified, 1000, 10))
