import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..const import CREDIT_END_DAYS

_logger = logging.getLogger(__name__)


class CollectionsCreditDated(models.AbstractModel):
    """Something that lets us grant a customer credit, and ends one day.

    Whoever is responsible for the customer is told before, once for each end.
    """

    _name = "collections.credit.dated"
    _description = "Ground for Credit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(tracking=True)
    date_from = fields.Date(
        string="From", default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(string="Until", index=True, tracking=True)
    document = fields.Binary(attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    note = fields.Text(string="Remark")
    end_told = fields.Date(
        readonly=True,
        copy=False,
        help="The end of which somebody was told: nobody is told twice.",
    )
    is_current = fields.Boolean(string="In Force", compute="_compute_is_current")

    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "The end is before the beginning.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.is_current = record._is_in_force(today)

    def _is_in_force(self, date):
        """Tell whether this counts on a day.

        :param date date: any day.
        :rtype: bool
        """
        self.ensure_one()
        return (not self.date_from or self.date_from <= date) and (
            not self.date_to or self.date_to >= date
        )

    @api.model
    def _get_in_force_domain(self, date):
        """Return the domain of what counts on a day.

        :param date date: any day.
        :rtype: list
        """
        return [
            "|",
            ("date_from", "=", False),
            ("date_from", "<=", date),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", date),
        ]

    # === CRUD METHODS === #

    def write(self, vals):
        """What was asked about the former end is settled by a new one."""
        moved = self.browse()
        if "date_to" in vals:
            day = fields.Date.to_date(vals["date_to"])
            moved = self.filtered(lambda record: record.date_to != day)
        result = super().write(vals)
        moved._drop_questions()
        return result

    def _drop_questions(self):
        """Take away the activities that ask what becomes of these at their end."""
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _check_not_past(self, vals_list):
        """Refuse to record what has ended already.

        :param list vals_list: what is recorded.
        :raise ValidationError: names the day.
        """
        today = fields.Date.context_today(self)
        for vals in vals_list:
            end = fields.Date.to_date(vals.get("date_to"))
            if end and end < today:
                raise ValidationError(
                    self.env._(
                        "The end, %(date)s, is in the past.",
                        date=format_date(self.env, end),
                    )
                )

    # === WHAT ENDS === #

    @api.model
    def _watch(self):
        """Tell the responsible of what ends soon; one failure stops no other."""
        for record in self._find_ending():
            try:
                with self.env.cr.savepoint():
                    record._tell_end()
            except Exception:  # one record must not stop the others
                _logger.exception("Telling of the end of %s failed", record)

    @api.model
    def _find_ending(self):
        """Return what ends soon, or ended lately, and nobody was told of.

        :return: records of this model.
        """
        today = fields.Date.context_today(self)
        ending = self.search(
            [
                ("date_to", ">=", fields.Date.subtract(today, days=CREDIT_END_DAYS)),
                ("date_to", "<=", fields.Date.add(today, days=CREDIT_END_DAYS)),
            ]
        )
        return ending.filtered(
            lambda record: (
                record._is_worth_telling() and record.end_told != record.date_to
            )
        )

    def _is_worth_telling(self):
        """Hook: tell whether the end of this matters to somebody.

        :rtype: bool
        """
        return True

    def _tell_end(self):
        """Ask the responsible what becomes of this at its end."""
        self.ensure_one()
        user = self._get_attendant()
        record = self.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=record._get_end_summary(),
            user_id=user.id,
            date_deadline=max(self.date_to, fields.Date.context_today(self)),
        )
        self.sudo().end_told = self.date_to

    def _get_attendant(self):
        """Return who looks after this customer.

        :rtype: res.users
        """
        self.ensure_one()
        return self.company_id._get_dunning_attendant(
            self.debtor_id.applied_responsible_id
        )

    def _get_end_summary(self):
        """Hook: return what is asked about the end of this.

        :rtype: str
        """
        raise NotImplementedError()
