from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..const import HOLD_REASONS

# What says itself on the debtor's file what it holds, once for all its items.
SPEAKING_ORIGINS = (
    "collections.pause",
    "collections.insolvency",
    "collections.promise",
    "collections.settlement",
)
# What alone decides about its holds.
ARRANGED_ORIGINS = (*SPEAKING_ORIGINS, "collections.payment.plan")


class DunningHold(models.Model):
    """The one way anything keeps an item from being dunned.

    Pauses, promises, plans, disputes and escalations write holds; the assessment
    reads this table and no other.
    """

    _name = "dunning.hold"
    _description = "Dunning Hold"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="debtor_id.company_id",
        store=True,
        index=True,  # read by the record rules and the assessment
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: the whole debtor is held.",
    )
    reason = fields.Selection(
        HOLD_REASONS,
        required=True,
        default="paused",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(
        help="Part of the item that is held; empty: all of it.",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Until", help="Last day of the hold.")
    told_date = fields.Date(
        string="New Date Told",
        readonly=True,
        copy=False,
        help="Whoever ended this hold told the customer to pay by this day. Nothing is "
        "dunned before it has passed.",
    )
    note = fields.Char(string="Explanation")
    origin_model = fields.Char(readonly=True, copy=False)
    origin_id = fields.Many2oneReference(
        model_field="origin_model", readonly=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users",
        string="Held By",
        default=lambda self: self.env.user,
        readonly=True,
    )
    is_current = fields.Boolean(compute="_compute_is_current")
    is_arranged = fields.Boolean(
        compute="_compute_is_arranged",
        help="What wrote this hold decides about it: it is changed or ended there.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A hold can't end before it begins.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "A held amount can't be negative."
    )
    _amount_needs_item = models.Constraint(
        "CHECK (COALESCE(amount, 0) = 0 OR move_line_id IS NOT NULL)",
        "A part can be held of an item only, not of a whole debtor.",
    )

    @api.depends("move_line_id", "company_id")
    def _compute_currency_id(self):
        for hold in self:
            hold.currency_id = (
                hold.move_line_id.currency_id or hold.company_id.currency_id
            )

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for hold in self:
            hold.is_current = (not hold.date_from or hold.date_from <= today) and (
                not hold.date_to or hold.date_to >= today
            )

    @api.depends("origin_model")
    def _compute_is_arranged(self):
        for hold in self:
            hold.is_arranged = hold.origin_model in ARRANGED_ORIGINS

    @api.constrains("move_line_id", "debtor_id")
    def _check_move_line_id(self):
        for hold in self:
            line = hold.move_line_id
            if line and (
                line.company_id != hold.company_id
                or line.partner_id.commercial_partner_id != hold.debtor_id.partner_id
            ):
                raise ValidationError(
                    self.env._("The held item belongs to another debtor.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._log(self.env._("Held"))
        holds._refresh_drafts()
        return holds

    def _refresh_drafts(self):
        """Take what is held now off the drafts that are under review."""
        drafts = (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("debtor_id", "in", self.debtor_id.ids),
                    ("state", "=", "draft"),
                    ("run_id.is_simulation", "=", False),
                ]
            )
        )
        if drafts:
            self.env["dunning.proposal"].sudo()._refresh_notices(drafts)

    def write(self, vals):
        """Leave what a promise, a plan or an offer holds to it.

        :raise UserError: names it.
        """
        if vals.keys() - {"note"}:
            self._check_not_arranged()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_log(self):
        self._check_not_arranged()
        self._log(self.env._("Hold removed"))

    def _check_not_arranged(self):
        """Refuse to change by hand what a promise, a plan or an offer holds.

        :raise UserError: names it.
        """
        if self.env.su:
            return
        for hold in self:
            if hold.origin_model in ARRANGED_ORIGINS:
                origin = self.env[hold.origin_model].browse(hold.origin_id).exists()
                if origin:
                    raise UserError(
                        self.env._(
                            "%(origin)s holds this: cancel or decide that instead.",
                            origin=origin.display_name,
                        )
                    )

    def _log(self, act):
        """Note on the debtors' files what became of these holds.

        A court may ask why something was not dunned, or was.

        :param str act: what was done with them.
        """
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        bodies = {}
        told = self.filtered(lambda hold: hold.origin_model not in SPEAKING_ORIGINS)
        for debtor, holds in told.grouped("debtor_id").items():
            lines = (
                self.env._(
                    "%(label)s: %(words)s",
                    label=act,
                    words=" · ".join(filter(None, hold._get_details(reasons))),
                )
                for hold in holds
            )
            bodies[debtor.id] = Markup("<br/>").join(lines)
        debtors = self.env["collections.debtor"].sudo().browse(bodies)
        debtors._message_log_batch(bodies=bodies)

    def _get_details(self, reasons):
        """Return what the file says of this hold.

        :param dict reasons: labels of the reasons.
        :rtype: list(str)
        """
        self.ensure_one()
        return [
            self.move_line_id.move_name,
            reasons[self.reason],
            self.note,
            self.date_to and format_date(self.env, self.date_to),
        ]

    @api.model
    def _find_by_origin(self, records):
        """Return what these records hold or held.

        :param records: of the model that wrote the holds.
        :rtype: dunning.hold, with the rights of the system
        """
        return self.sudo().search(
            [("origin_model", "=", records._name), ("origin_id", "in", records.ids)]
        )

    def action_end(self):
        """End these holds: from today on they hold nothing."""
        self.check_access("write")
        self._end()

    def _end(self, told_date=False):
        """End these holds: from today on they hold nothing.

        :param date told_date: last day to pay that the customer was told at the end.
            That is the one message after a stop: dunning sends none of its own, and
            goes on the day after. What was held today only is held until tonight.
        """
        yesterday = fields.Date.subtract(fields.Date.context_today(self), days=1)
        for hold in self:
            if hold.date_to and hold.date_to < yesterday:
                # It ended before: a second end would be another stop to tell of.
                continue
            if hold.date_from <= yesterday or told_date:
                hold.date_to = max(hold.date_from, yesterday)
            else:
                hold.unlink()
        if told_date:
            self.told_date = told_date
            self._refresh_drafts()
