from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestActivityChannels(DunningCommon):
    def _queue_call(self):
        self._create_invoice(13, amount=2000.0)
        reminder = self._propose()
        self._send(reminder.notice_ids, days_ago=7)
        reminder.action_confirm()
        run = self._propose()
        run.action_confirm()
        return run.notice_ids.filtered(lambda notice: notice.channel == "phone")

    def test_call_is_made(self):
        """The activity that is done is the notice that is sent."""
        notice = self._queue_call()
        self.assertEqual(notice.state, "queued")
        activity = notice.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        activity.with_user(self.collector).action_feedback(feedback="Will pay Monday")
        self.assertEqual(notice.state, "sent")
        self.assertTrue(notice.sent_at)

    def test_another_activity(self):
        """An activity that is not the call does not send it."""
        notice = self._queue_call()
        other = notice.activity_schedule(
            "mail.mail_activity_data_upload_document", user_id=self.collector.id
        )
        other.with_user(self.collector).action_feedback()
        self.assertEqual(notice.state, "queued")
