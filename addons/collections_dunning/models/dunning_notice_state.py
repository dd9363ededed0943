from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import ACTIVITY_CHANNELS, DEAD_STATES, LETTER_CHANNELS


class DunningNotice(models.Model):
    """How a notice moves from one state to the next."""

    _inherit = "dunning.notice"

    def _queue_approved(self):
        """Queue the approved drafts among these notices.

        What nobody can or may receive is set aside for a person: one wrong recipient
        must not hold up the others. What a salesperson may still object to, or comes
        too soon after another contact, stays approved, for a later run.
        """
        ready = self.filtered(lambda n: n.state == "draft" and n.approved)
        stuck = ready.filtered(
            lambda n: (
                n._get_strangers()
                or not n.recipient_id
                and n.channel not in ACTIVITY_CHANNELS
            )
        )
        stuck.sudo().write(
            {
                "approved": False,
                "approved_by_id": False,
                "review_reason": "no_recipient",
            }
        )
        ready -= stuck
        ready -= ready._wait_for_salesperson()
        (ready - ready._wait_for_gap())._queue()

    def _queue(self):
        """Put approved drafts into the queue and wake what sends them.

        :raise UserError: on a simulation, or a notice without a recipient.
        """
        for notice in self:
            if notice.run_id.is_simulation:
                raise UserError(self.env._("A simulation can't be sent."))
            if not notice.recipient_id and notice.channel not in ACTIVITY_CHANNELS:
                raise UserError(
                    self.env._(
                        "%(customer)s has no recipient.",
                        customer=notice.partner_id.display_name,
                    )
                )
        today = fields.Date.context_today(self)
        self._set_state("queued", error=False, queued_on=today)
        activities = self.filtered(lambda n: n.channel in ACTIVITY_CHANNELS)
        (activities - activities._end_test_activities())._schedule_activities()
        if any(notice.channel == "email" for notice in self):
            self.env.ref("collections_dunning.ir_cron_dunning_notice_send")._trigger()

    def _set_state(self, state, **vals):
        """Move these notices to ``state``; keep what their lines count for in step.

        :param str state: one of ``NOTICE_STATES``.
        :param vals: other fields to write with it.
        """
        self.sudo().write({"state": state, **vals})
        self.env["dunning.notice.line"].flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE dunning_notice_line SET live = %(live)s
                    WHERE notice_id = ANY(%(ids)s) AND live <> %(live)s
                RETURNING id""",
                live=state not in DEAD_STATES,
                ids=self.ids,
            )
        )
        self.line_ids.invalidate_recordset(["live"])

    def _set_sent(self, moment=None):
        """Mark these notices sent and schedule their follow-up.

        Takes a number for each notice that has none.

        :param datetime moment: when they were sent; default: now.
        """
        self._assign_names()
        self._set_state("sent", sent_at=moment or fields.Datetime.now(), error=False)
        letters = self.filtered(lambda n: n.channel in LETTER_CHANNELS)
        letters._record_letters()
        letters._mail_copies()
        self.run_id.sudo()._set_done()

    def _record_letters(self):
        """Schedule the follow-up of posted letters; note them on the debtors' files."""
        self._follow_up()
        self.env["mail.message"].sudo().create(
            [notice._prepare_debtor_message_vals() for notice in self]
        )

    def _assign_names(self):
        """Number these notices, each company apart.

        Formal notices come from a sequence without gaps: who numbers one holds up
        who numbers another of the same company, until the transaction ends.
        """
        for notice in self.filtered(lambda n: not n.name):
            sequence = notice._get_sequence()
            notice.sudo().name = sequence.next_by_id()

    def _get_sequence(self):
        """Return the sequence of the company, made from the installed one if missing.

        :rtype: ir.sequence
        """
        self.ensure_one()
        code = "dunning.notice.formal" if self.is_formal else "dunning.notice"
        sequences = self.env["ir.sequence"].sudo()
        of_company = sequences.search(
            [("code", "=", code), ("company_id", "=", self.company_id.id)], limit=1
        )
        if of_company:
            return of_company
        model = self.env.ref(
            "collections_dunning.ir_sequence_" + code.replace(".", "_")
        )
        return model.sudo().copy({"company_id": self.company_id.id})

    def _schedule_activities(self):
        """Schedule the activity of the level for the responsible of each notice.

        Without an e-mail about each: calls come by the dozen.
        """
        todo = self.env.ref("mail.mail_activity_data_todo")
        for notice in self.with_context(mail_activity_quick_update=True):
            level = notice.level_id.with_context(lang=notice.responsible_id.lang)
            activity_type = level.activity_type_id or todo
            notice.activity_schedule(
                activity_type_id=activity_type.id,
                summary=level.activity_summary or level.name,
                note=level.activity_note or "",
                user_id=notice.company_id._get_dunning_attendant(
                    notice.responsible_id
                ).id,
                date_deadline=fields.Date.add(
                    fields.Date.context_today(notice), days=level.activity_days
                ),
            )
