from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
class TestGuarantee(CreditCommon):
    """What secures a claim, until when, and who is told before it ends."""

    def _record(self, user=None, **vals):
        return (
            self.env["collections.guarantee"]
            .with_user(user or self.collector)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "kind": "surety",
                    "guarantor_id": self.other_customer.id,
                    "amount": 5000,
                    "date_to": self._day(100),
                    **vals,
                }
            )
        )

    def test_guarantees_in_force(self):
        surety = self._record()
        title = self._record(kind="title", guarantor_id=False, amount=0, date_to=False)
        self._record(date_from=self._day(5))
        debtor = self.debtor.with_user(self.reader)
        self.assertEqual(debtor._get_guarantees(self.today), surety | title)
        self.assertEqual(
            debtor._get_guarantees(self._day(101)) & (surety | title), title
        )
        self.assertEqual(title.display_name, "Retention of Title")
        self.assertIn("Martin SAS · $\xa05,000.00 · until", surety.display_name)

    def test_released(self):
        guarantee = self._record(date_to=self._day(20))
        self._night()
        self.assertEqual(len(self._tasks(guarantee)), 1)
        guarantee.action_release()
        self.assertFalse(guarantee.is_current)
        self.assertFalse(self.debtor._get_guarantees(self.today))
        self.assertFalse(self._tasks(guarantee))
        self._night()
        self.assertFalse(self._tasks(guarantee))

    def test_end_is_told_once(self):
        guarantee = self._record()
        self._night(69)
        self.assertFalse(self._tasks(guarantee))
        self._night(70)
        task = self._tasks(guarantee)
        self.assertEqual(task.user_id, self.collector)
        self.assertEqual(task.date_deadline, guarantee.date_to)
        self.assertIn("This guarantee ends on", task.summary)
        task.action_done()
        self._night(71)
        self.assertFalse(self._tasks(guarantee))

    def test_extended(self):
        """A new end settles the question, and is asked about in its turn."""
        guarantee = self._record()
        self._night(80)
        guarantee.date_to = self._day(400)
        self.assertFalse(self._tasks(guarantee))
        self._night(90)
        self.assertFalse(self._tasks(guarantee))
        self._night(375)
        self.assertEqual(len(self._tasks(guarantee)), 1)

    def test_bad_input(self):
        for vals in (
            {"date_to": self._day(-1), "date_from": self._day(-10)},
            {"date_from": self._day(101)},
            {"amount": -1},
            {"guarantor_id": False},
            {"guarantor_id": self.customer.id},
        ):
            with self._refuses(vals):
                self._record(**vals)
        with self.assertRaises(AccessError):
            self._record(currency_id=self.env.ref("base.EUR").id)

    def test_who_may(self):
        guarantee = self._record()
        with self.assertRaises(AccessError):
            self._record(self.reader)
        with self.assertRaises(AccessError):
            guarantee.with_user(self.reader).action_release()
        with self.assertRaises(AccessError):
            guarantee.unlink()
        with self.assertRaises(AccessError):
            guarantee.released_on = self.today
        guarantee.with_user(self.manager).unlink()
        self.assertFalse(guarantee.exists())

    def test_newest_rating(self):
        ratings = self.env["collections.credit.rating"].with_user(self.collector)
        vals = {"debtor_id": self.debtor.id, "source": "Agency"}
        new = ratings.create({**vals, "date": self._day(-5), "rating": "7/10"})
        ratings.create({**vals, "date": self._day(-500), "rating": "9/10"})
        debtor = self.debtor.with_user(self.reader)
        self.assertEqual(debtor.rating_id, new)
        self.assertTrue(new.display_name.startswith("7/10 · Agency · "))
        for name in ("date", "closing_date"):
            with self.assertRaises(ValidationError):
                ratings.create({**vals, name: fields.Date.to_string(self._day(1))})
        with self.assertRaises(AccessError):
            ratings.with_user(self.reader).create(vals)
