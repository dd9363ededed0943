from odoo import api, fields, models

from ..const import TONES


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
