from odoo import Command, api, fields, models

from ..const import TONES

# What a person who pins a customer decides.
PIN_FIELDS = (
    "segment_id",
    "segment_date",
    "segment_pinned",
    "segment_pin_reason",
    "segment_pin_user_id",
)


class CollectionsDebtor(models.Model):
    """The segment of a customer, and what it gives him."""

    _inherit = "collections.debtor"

    segment_id = fields.Many2one(
        "collections.segment",
        index="btree_not_null",
        readonly=True,
        check_company=True,
        ondelete="set null",
        help="Found every night from how the customer pays, unless somebody pinned it.",
    )
    segment_date = fields.Date(string="In the Segment Since", readonly=True)
    segment_former_id = fields.Many2one(
        "collections.segment",
        string="Segment Before",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    segment_worsened_on = fields.Date(
        string="Worsened On",
        readonly=True,
        help="When the customer last came to a worse segment, until he comes to a "
        "better one.",
    )
    segment_pinned = fields.Boolean(
        string="Pinned", readonly=True, help="The segment stays as a person chose it."
    )
    segment_pin_reason = fields.Char(string="Why Pinned", readonly=True)
    segment_pin_user_id = fields.Many2one(
        "res.users", string="Pinned By", readonly=True
    )
    first_invoice_date = fields.Date(string="First Invoice", readonly=True)
    sales_amount = fields.Monetary(
        string="Sales of the Last 12 Months",
        readonly=True,
        help="Invoices less credit notes, without taxes, in the company's currency.",
    )
    applied_tone = fields.Selection(
        TONES,
        string="Tone in Force",
        compute="_compute_applied_tone",
        help="The customer's own, else that of his segment, else standard.",
    )
    applied_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible in Force",
        compute="_compute_applied_responsible_id",
        help="The customer's own, else that of his segment, else the default collector "
        "of the company.",
    )

    # === COMPUTE METHODS === #

    @api.depends("tone", "segment_id.tone", "segment_id.active")
    def _compute_applied_tone(self):
        for debtor in self:
            segment = debtor.segment_id.filtered("active")
            debtor.applied_tone = debtor.tone or segment.tone or "standard"

    @api.depends(
        "responsible_id",
        "segment_id.responsible_id",
        "segment_id.active",
        "company_id.dunning_responsible_id",
    )
    def _compute_applied_responsible_id(self):
        for debtor in self:
            company = debtor.company_id.sudo()
            of_segment = debtor.segment_id.filtered("active").sudo().responsible_id
            debtor.applied_responsible_id = (
                debtor.responsible_id
                or of_segment.filtered(company._has_at_work)
                or company.dunning_responsible_id
            )

    # === ACTION METHODS === #

    def action_pin_segment(self):
        """Open the dialog that pins these customers to a segment.

        :raise AccessError: when the user is no Collector.
        """
        self.env["dunning.notice"]._check_collector()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pin to a Segment"),
            "res_model": "collections.segment.pin",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_debtor_ids": [Command.set(self.ids)],
                "default_segment_id": self.segment_id.id if len(self) == 1 else False,
            },
        }

    def action_release_segment(self):
        """Let the segment of these customers follow from how they pay again.

        :raise AccessError: when the user is no Collector.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        pinned = self.filtered("segment_pinned")
        pinned.sudo().write(
            {
                "segment_pinned": False,
                "segment_pin_reason": False,
                "segment_pin_user_id": False,
            }
        )
        words = self.env._("The segment is no longer pinned.")
        pinned._message_log_batch(dict.fromkeys(pinned.ids, words))
        segments = self.env["collections.segment"].sudo()
        for company, debtors in pinned.grouped("company_id").items():
            changes = segments._assign(company, debtors.partner_id)
            segments._log_changes(company, changes)
        return True

    # === BUSINESS METHODS === #

    def _pin_segment(self, segment, reason):
        """Put these customers into a segment, where they stay until released.

        :param collections.segment segment: of their company, or of all.
        :param str reason: why, as a person says it.
        """
        today = fields.Date.context_today(self)
        for former, debtors in self.sudo().grouped("segment_id").items():
            if former != segment:
                debtors.write({"segment_former_id": former.id, "segment_date": today})
        self.sudo().write(
            {
                "segment_id": segment.id,
                "segment_worsened_on": False,  # somebody has looked at it
                "segment_pinned": True,
                "segment_pin_reason": reason,
                "segment_pin_user_id": self.env.uid,
            }
        )
        words = self.env._(
            "Pinned to the segment %(segment)s: %(reason)s",
            segment=segment.name,
            reason=reason,
        )
        self._message_log_batch(dict.fromkeys(self.ids, words))

    def _merge_modes(self, target):
        """What a person pinned stays pinned, unless the other file says otherwise."""
        result = super()._merge_modes(target)
        if self.segment_pinned and not target.segment_pinned:
            target.sudo().write(
                {
                    name: self[name].id if self._fields[name].relational else self[name]
                    for name in PIN_FIELDS
                }
            )
        return result
