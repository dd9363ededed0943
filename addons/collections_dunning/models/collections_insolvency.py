from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..const import INSOLVENCY_KINDS, INSOLVENCY_OUTCOMES, INSOLVENCY_STATES


class CollectionsInsolvency(models.Model):
    """Insolvency proceedings opened against a customer, from judgment to closing.

    Claims born before the judgment are stopped by holds, and declared; later ones go
    on under a procedure of their own.
    """

    _name = "collections.insolvency"
    _description = "Insolvency Proceedings"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "judgment_date desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Partner")
    kind = fields.Selection(
        INSOLVENCY_KINDS,
        required=True,
        default="receivership",
        tracking=True,
        help="Proceedings may be converted: the day of the judgment that opened them "
        "stays.",
    )
    judgment_date = fields.Date(
        string="Opening Judgment",
        required=True,
        tracking=True,
        help="From this day on interest stops, and nothing born before may be paid.",
    )
    publication_date = fields.Date(
        string="BODACC Publication",
        tracking=True,
        help="The deadlines count from here.",
    )
    court = fields.Char(help="The court that opened the proceedings.")
    case_number = fields.Char(help="The number of the proceedings at the court.")
    administrator_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Who assists or replaces the management. Gets a copy of what is written "
        "about later claims.",
    )
    trustee_id = fields.Many2one(
        "res.partner",
        string="Creditors' Representative",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The mandataire judiciaire or the liquidator: claims are declared to him.",
    )
    document = fields.Binary(
        string="Judgment or Publication",
        attachment=True,
        copy=False,
        help="It allows the administrator to be written to.",
    )
    document_name = fields.Char(copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    state = fields.Selection(
        INSOLVENCY_STATES,
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    outcome = fields.Selection(
        INSOLVENCY_OUTCOMES, readonly=True, copy=False, tracking=True
    )
    closed_on = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    item_ids = fields.One2many(
        "collections.insolvency.item", "insolvency_id", string="Items"
    )
    claims_interest = fields.Boolean(
        string="Declare Interest and Compensation",
        compute="_compute_claims_interest",
        store=True,
        readonly=False,
        help="Late interest up to the judgment, and the compensation of what was late "
        "before it.",
    )
    note = fields.Html()

    _debtor_uniq = models.UniqueIndex(
        "(debtor_id) WHERE state <> 'closed'",
        "This customer is in insolvency proceedings already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "judgment_date", "debtor_id")
    def _compute_display_name(self):
        for record in self:
            customer = record.partner_id.name
            title = self.env._("Insolvency")
            if record.judgment_date:
                title = record._get_title()
            record.display_name = f"{customer} · {title}" if customer else title

    @api.depends("debtor_id")
    def _compute_claims_interest(self):
        for record in self:
            record.claims_interest = record.debtor_id.charging != "waive"

    # === CONSTRAINT METHODS === #

    @api.constrains("judgment_date", "publication_date")
    def _check_dates(self):
        today = fields.Date.context_today(self)
        for record in self:
            published = record.publication_date
            if max(record.judgment_date, published or record.judgment_date) > today:
                raise ValidationError(
                    self.env._("A judgment or its publication can't be in the future.")
                )
            if published and published < record.judgment_date:
                raise ValidationError(
                    self.env._("A judgment is published on its day or later.")
                )

    @api.constrains("administrator_id", "trustee_id", "debtor_id")
    def _check_strangers(self):
        """Who the court appoints is nobody of the customer's."""
        for record in self:
            appointed = record.administrator_id | record.trustee_id
            if record.partner_id in appointed.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "The administrator and the creditors' representative are "
                        "appointed by the court: they are not the customer's."
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Record proceedings: what was born before the judgment stops at once.

        :raise AccessError: when the user is no Collector.
        """
        self.env["dunning.notice"]._check_collector()
        records = super().create(vals_list)
        for record in records.sudo():
            record._start()
        return records

    def write(self, vals):
        """Bring items, holds, deadlines and recipients up to date with the facts.

        :raise AccessError: to change closed proceedings is for a Credit Manager.
        :raise UserError: when they should be another customer's.
        """
        if not self.env.su:
            self._check_may_write(vals)
        result = super().write(vals)
        records = self.sudo().filtered(lambda record: record.state != "closed")
        if "judgment_date" in vals:
            records._stop(records._add_items())
        if {"publication_date", "creditor_abroad"} & vals.keys():
            records._schedule_deadlines()
        if "user_id" in vals:
            records.activity_ids.write({"user_id": vals["user_id"]})
        if {"kind", "administrator_id", "trustee_id", "document"} & vals.keys():
            records._apply_recipient()
        return result

    def _check_may_write(self, vals):
        self.env["dunning.notice"]._check_collector()
        if any(
            record.debtor_id.id != vals.get("debtor_id", record.debtor_id.id)
            for record in self
        ):
            raise UserError(
                self.env._(
                    "Proceedings stay with their customer: close these as recorded by "
                    "mistake, and record others."
                )
            )
        if any(record.state == "closed" for record in self):
            self.env["dunning.notice"]._check_credit_manager()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """What stopped dunning stays on record."""
        raise AccessError(
            self.env._("Close proceedings that were recorded by mistake instead.")
        )

    # === BUSINESS METHODS === #

    def _start(self):
        """Stop what was born before the judgment; arrangements about it end."""
        self.ensure_one()
        # A hold that somebody set by hand would stop the later claims too.
        self.debtor_id.hold_ids.filtered(
            lambda hold: (
                hold.reason == "insolvency"
                and not hold.move_line_id
                and not hold.origin_model
                and hold.is_current
            )
        )._end()
        self._fill_guarantees()
        ended = self._end_arrangements(self._add_items())
        self._apply_holds()
        self._withdraw_queued()
        self._apply_recipient()
        self._schedule_deadlines()
        self._log_on_debtor(self._describe_start(ended))

    def _get_title(self):
        """Return kind and judgment of these proceedings, in words.

        :rtype: str
        """
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s, judgment of %(day)s",
            kind=kinds.get(self.kind, ""),
            day=format_date(self.env, self.judgment_date),
        )

    def _log_on_debtor(self, text):
        self.debtor_id.sudo()._message_log(body=text)

    def _describe_start(self, ended):
        """Return what the customer's file says of new proceedings.

        :param list(str) ended: names of the arrangements that ended.
        :rtype: str
        """
        self.ensure_one()
        text = self.env._("%(what)s recorded.", what=self._get_title())
        if ended:
            text += " " + self.env._("Ended: %(names)s.", names=", ".join(ended))
        return text

    def action_open_debtor(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.debtor_id._get_records_action()
