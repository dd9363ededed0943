from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..const import REASONS
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestExplanation(DunningCommon):
    def _explain(self, invoice):
        return invoice.with_user(self.reader).get_dunning_explanation()

    def test_sentence_and_tests_of_a_dunned_invoice(self):
        invoice = self._create_invoice(10)
        answer = self._explain(invoice)
        self.assertEqual(answer["reason"], "dunned")
        self.assertIn("First", answer["sentence"])
        self.assertIn(invoice.name, answer["sentence"])
        self.assertEqual(answer["level"], "First")
        [item] = answer["items"]
        self.assertEqual(item["amount_claimed"], 100)
        self.assertEqual(
            [test["reason"] for test in item["tests"]],
            [key for key, _label in REASONS if key != "dunned"],
        )
        self.assertEqual({test["result"] for test in item["tests"]}, {"passed"})

    def test_first_refusal_wins(self):
        invoice = self._create_invoice(10)
        self.env["collections.debtor"]._ensure_for(self.company)
        self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor().id,
                "reason": "promise",
                "note": "announced by phone",
                "date_to": self.today + timedelta(days=7),
            }
        )
        answer = self._explain(invoice)
        self.assertEqual(answer["reason"], "promise")
        self.assertIn("announced by phone", answer["sentence"])
        self.assertEqual(answer["next_date"], str(self.today + timedelta(days=8)))
        results = {t["reason"]: t["result"] for t in answer["items"][0]["tests"]}
        self.assertEqual(results["paused"], "not_reached")
        self.assertEqual(results["promise"], "refused")
        self.assertEqual(results["disputed"], "passed")

    def test_explanation_agrees_with_the_run(self):
        late = self._create_invoice(10)
        soon = self._create_invoice(-20)
        waiting = self._create_invoice(3, 100, self.other_customer)
        self._receive(40)
        before = {m: self._explain(m)["reason"] for m in late | soon | waiting}
        self._propose()
        self.assertEqual(
            before, {m: self._decision(m).reason for m in late | soon | waiting}
        )

    def test_settled_and_draft_invoices(self):
        invoice = self._create_invoice(10)
        self._pay(invoice)
        self.assertFalse(self._explain(invoice)["reason"])
        self.assertIn("settled", self._explain(invoice)["sentence"])
        draft = self._create_invoice(10)
        draft.button_draft()
        self.assertIn("not posted", self._explain(draft)["sentence"])

    def test_history(self):
        invoice = self._create_invoice(10)
        run = self._propose()
        self._send(run.notice_ids)
        answer = self._explain(invoice)
        self.assertEqual([h["level"] for h in answer["history"]], ["First"])
        self.assertEqual(answer["history"][0]["notice_id"], run.notice_ids.id)
        invoice = invoice.with_user(self.reader)
        self.assertEqual(invoice.dunning_level_id, self.first)
        self.assertEqual(invoice.dunning_last_notice_id, run.notice_ids)
        self.assertEqual(invoice.dunning_sent_date, self.today)
        self.assertEqual(invoice.dunning_notice_count, 1)

    def test_nothing_is_written(self):
        invoice = self._create_invoice(10)
        self._explain(invoice)
        self.assertFalse(self.env["dunning.decision"].search([]))
        self.assertFalse(self.env["dunning.notice"].search([]))

    def test_outsider_is_refused(self):
        invoice = self._create_invoice(10)
        user = new_test_user(self.env, "dunning_outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            invoice.with_user(user).get_dunning_explanation()
