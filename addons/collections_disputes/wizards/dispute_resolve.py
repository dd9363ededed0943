from odoo import api, fields, models

from ..const import DEBT_STANDS, FOUND_JUSTIFIED, OWNER_RESOLUTIONS, RESOLUTIONS, SIDES


class DisputeResolve(models.TransientModel):
    """How a dispute ends, and what the customer is told."""

    _name = "dispute.resolve"
    _description = "Resolve a Dispute"

    case_id = fields.Many2one("dispute.case", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_disputed = fields.Monetary(related="case_id.amount_disputed")
    resolution = fields.Selection(
        selection="_get_resolutions", string="Outcome", required=True
    )
    is_justified = fields.Boolean(compute="_compute_meaning")
    debt_stands = fields.Boolean(compute="_compute_meaning")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    is_draft = fields.Boolean(compute="_compute_meaning")
    scope = fields.Selection(
        [("disputed", "Disputed Amount"), ("invoice", "Whole Invoice")],
        string="Credit Note Of",
        required=True,
        default="disputed",
    )
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        required=True,
        compute="_compute_cause_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    side = fields.Selection(
        SIDES,
        string="At Fault",
        required=True,
        compute="_compute_side",
        store=True,
        readonly=False,
        precompute=True,
    )
    answer = fields.Html(
        string="What We Tell the Customer",
        compute="_compute_answer",
        store=True,
        readonly=False,
        precompute=True,
    )
    new_date_to_pay = fields.Date(
        compute="_compute_new_date_to_pay",
        store=True,
        readonly=False,
        precompute=True,
        help="Nothing is dunned before this day has passed.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Sent to the customer."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_case(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_case(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._check_case(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_case(self, vals):
        """Refuse a dispute that this user may not see: the dialog tells about it.

        :param dict vals: of a dialog; the dispute may be a default.
        :raise AccessError: when the user may not see it.
        """
        case_id = vals.get("case_id") or self.env.context.get("default_case_id")
        self.env["dispute.case"].browse(case_id or ()).check_access("read")

    @api.model
    def _get_resolutions(self):
        """Return the outcomes that this user may choose."""
        is_collector = self.env.user.has_group(
            "collections_dunning.collections_dunning_group_collector"
        )
        labels = dict(
            self.env["dispute.case"]
            ._fields["resolution"]
            ._description_selection(self.env)
        )
        return [
            (key, labels[key])
            for key, _label in RESOLUTIONS
            if is_collector or self.env.su or key in OWNER_RESOLUTIONS
        ]

    @api.depends("resolution")
    def _compute_meaning(self):
        may_post = self.env.user.has_group("account.group_account_invoice")
        for wizard in self:
            wizard.is_justified = wizard.resolution in FOUND_JUSTIFIED
            wizard.debt_stands = wizard.resolution in DEBT_STANDS
            wizard.is_draft = wizard.is_justified and not may_post

    @api.depends("resolution", "scope")
    def _compute_needs_approval(self):
        for wizard in self:
            wizard.needs_approval = wizard.case_id.sudo()._needs_approval(
                wizard.resolution, wizard.scope
            )

    @api.depends("case_id")
    def _compute_cause_id(self):
        for wizard in self:
            case = wizard.case_id
            wizard.cause_id = case.cause_id or case.reason_id.cause_id

    @api.depends("case_id", "cause_id")
    def _compute_side(self):
        for wizard in self:
            case = wizard.case_id
            expected = case.side or case.reason_id.expected_side
            wizard.side = wizard.cause_id.side or expected

    @api.depends("case_id")
    def _compute_answer(self):
        """Begin with what the owner has prepared."""
        for wizard in self:
            wizard.answer = wizard.case_id.answer

    @api.depends("case_id")
    def _compute_new_date_to_pay(self):
        for wizard in self:
            wizard.new_date_to_pay = wizard.case_id._get_new_date()

    def action_resolve(self):
        """End the dispute; see ``dispute.case.action_resolve``."""
        self.ensure_one()
        ended = self.case_id.action_resolve(
            self.resolution,
            cause_id=self.cause_id.id,
            side=self.side,
            answer=self.answer,
            scope=self.scope,
            new_date_to_pay=self.new_date_to_pay,
            attachment_ids=self.attachment_ids.ids,
        )
        notes = self.case_id.credit_note_ids
        if not ended and not self.case_id.needs_approval and notes.has_access("read"):
            return notes._get_records_action(name=self.env._("Credit Notes"))
        return {"type": "ir.actions.act_window_close"}
