from odoo import fields, models
from odoo.tools import SQL

from ..const import ON_ITS_WAY_STATES


class DunningNotice(models.Model):
    """Days between two contacts: a draft may have waited while something else left."""

    _inherit = "dunning.notice"

    def _wait_for_gap(self):
        """Return the notices that have to wait: the customer was just contacted.

        Or is about to be: of one customer's notices those of the gravest kind leave.
        A rejected payment and what becomes of a payment plan are told at once, and a
        task is for ourselves.

        :rtype: dunning.notice
        """
        limited = self.filtered(
            lambda n: (
                n.channel != "task" and n.level_id.event != "rejected" and not n.plan_id
            )
        )
        waiting = limited._filter_contacted()
        for own in (limited - waiting).grouped("debtor_id").values():
            gravest = max(own, key=lambda n: (n.is_formal, n.level_id.day_offset))
            waiting |= own.filtered(
                lambda n, kind=gravest.message_kind: n.message_kind != kind
            )
        for notice in waiting:
            notice.sudo().error = self.env._(
                "Waits: this customer was contacted in the last %(days)s days, or is "
                "about to be.",
                days=notice.company_id.root_id.dunning_contact_gap,
            )
        return waiting

    def _filter_contacted(self):
        """Return the notices among these whose customer was contacted lately."""
        self.flush_recordset()
        today = fields.Date.context_today(self)
        contacted = self.browse()
        for company, notices in self.grouped("company_id").items():
            gap = company.root_id.dunning_contact_gap
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT debtor_id
                      FROM dunning_notice
                     WHERE debtor_id = ANY(%(debtors)s)
                       AND channel <> 'task'
                       AND plan_id IS NULL
                       AND (state = ANY(%(on_its_way)s)
                            OR state = 'sent' AND sent_at::date > %(day)s)
                    """,
                    debtors=notices.debtor_id.ids,
                    on_its_way=list(ON_ITS_WAY_STATES),
                    day=fields.Date.subtract(today, days=gap),
                )
            )
            debtor_ids = {debtor_id for (debtor_id,) in rows}
            contacted |= notices.filtered(
                lambda n, ids=debtor_ids: n.debtor_id.id in ids
            )
        return contacted
