from odoo import models

from ..const import ACTIVITY_CHANNELS


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Override: a call or task that is done is a notice that was sent."""
        notices = self._get_notices_done()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        notices._set_sent()
        return result

    def _get_notices_done(self):
        """Return the notices that consist of these activities.

        :rtype: dunning.notice
        """
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        notices = self.env["dunning.notice"].sudo()
        for activity in self.filtered(lambda a: a.res_model == "dunning.notice"):
            notice = notices.browse(activity.res_id).exists()
            expected = notice.level_id.activity_type_id or todo
            if (
                notice.state == "queued"
                and notice.channel in ACTIVITY_CHANNELS
                and activity.activity_type_id == expected
            ):
                notices |= notice
        return notices
