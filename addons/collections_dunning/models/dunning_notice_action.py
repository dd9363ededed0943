from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..const import MANAGER


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    # === RIGHTS === #

    @api.private
    def _check_collector(self):
        """Refuse who may not work notices.

        :raise AccessError: when the user is no Collector.
        """
        if not self.env.su and not self.env.user.has_group(
            "collections_dunning.collections_dunning_group_collector"
        ):
            raise AccessError(self.env._("Only a Collector can do this."))

    @api.private
    def _check_credit_manager(self):
        """Refuse who may not decide for the company.

        :raise AccessError: when the user is no Credit Manager.
        """
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a Credit Manager can do this."))

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve these drafts; they leave when their proposal is confirmed.

        :raise AccessError: on a formal notice, when the user is no Credit Manager.
        """
        self.check_access("write")
        self._check_collector()
        drafts = self.filtered(lambda n: n.state == "draft" and not n.approved)
        if any(notice.is_formal for notice in drafts):
            self._check_credit_manager()
        drafts.sudo().write(
            {"approved": True, "approved_by_id": self.env.uid, "is_edited": True}
        )
        return True

    def action_disapprove(self):
        """Take the approval of these drafts back."""
        self.check_access("write")
        self._check_collector()
        self.sudo().filtered(lambda n: n.state == "draft").write(
            {"approved": False, "approved_by_id": False, "is_edited": True}
        )
        return True

    def action_send(self):
        """Approve and queue these drafts; the scheduled action sends them.

        E-mails leave within a minute, letters wait to be printed, calls and tasks
        become activities. What a salesperson may still object to stays approved,
        for a later run; but one notice that a Credit Manager sends by itself leaves,
        see :meth:`_wait_unless_by_hand`.

        :return: True, or the action that tells what waits.
        :raise AccessError: when the user may not approve the notices.
        :raise UserError: when a notice is not a draft or belongs to a simulation.
        """
        self.check_access("write")
        self._check_collector()
        if any(notice.state != "draft" for notice in self):
            raise UserError(self.env._("Only a draft can be sent."))
        self.action_approve()
        waiting = self._wait_unless_by_hand(alone=len(self) == 1)
        leaving = self - waiting
        # Whoever sends one notice wants it to leave now; a selection can wait.
        leaving.sudo().send_now = len(self) == 1
        leaving._queue()
        return waiting._get_waiting_action() if waiting else True

    def action_cancel(self):
        """Drop these notices; they leave no trace on levels.

        :raise UserError: when a notice left already.
        """
        self.check_access("write")
        self._check_collector()
        allowed = ("draft", "queued", "printed", "failed")
        if any(notice.state not in allowed for notice in self):
            raise UserError(
                self.env._("A notice that left, or may have left, can't be cancelled.")
            )
        self._set_state("cancelled", error=False)
        self.activity_ids.sudo().unlink()
        return True

    def action_retry(self):
        """Queue failed notices again, after their cause was mended.

        :raise UserError: when a notice has not failed.
        """
        self.check_access("write")
        self._check_collector()
        if any(notice.state != "failed" for notice in self):
            raise UserError(self.env._("Only a failed notice can be tried again."))
        self._check_not_overtaken()
        self._set_state("draft", error=False, email_refused=False)
        self._queue()
        return True

    def _check_not_overtaken(self):
        """Refuse a notice whose items are on a later one by now.

        A level that an event brought about has no place among the others: only
        another notice of the same level overtakes it.

        :raise UserError: names the notice that was overtaken.
        """
        for line in self.line_ids.filtered("level_id"):
            overtaking = [("level_id", "=", line.level_id.id)]
            if not line.level_id.event:
                overtaking = [
                    ("level_id.event", "=", False),
                    ("day_offset", ">=", line.day_offset),
                ]
            later = self.env["dunning.notice.line"].search_count(
                [
                    ("move_line_id", "=", line.move_line_id.id),
                    ("cycle", "=", line.cycle),
                    ("live", "=", True),
                    ("level_id", "!=", False),
                    *overtaking,
                ],
                limit=1,
            )
            if later and line.move_line_id:
                raise UserError(
                    self.env._(
                        "%(item)s is on another notice of this level or a higher one "
                        "by now: drop %(notice)s.",
                        item=line.move_name,
                        notice=line.notice_id.display_name,
                    )
                )

    def action_release_address(self):
        """Trust an address again that refused or returned a message.

        The next run may write to it.
        """
        self.check_access("write")
        self._check_collector()
        self.filtered("email_refused").sudo().write({"email_refused": False})
        return True

    def action_confirm_sent(self):
        """Settle a doubt: the message did arrive, the level counts.

        :raise UserError: when a notice is not in doubt.
        """
        self._check_in_doubt()
        self._set_sent()
        return True

    def action_confirm_not_sent(self):
        """Settle a doubt: the message never left; the next run proposes it again.

        :raise UserError: when a notice is not in doubt.
        """
        self._check_in_doubt()
        self._set_state("cancelled", error=self.env._("Found not to have been sent."))
        return True

    def _check_in_doubt(self):
        self.check_access("write")
        self._check_collector()
        if any(notice.state != "in_doubt" for notice in self):
            raise UserError(self.env._("Only a notice in doubt can be settled so."))

    def action_open_entries(self):
        """Open the invoices and entries of these notices."""
        return self.line_ids.move_id._get_records_action(name=self.env._("Entries"))
