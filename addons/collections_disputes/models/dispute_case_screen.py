"""What the screens of disputes tell at a glance."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import OPEN_STATES

# What was planned so many days ago and not done is planned by nobody any more.
FORGOTTEN_DAYS = 7


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    is_open = fields.Boolean(compute="_compute_is_open")
    can_work = fields.Boolean(compute="_compute_can_work")
    age_days = fields.Integer(
        string="Age",
        compute="_compute_age_days",
        help="Days since it was opened; of a closed one, the days it took.",
    )
    is_overdue = fields.Boolean(
        string="Past Deadline",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="The deadline is over: ours, or the customer's while we wait for him.",
    )
    is_forgotten = fields.Boolean(
        string="Forgotten",
        compute="_compute_is_forgotten",
        search="_search_is_forgotten",
        help="Open, and nothing is planned, or it was to be done more than a week ago.",
    )
    invoice_count = fields.Integer(compute="_compute_document_counts")
    credit_note_count = fields.Integer(compute="_compute_document_counts")

    @api.depends("name", "partner_id")
    @api.depends_context("dispute_with_customer")
    def _compute_display_name(self):
        """In calendars, tell a dispute by its customer too."""
        if not self.env.context.get("dispute_with_customer"):
            return super()._compute_display_name()
        for case in self:
            parts = [case.name, case.partner_id.name]
            case.display_name = " · ".join(filter(None, parts))
        return None

    @api.depends("state")
    def _compute_is_open(self):
        for case in self:
            case.is_open = case.state in OPEN_STATES

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_can_work(self):
        """Spare those who only read the buttons that would refuse them."""
        mine = self.sudo(False)._filtered_access("write")
        for case in self:
            case.can_work = case in mine

    @api.depends("date_open", "date_closed")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for case in self:
            opened = case.date_open or now
            case.age_days = ((case.date_closed or now) - opened).days

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for case in self:
            due = case.due_date
            case.is_overdue = case.state in OPEN_STATES and bool(due) and due < today

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", OPEN_STATES) & Domain(
            "due_date", "<", fields.Date.context_today(self)
        )

    @api.depends("state", "activity_ids.date_deadline")
    def _compute_is_forgotten(self):
        since = self._get_forgotten_date()
        for case in self:
            planned = case.activity_ids.filtered(lambda a: a.date_deadline >= since)
            case.is_forgotten = case.state in OPEN_STATES and not planned

    @api.model
    def _search_is_forgotten(self, operator, value):
        if operator != "in":
            return NotImplemented
        planned = Domain("date_deadline", ">=", self._get_forgotten_date())
        return Domain("state", "in", OPEN_STATES) & Domain(
            "activity_ids", "not any", planned
        )

    @api.model
    def _get_forgotten_date(self):
        """Return since when something must be planned for a case to be worked on.

        :rtype: date
        """
        return fields.Date.subtract(
            fields.Date.context_today(self), days=FORGOTTEN_DAYS
        )

    @api.depends("line_ids.move_id", "credit_note_ids")
    def _compute_document_counts(self):
        for case in self.sudo():
            case.invoice_count = len(case.line_ids.move_id)
            case.credit_note_count = len(case.credit_note_ids)

    # === ACTION METHODS === #

    def action_acknowledge(self):
        """Begin to work on new disputes: the customer has been told that we know.

        By e-mail, unless it was done already; without an address, by whom calls this.
        """
        self.check_access("write")
        new = self.filtered(lambda case: case.state == "new")
        new.state = "review"
        new._acknowledge()
        told = new.filtered(
            lambda case: (
                not case.acknowledged_at and not case.company_id._is_dunning_test_mode()
            )
        )
        told.sudo().acknowledged_at = fields.Datetime.now()

    def action_wait_customer(self):
        """Note that the customer has to act: meanwhile no deadline is ours."""
        self.check_access("write")
        self.state = "waiting_customer"

    def action_wait_us(self):
        """Note that it is up to us to act."""
        self.check_access("write")
        self.state = "waiting_us"

    def action_open_reject(self):
        """Open the dialog that ends this dispute, with its rejection chosen."""
        action = self.action_open_resolve()
        action["context"]["default_resolution"] = "rejected"
        return action

    def action_open_invoices(self):
        """Open the disputed invoices."""
        return self.line_ids.move_id._get_records_action(
            name=self.env._("Disputed Invoices")
        )

    def action_open_credit_notes(self):
        """Open the credit notes that came of these disputes."""
        return self.credit_note_ids._get_records_action(name=self.env._("Credit Notes"))

    def action_open_debtor(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.debtor_id._get_records_action()


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    amount_residual = fields.Monetary(
        string="Open",
        compute="_compute_amount_residual",
        compute_sudo=True,  # an owner who is no accountant sees what is left of it
        help="What is open of the item, disputed or not.",
    )

    @api.depends("move_line_id.amount_residual_currency")
    def _compute_amount_residual(self):
        for line in self:
            line.amount_residual = line.move_line_id.amount_residual_currency

    def action_open_invoice(self):
        """Open the invoice of this item."""
        self.ensure_one()
        return self.move_id._get_records_action()
