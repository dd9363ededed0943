from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .portal_forms_common import PortalFormsCommon


@tagged("post_install", "-at_install")
class TestPortalPlan(PortalFormsCommon):
    """A customer asks for a payment plan within the company's limits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "dunning_portal_plan": True,
                "dunning_portal_plan_months": 3,
                "dunning_portal_plan_down_payment": 30,
                "dunning_portal_plan_accept": False,
            }
        )
        cls.in_a_month = fields.Date.add(cls.today, months=1)

    def setUp(self):
        super().setUp()
        self.url = f"{self._link()}/plan"

    def _ask(self, **values):
        values = {
            "item_ids": self._item(self.overdue).id,
            "amount": "",
            "count": "3",
            "date": str(self.in_a_month),
            "words": "Our own customer is late.",
            **values,
        }
        return self._send_form(self.url, **values)

    def _get_plans(self):
        return self.env["collections.payment.plan"].search(
            [("debtor_id", "in", (self.debtor | self.other_debtor).ids)]
        )

    def test_ask(self):
        self._assert_done(self._ask(), "payment plan")
        plan = self._get_plans()
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "draft",
                    "origin": "portal",
                    "debtor_id": self.debtor.id,
                    "amount_total": 1200,
                    "down_payment": 360,
                    "installment_count": 3,
                    "responsible_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(plan.line_ids.move_line_id, self._item(self.overdue))
        self.assertEqual(plan.installment_ids.mapped("amount"), [360, 280, 280, 280])
        self.assertEqual(
            plan.installment_ids[1:].mapped("date"),
            [fields.Date.add(self.in_a_month, months=month) for month in range(3)],
        )
        self.assertRecordValues(plan.activity_ids, [{"user_id": self.collector.id}])
        self.assertIn("Our own customer is late.", plan.activity_ids.note)
        self.assertIn("Our own customer is late.", self._get_words().body)
        self.assertFalse(plan.note, "his words are no terms of the agreement")
        self.assertFalse(self.debtor.hold_ids, "nothing was agreed yet")

    def test_logged_in(self):
        self._log_in(self.claire)
        self.url = f"/my/collections/{self.debtor.id}/plan"
        self._ask()
        self.assertEqual(self._get_plans().contact_id, self.contact)

    def test_accepted_at_once(self):
        """Proposed within the limits; above those of an approval it is not."""
        self.company.write(
            {
                "dunning_portal_plan_accept": True,
                "dunning_plan_approval_months": 6,
                "dunning_plan_approval_amount": 1000,
            }
        )
        self._ask(item_ids=self._item(self.coming).id)
        plan = self._get_plans()
        self.assertEqual(plan.state, "proposed")
        self.assertTrue(plan.name)
        self._ask()
        other = self._get_plans() - plan
        self.assertEqual(other.state, "draft")
        self.assertTrue(other.activity_ids)

    def test_preview(self):
        response = self._ask(preview="1", amount="500")
        page = html.fromstring(response.text)
        [table] = page.xpath("//table[contains(@class, 'o_collections_schedule')]")
        text = " ".join(table.text_content().split())
        for amount in ("500.00", "233.33", "233.34", "1,200.00"):
            self.assertIn(amount, text)
        self.assertIn("Our own customer is late.", response.text)
        self.assertFalse(self._get_plans() | self._get_plans())
        response = self._ask(preview="1", amount="100")
        self.assertIn("at least", self._get_error(response))

    def test_limits(self):
        day = timedelta(days=1)
        for values, words in (
            ({"amount": "359.99"}, "at least"),
            ({"amount": "1200"}, "less than"),
            ({"amount": "-5"}, "Write the amount"),
            ({"amount": "many"}, "Write the amount"),
            ({"count": "4"}, "from 1 to 3"),
            ({"count": "0"}, "from 1 to 3"),
            ({"count": "-1"}, "from 1 to 3"),
            ({"count": "x"}, "from 1 to 3"),
            ({"date": str(self.today)}, "first installment"),
            ({"date": str(self.in_a_month + day)}, "first installment"),
            ({"date": "2026-02-31"}, "Choose a date"),
            ({"date": ""}, "Choose a date"),
            ({"item_ids": []}, "at least one"),
            ({"item_ids": self._item(self.foreign).id}, "no longer open"),
        ):
            error = self._get_error(self._ask(**values))
            self.assertIn(words, error, values)
        self.assertFalse(self._get_plans())
        self.assertFalse(self._get_words())

    def test_switched_off(self):
        self.company.dunning_portal_plan = False
        page = self._get_form(self._link())
        self.assertFalse(page.xpath("//a[contains(@href, '/plan')]"))
        page = self._get_form(self.url)
        self.assertFalse(page.xpath("//input[@name='date']"))
        question = self._get_form(f"{self._link()}/question")
        [token] = question.xpath("//input[@name='csrf_token']/@value")
        self.url_open(
            self.url,
            data={
                "csrf_token": token,
                "item_ids": self._item(self.overdue).id,
                "count": "1",
                "date": str(self.in_a_month),
            },
        )
        self.assertFalse(self._get_plans())

    def test_what_can_not_be_spread(self):
        """What is disputed, in a plan, or asked for already."""
        self._ask()
        self.assertIn("asked for a plan already", self._get_error(self._ask()))
        self._get_plans().sudo().unlink()
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self.debtor.id,
                "move_line_id": self._item(self.overdue).id,
                "reason": "disputed",
            }
        )
        self.assertIn("Contested", self._get_error(self._ask()))
        self.assertFalse(self._get_plans())

    def test_several_currencies(self):
        other = self.setup_other_currency("EUR")
        invoice = self._create_invoice(10, 500, currency_id=other.id)
        ids = (self._item(self.overdue) | self._item(invoice)).ids
        self.assertIn("one currency", self._get_error(self._ask(item_ids=ids)))
        self._ask(item_ids=self._item(invoice).id)
        self.assertEqual(self._get_plans().currency_id, other)
