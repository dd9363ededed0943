from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentPin(SegmentCommon):
    """A person knows better, and says why."""

    def _pin(self, user, debtors, segment, reason="Merger"):
        action = debtors.with_user(user).action_pin_segment()
        form = Form(
            self.env["collections.segment.pin"]
            .with_user(user)
            .with_context(**action["context"])
        )
        form.segment_id = segment
        form.reason = reason
        return form.save().action_pin()

    def test_pinned_by_a_collector(self):
        self._assign()
        self._pin(self.collector, self.debtor | self.other, self.chronic)
        self.assertRecordValues(
            self.debtor | self.other,
            [
                {
                    "segment_id": self.chronic.id,
                    "segment_pinned": True,
                    "segment_pin_reason": "Merger",
                    "segment_pin_user_id": self.collector.id,
                }
            ]
            * 2,
        )
        self.assertIn("Chronic: Merger", self.debtor.message_ids[0].body)
        self.assertEqual(
            self.debtor.message_ids[0].author_id, self.collector.partner_id
        )
        self.assertEqual(self._assign(), self.chronic, "the night leaves him")
        self.debtor.with_user(self.collector).action_release_segment()
        self.assertEqual(self.debtor.segment_id, self.reliable)
        self.assertFalse(self.debtor.segment_pin_reason)
        self.assertEqual(self.other.segment_id, self.chronic)

    def test_who_may_pin(self):
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).action_pin_segment()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).action_release_segment()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.collector).write(
                {"segment_id": self.chronic.id, "segment_pinned": True}
            )
        with self.assertRaises(UserError):
            self._pin(self.collector, self.debtor, self.chronic, reason=" ")
        self.assertFalse(self.debtor.segment_pinned)

    def test_customer_of_another_company(self):
        stranger = self.env["res.company"].sudo().create({"name": "Stranger"})
        theirs = (
            self.env["collections.debtor"]
            .sudo()
            .create({"company_id": stranger.id, "partner_id": self.customer.id})
        )
        dialog = self.env["collections.segment.pin"].with_user(self.collector)
        with self.assertRaises(AccessError):
            dialog.create(
                {
                    "debtor_ids": [Command.set(theirs.ids)],
                    "segment_id": self.chronic.id,
                    "reason": "No",
                }
            ).action_pin()
        own = self._create_segment(company_id=stranger.id)
        with self.assertRaises(AccessError):
            own.with_user(self.manager).name  # noqa: B018
        with self.assertRaises(UserError):
            self.debtor._pin_segment(own, "Not of this company")

    def test_pinned_file_is_merged(self):
        self._pin(self.collector, self.debtor, self.chronic)
        self.debtor.sudo()._merge_into(self.other.sudo())
        self.assertEqual(self.other.segment_id, self.chronic)
        self.assertTrue(self.other.segment_pinned)

    def test_segment_of_pinned_customers_stays(self):
        ours = self._create_segment()
        self._pin(self.collector, self.debtor, ours)
        with self.assertRaises(UserError):
            ours.active = False
        with self.assertRaises(UserError):
            ours.unlink()
        self.debtor.action_release_segment()
        ours.unlink()


@tagged("post_install", "-at_install")
class TestSegmentTour(SegmentCommon, HttpCase):
    def test_pin(self):
        """A collector pins a customer and releases him again, in a real browser."""
        self._assign()
        self.start_tour(
            f"/odoo/collections.debtor/{self.debtor.id}",
            "dunning_pin_segment",
            login="dunning_collector",
        )
        words = "".join(self.debtor.message_ids.mapped("body"))
        self.assertIn("Chronic: Has a new owner", words)
        self.assertEqual(self.debtor.segment_id, self.reliable)
