from datetime import timedelta

from odoo.tests import tagged

from ..const import PORTAL_PROMISE_DAYS
from .portal_forms_common import PortalFormsCommon


@tagged("post_install", "-at_install")
class TestPortalPromise(PortalFormsCommon):
    """A customer says when he pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_promise_grace = 2

    def setUp(self):
        super().setUp()
        self.url = f"{self._link()}/promise"
        self.day = self.today + timedelta(days=7)

    def _promise(self, **values):
        values = {
            "item_ids": self._item(self.overdue).id,
            "date": str(self.day),
            "amount": "",
            **values,
        }
        return self._send_form(self.url, **values)

    def _get_promises(self):
        return self.env["collections.promise"].search([])

    def test_promise(self):
        response = self._promise(words="On Friday\nfor sure")
        self._assert_done(response, "Your promise is recorded")
        promise = self._get_promises()
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "open",
                    "origin": "portal",
                    "debtor_id": self.debtor.id,
                    "contact_id": self.customer.id,
                    "amount": 1200,
                    "date": self.day,
                    "until_date": self.day + timedelta(days=2),
                    "item_ids": self._item(self.overdue).ids,
                    "note": "On Friday for sure",
                }
            ],
        )
        self._propose()
        self.assertEqual(self._reason(self.overdue), ["promise"])
        self.assertTrue(promise.confirmed_on)

    def test_logged_in(self):
        self._log_in(self.claire)
        self.url = f"/my/collections/{self.debtor.id}/promise"
        self._promise(amount="1,000.50")
        self.assertRecordValues(
            self._get_promises(),
            [{"contact_id": self.contact.id, "amount": 1000.5}],
        )

    def test_it_says_that_penalties_go_on(self):
        text = self._get_form(self.url).text_content()
        self.assertIn("penalties go on", " ".join(text.split()))

    def test_what_is_refused(self):
        late = self.today + timedelta(days=PORTAL_PROMISE_DAYS + 1)
        for values, words in (
            ({"date": str(late)}, "Choose a day"),
            ({"date": str(self.today - timedelta(days=1))}, "Choose a day"),
            ({"date": "tomorrow"}, "Choose a date"),
            ({"date": ""}, "Choose a date"),
            ({"amount": "1200.01"}, "more than what can be promised"),
            ({"amount": "0"}, "Write the amount"),
            ({"amount": "-1"}, "Write the amount"),
            ({"amount": "nan"}, "Write the amount"),
            ({"item_ids": []}, "at least one"),
            ({"item_ids": self._item(self.foreign).id}, "no longer open"),
            ({"item_ids": "1 OR 1=1"}, "no longer open"),
        ):
            response = self._promise(words="My words", **values)
            self.assertIn(words, self._get_error(response), values)
            self.assertIn("My words", response.text)
        self.assertFalse(self._get_promises())
        self.assertFalse(self.debtor.hold_ids)

    def test_last_day(self):
        last = self.today + timedelta(days=PORTAL_PROMISE_DAYS)
        self._promise(date=str(last))
        self.assertEqual(self._get_promises().date, last)

    def test_nothing_after_the_formal_notice(self):
        """Neither once it was sent, nor while it is on its way."""
        proposal = self.env["dunning.proposal"].sudo()
        notice = proposal._draft_for_items(self._item(self.overdue), self.formal)
        self._promise(amount="1")
        self.assertEqual(len(self._get_promises()), 1, "a draft says nothing yet")
        self.debtor.sudo().hold_ids.unlink()
        self._send(notice)
        page = self._get_form(self.url)
        [box] = page.xpath(f"//input[@id='item_{self._item(self.overdue).id}']")
        self.assertTrue(box.get("disabled"))
        self.assertIn("formal notice", self._get_error(self._promise()))
        self.assertEqual(len(self._get_promises()), 1)
        self._promise(item_ids=self._item(self.coming).id)
        self.assertEqual(len(self._get_promises()), 2, "of this it says nothing")

    def test_twice(self):
        """Also when the first ones were decided, or cancelled, long ago."""
        for _time in range(2):
            self._promise()
            self._get_promises().sudo().write({"state": "cancelled"})
            self.debtor.sudo().hold_ids.unlink()
        self.assertEqual(len(self._get_promises()), 2)
        self.assertIn("twice already", self._get_error(self._promise()))
        self.assertEqual(len(self._get_promises()), 2)

    def test_by_telephone_too(self):
        """What was promised to a collector counts for nothing here."""
        for _time in range(2):
            self.env["collections.promise"].create(
                {
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "item_ids": self._item(self.overdue).ids,
                    "amount": 1,
                    "date": self.today,
                }
            )
            self.debtor.sudo().hold_ids.unlink()
        self._promise()
        self.assertEqual(len(self._get_promises()), 3)

    def test_held(self):
        """What is held whole is not promised; of what is held in part, the rest."""
        item = self._item(self.overdue)
        hold = (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "move_line_id": item.id,
                    "reason": "disputed",
                }
            )
        )
        self.assertIn("Contested", self._get_error(self._promise()))
        hold.amount = 200
        self.assertIn("1,000.00", self._get_form(self.url).text_content())
        self.assertIn("more than", self._get_error(self._promise(amount="1200")))
        self._promise()
        self.assertEqual(self._get_promises().amount, 1000)
        self.assertIn("Promised already", self._get_error(self._promise()))
        self.debtor.sudo().hold_ids.unlink()
        self.env["dunning.hold"].sudo().create(
            {"debtor_id": self.debtor.id, "reason": "insolvency"}
        )
        self.assertIn("contact us", self._get_error(self._promise()))
        self.assertEqual(len(self._get_promises()), 1)

    def test_not_due_for_long(self):
        far = self._create_invoice(-60, 50)
        error = self._get_error(self._promise(item_ids=self._item(far).id))
        self.assertIn("Not due yet", error)

    def test_several_currencies(self):
        other = self.setup_other_currency("EUR")
        invoice = self._create_invoice(10, 500, currency_id=other.id)
        ids = (self._item(self.overdue) | self._item(invoice)).ids
        self.assertIn("one currency", self._get_error(self._promise(item_ids=ids)))
        self._promise(item_ids=self._item(invoice).id)
        self.assertEqual(self._get_promises().currency_id, other)
