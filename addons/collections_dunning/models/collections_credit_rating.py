from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CollectionsCreditRating(models.Model):
    """What somebody else says of a customer: a rating, and the figures behind it."""

    _name = "collections.credit.rating"
    _description = "External Rating"
    _order = "date desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="debtor_id.partner_id",
        string="Customer",
        store=True,
        index=True,
        ondelete="cascade",
    )
    source = fields.Char(
        required=True,
        help="Who says so: a rating agency, a bank, the published accounts.",
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the rating: the newest one counts.",
    )
    rating = fields.Char(help="As the source writes it.")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of the figures: those of a customer abroad may be in his own.",
    )
    advised_limit = fields.Monetary(
        string="Advised Credit", help="The credit that the source advises."
    )
    closing_date = fields.Date(
        string="Accounts Closed On",
        help="Last day of the financial year of the figures.",
    )
    revenue = fields.Monetary()
    net_result = fields.Monetary()
    equity = fields.Monetary()
    debts = fields.Monetary()
    cash = fields.Monetary(string="Cash at Bank")
    headcount = fields.Integer(string="Employees")
    document = fields.Binary(attachment=True, help="The report, or the accounts.")
    document_name = fields.Char()
    note = fields.Text(string="Remark")

    @api.constrains("date", "closing_date")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for rating in self:
            for day in (rating.date, rating.closing_date):
                if day and day > today:
                    raise ValidationError(
                        self.env._(
                            "%(date)s is still to come: a rating is of a day that "
                            "has passed.",
                            date=format_date(self.env, day),
                        )
                    )

    @api.depends("rating", "source", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rating in self:
            parts = (rating.rating, rating.source, format_date(self.env, rating.date))
            rating.display_name = " · ".join(part for part in parts if part)
