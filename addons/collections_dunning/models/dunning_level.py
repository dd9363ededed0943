from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import ACTIVITY_CHANNELS, CHANNELS, CHARGING, EVENTS


def came_with_module(records):
    """Tell whether any of these records is part of this module's data."""
    names = [name for names in records._get_external_ids().values() for name in names]
    return any(name.startswith("collections_dunning.") for name in names)


class DunningLevel(models.Model):
    _name = "dunning.level"
    _description = "Dunning Level"
    _order = "procedure_id, event nulls first, day_offset, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    procedure_id = fields.Many2one(
        "dunning.procedure", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="procedure_id.company_id")
    event = fields.Selection(
        EVENTS,
        help="Brought about by an event, not by the days late. After a stop: when a "
        "pause, promise or dispute has ended, one message with a new date to pay. "
        "Payment rejected: a debit, cheque or bill came back unpaid. Of a payment "
        "plan: its messages, in the procedure of payment plans alone.",
    )
    day_offset = fields.Integer(
        string="Days after Due Date",
        required=True,
        help="Number of days after the due date; negative: before it. A level "
        "at or before the due date concerns only debtors with nothing overdue.",
    )
    minimum_days = fields.Integer(
        string="Days since Last Notice",
        default=5,
        help="Fewest days since the last notice about the same item. The days "
        "between two contacts with a customer, a setting, count besides.",
    )
    channel = fields.Selection(
        CHANNELS,
        required=True,
        default="email",
    )
    approval = fields.Selection(
        [("automatic", "Automatic"), ("manual", "By Hand")],
        required=True,
        default="manual",
        help="Automatic: once dunning is activated, the scheduled run sends these "
        "notices by itself. By hand: a person approves each of them.",
    )
    is_formal = fields.Boolean(
        string="Formal Notice",
        help="Numbered without gaps, approved by a Credit Manager, and claims only "
        "items of which the debtor was reminded before.",
    )
    minimum_amount = fields.Monetary(
        currency_field="currency_id",
        help="Smallest amount claimed from a debtor in one currency, counted in "
        "the company's currency. Below it the level is passed over.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", string="Company Currency"
    )
    days_to_pay = fields.Integer(
        default=8, help="Days granted to pay, counted from the sending of the notice."
    )
    recipient_role = fields.Selection(
        [("contact", "Dunning Contact"), ("office", "Registered Office")],
        required=True,
        default="contact",
        help="Dunning contact: the contact flagged for dunning, else the invoice "
        "address, else the customer. Registered office: the customer itself.",
    )
    copy_role = fields.Selection(
        [
            ("decision_maker", "Decision-Maker"),
            ("contact", "Dunning Contact"),
            ("public_accountant", "Public Accountant"),
            ("administrator", "Administrator"),
        ],
        string="Copy To",
        help="Gets a copy by e-mail, of a letter too. Decision-maker: the contacts "
        "of the customer flagged as such. Public accountant: who pays for a public "
        "buyer, recorded and approved among its outside recipients. Administrator: "
        "whom the court appointed, recorded with the insolvency proceedings.",
    )
    attach_invoices = fields.Boolean(
        default=True,
        help="Copies of the invoices are attached to e-mails and annexed to letters.",
    )
    charging = fields.Selection(
        CHARGING,
        string="Interest and Compensation",
        required=True,
        default="none",
        help="Shown: the letter says what has accrued, asks for the principal and "
        "reserves the rest. Claimed: it asks for all of it.",
    )
    fee = fields.Monetary(
        string="Reminder Fee",
        currency_field="currency_id",
        help="Added to what is claimed, where the law allows it: never in France "
        "(article L111-8 of the code of civil enforcement procedures).",
    )
    tells_salesperson = fields.Selection(
        [("strategic", "Of Strategic Customers"), ("always", "Always")],
        string="Tell the Salesperson",
        help="The salesperson is told two working days before, and may object by a "
        "hold.",
    )
    consequence = fields.Text(
        translate=True,
        help="What follows when nothing is paid in time; texts show it as "
        "{{ consequence }}.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity",
        help="Scheduled for the responsible: the call or task itself, or a "
        "follow-up once the message is sent.",
    )
    activity_summary = fields.Char(translate=True)
    activity_note = fields.Text(translate=True)
    activity_days = fields.Integer(
        string="Activity Due In", help="Days from the notice to the activity."
    )
    text_ids = fields.One2many(
        "dunning.level.text", "level_id", string="Texts", copy=True
    )
    text_level_id = fields.Many2one(
        "dunning.level",
        string="Texts Of",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('text_level_id', '=', False), ('id', '!=', id)]",
        help="This level writes with the texts of that one, whatever is changed in "
        "them. Empty: it has its own.",
    )

    _day_offset_uniq = models.UniqueIndex(
        "(procedure_id, day_offset) WHERE active AND event IS NULL",
        "A procedure has one level at most for a given number of days.",
    )
    _event_uniq = models.UniqueIndex(
        "(procedure_id, event) WHERE active AND event IS NOT NULL",
        "A procedure has one level at most for an event.",
    )
    _minimum_days_positive = models.Constraint(
        "CHECK (minimum_days >= 0 AND days_to_pay >= 0 AND activity_days >= 0)",
        "Numbers of days can't be negative.",
    )
    _minimum_amount_positive = models.Constraint(
        "CHECK (minimum_amount >= 0)", "The minimum amount can't be negative."
    )
    _fee_positive = models.Constraint(
        "CHECK (fee IS NULL OR fee >= 0)", "A fee can't be negative."
    )

    @api.depends("name", "procedure_id.name")
    @api.depends_context("show_procedure")
    def _compute_display_name(self):
        """Say whose level it is where those of all procedures are offered."""
        shown = self.env.context.get("show_procedure")
        for level in self:
            names = (level.procedure_id.name, level.name) if shown else (level.name,)
            level.display_name = " – ".join(name for name in names if name)

    @api.depends("procedure_id.company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            company = level.procedure_id.company_id or self.env.company
            level.currency_id = company.currency_id

    @api.constrains("is_formal", "channel", "day_offset", "event")
    def _check_is_formal(self):
        for level in self:
            if level.is_formal and level.channel in ACTIVITY_CHANNELS:
                raise ValidationError(
                    self.env._("A formal notice is written: a call can't be one.")
                )
            if level.is_formal and level.event not in (False, "installment_formal"):
                raise ValidationError(
                    self.env._("A formal notice follows from the days late.")
                )
            if level.is_formal and level.day_offset <= 0:
                raise ValidationError(
                    self.env._("A formal notice can't come before an item is late.")
                )

    @api.constrains("fee", "charging", "procedure_id")
    def _check_fee(self):
        """A fee is part of what is claimed, and never asked for in France.

        A procedure of all companies may have one: French ones never charge it.
        """
        for level in self.filtered("fee"):
            if level.charging != "claim":
                raise ValidationError(
                    self.env._("Only a level that claims charges can ask for a fee.")
                )
            if level.company_id and level.company_id._is_french_law():
                raise ValidationError(
                    self.env._(
                        "In France no reminder fee may be asked for: the costs of "
                        "recovery without an enforceable title stay with the creditor "
                        "(article L111-8 of the code of civil enforcement procedures)."
                    )
                )

    @api.onchange("charging")
    def _onchange_charging(self):
        if self.charging != "claim":
            self.fee = 0

    @api.constrains("text_level_id")
    def _check_text_level_id(self):
        lent = self.with_context(active_test=False).search(
            [
                ("text_level_id", "!=", False),
                "|",
                ("id", "in", self.ids),
                ("text_level_id", "in", self.ids),
            ]
        )
        if lent.text_level_id.text_level_id:
            raise ValidationError(
                self.env._("Choose a level that has texts of its own.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        lang = self.env.lang or "en_US"
        if lang != "en_US" and self.env["res.lang"]._get_data(code="en_US"):
            # The ORM keeps a copy as English; a notice must not take it for English.
            stated = levels.filtered("consequence")
            stated.with_context(lang="en_US").consequence = ""
        return levels

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["dunning.notice"].sudo()
        if used.search_count([("level_id", "in", self.ids)], limit=1):
            raise ValidationError(
                self.env._("Notices were made at this level: archive it instead.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_installed(self):
        """An update of the module would bring it back, beside what replaced it."""
        if came_with_module(self):
            raise ValidationError(
                self.env._("This level came with the module: archive it instead.")
            )

    def _get_earliest_days(self):
        """Tell when each level of a procedure can be sent to who pays nothing.

        :return: pairs of the level and the days after the due date, in this order.
        :rtype: list(tuple)
        """
        gap = self.env.company.root_id.dunning_contact_gap
        result = []
        contact = None
        for level in self:
            day = level.day_offset
            if contact is not None:
                spacing = 0 if level.channel == "task" else gap
                day = max(day, contact + max(spacing, level.minimum_days))
            if level.channel != "task":
                contact = day
            result.append((level, day))
        return result

    def _format_minimum_amount(self):
        """Return the smallest amount with its currency; empty: there is none."""
        self.ensure_one()
        if not self.minimum_amount:
            return ""
        return self.currency_id.format(self.minimum_amount)

    def _get_stored_consequences(self):
        """Return the consequences in the languages in which they are written.

        Reading a translated field falls back to English in silence; what is stored
        is read here, so that a notice never mixes two languages.

        :return: text by language, by level id; None where nothing is announced.
        :rtype: dict(int, dict)
        """
        self.flush_model(["consequence"])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, consequence FROM dunning_level WHERE id = ANY(%s)",
                    list(self._origin.ids),
                )
            )
        )
