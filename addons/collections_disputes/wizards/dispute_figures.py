from odoo import api, fields, models
from odoo.fields import Domain

from ..const import FOUND_JUSTIFIED, OPEN_STATES


class DisputeFigures(models.TransientModel):
    """The key figures of disputes in a period; each opens its records.

    Amounts are in the company's currency: disputes at the rate of the day they were
    opened, sales and receivables as booked.
    """

    _name = "dispute.figures"
    _description = "Dispute Figures"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.subtract(
            fields.Date.context_today(self), years=1, days=-1
        ),
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: fields.Date.context_today(self)
    )
    # Of the period
    amount_sales = fields.Monetary(string="Sales", compute="_compute_opened")
    amount_disputed = fields.Monetary(string="Disputed", compute="_compute_opened")
    opened_count = fields.Integer(string="Opened Disputes", compute="_compute_opened")
    rate_of_sales = fields.Float(
        string="Dispute Rate: Sales", compute="_compute_opened", digits=(16, 2)
    )
    closed_count = fields.Integer(string="Closed Disputes", compute="_compute_closed")
    days_to_solve = fields.Float(compute="_compute_closed", digits=(16, 1))
    justified_count = fields.Integer(string="Justified", compute="_compute_closed")
    share_justified = fields.Float(compute="_compute_closed", digits=(16, 1))
    # As of now
    amount_receivable = fields.Monetary(
        string="Open Receivables", compute="_compute_current"
    )
    amount_open = fields.Monetary(string="Open Disputed", compute="_compute_current")
    open_count = fields.Integer(string="Open Disputes", compute="_compute_current")
    rate_of_receivables = fields.Float(
        string="Dispute Rate: Receivables", compute="_compute_current", digits=(16, 2)
    )
    amount_to_post = fields.Monetary(
        string="Credited, to Post", compute="_compute_current"
    )
    to_post_count = fields.Integer(
        string="Credit Notes to Post", compute="_compute_current"
    )
    overdue_count = fields.Integer(string="Past Deadline", compute="_compute_current")
    forgotten_count = fields.Integer(string="Forgotten", compute="_compute_current")
    to_qualify_count = fields.Integer(
        string="Cause to Qualify", compute="_compute_current"
    )

    _period_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "The period can't end before it begins."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "date_from", "date_to")
    def _compute_opened(self):
        for figures in self:
            sales = self.env["account.move"]._read_group(
                figures._get_sales_domain(), [], ["amount_total_signed:sum"]
            )
            disputes = self.env["dispute.case"]._read_group(
                figures._get_period_domain("date_open"),
                [],
                ["amount_company_opened:sum", "__count"],
            )
            figures.amount_sales = sales[0][0]
            figures.amount_disputed, figures.opened_count = disputes[0]
            figures.rate_of_sales = _percent(
                figures.amount_disputed, figures.amount_sales
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_closed(self):
        for figures in self:
            domain = figures._get_period_domain("date_closed")
            days, closed = self.env["dispute.analysis"]._read_group(
                domain, [], ["days_to_solve:avg", "case_id:count_distinct"]
            )[0]
            justified = self.env["dispute.case"].search_count(
                domain & Domain("resolution", "in", FOUND_JUSTIFIED)
            )
            figures.days_to_solve = days
            figures.closed_count = closed
            figures.justified_count = justified
            figures.share_justified = _percent(justified, closed)

    @api.depends("company_id")
    def _compute_current(self):
        for figures in self:
            cases = self.env["dispute.case"]
            mine = Domain("company_id", "=", figures.company_id.id)
            receivable = self.env["account.move.line"]._read_group(
                figures._get_receivable_domain(), [], ["amount_residual:sum"]
            )[0][0]
            amount, count = cases._read_group(
                figures._get_open_domain(), [], ["amount_company:sum", "__count"]
            )[0]
            figures.amount_receivable = receivable
            figures.amount_open, figures.open_count = amount, count
            figures.rate_of_receivables = _percent(amount, receivable)
            figures.amount_to_post, figures.to_post_count = cases._read_group(
                figures._get_to_post_domain(), [], ["amount_company:sum", "__count"]
            )[0]
            figures.overdue_count = cases.search_count(
                mine & Domain("is_overdue", "=", True)
            )
            figures.forgotten_count = cases.search_count(
                mine & Domain("is_forgotten", "=", True)
            )
            figures.to_qualify_count = cases.search_count(
                mine & Domain("needs_cause", "=", True)
            )

    @api.depends("company_id")
    def _compute_display_name(self):
        self.display_name = self.env._("Figures")

    # === WHAT IS COUNTED === #

    def _get_sales_domain(self):
        """Return what was invoiced to customers in the period, before credit notes.

        :rtype: Domain
        """
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("state", "=", "posted")
            & Domain("invoice_date", ">=", self.date_from)
            & Domain("invoice_date", "<=", self.date_to)
        )

    def _get_period_domain(self, field):
        """Return the disputes of which a moment lies in the period.

        :param str field: ``date_open`` or ``date_closed``.
        :rtype: Domain
        """
        after = fields.Date.add(self.date_to, days=1)
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain(field, ">=", fields.Date.to_string(self.date_from))
            & Domain(field, "<", fields.Date.to_string(after))
        )

    def _get_open_domain(self):
        """Return the disputes that are open now.

        :rtype: Domain
        """
        return Domain("company_id", "=", self.company_id.id) & Domain(
            "state", "in", OPEN_STATES
        )

    def _get_to_post_domain(self):
        """Return the open disputes that are decided: their credit note is a draft.

        The receivable is open too until it is posted: both count the disputed amount.

        :rtype: Domain
        """
        return self._get_open_domain() & Domain("draft_reason", "!=", False)

    def _get_receivable_domain(self):
        """Return what customers owe now; credits are not set against it.

        :rtype: Domain
        """
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
        )

    # === ACTION METHODS === #

    @api.model
    def action_open_figures(self):
        """Open the figures of the last twelve months."""
        return self.create({})._get_records_action(name=self.env._("Figures"))

    def action_open_sales(self):
        """Open the invoices of the period."""
        return self._open(
            "account.action_move_out_invoice_type", self._get_sales_domain()
        )

    def action_open_opened(self):
        """Open the disputes that were opened in the period."""
        return self._open_cases(self._get_period_domain("date_open"))

    def action_open_closed(self):
        """Open the disputes that were closed in the period."""
        return self._open_cases(self._get_period_domain("date_closed"))

    def action_open_justified(self):
        """Open the disputes of the period in which the customer was right."""
        return self._open_cases(
            self._get_period_domain("date_closed")
            & Domain("resolution", "in", FOUND_JUSTIFIED)
        )

    def action_open_receivables(self):
        """Open the items that customers owe."""
        return self._open(
            "collections_dunning.account_move_line_action_open_items",
            self._get_receivable_domain(),
        )

    def action_open_current(self):
        """Open the disputes that are open."""
        return self._open_cases(self._get_open_domain())

    def action_open_to_post(self):
        """Open the disputes that wait for their credit note to be posted."""
        return self._open_cases(self._get_to_post_domain())

    def action_open_overdue(self):
        """Open the disputes that are past their deadline."""
        return self._open_cases(
            self._get_open_domain() & Domain("is_overdue", "=", True)
        )

    def action_open_forgotten(self):
        """Open the disputes about which nothing is planned."""
        return self._open_cases(
            self._get_open_domain() & Domain("is_forgotten", "=", True)
        )

    def action_open_to_qualify(self):
        """Open the disputes that a payment closed, without a root cause."""
        return self._open_cases(
            Domain("company_id", "=", self.company_id.id)
            & Domain("needs_cause", "=", True)
        )

    def _open_cases(self, domain):
        return self._open("collections_disputes.dispute_case_action_all", domain)

    def _open(self, action, domain):
        """Open an action on what a figure counts, without further filters.

        :param str action: XML id.
        :param Domain domain: the records.
        """
        self.ensure_one()
        vals = self.env["ir.actions.act_window"]._for_xml_id(action)
        return {**vals, "domain": list(domain), "context": {}}


def _percent(part, whole):
    """Return a share in percent; 0 of nothing."""
    return 100 * part / whole if whole else 0
