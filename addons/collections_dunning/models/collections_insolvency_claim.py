from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

REPORT = "collections_dunning.collections_insolvency_report"


@dataclass
class ClaimLine:
    """What is declared of one item; amounts in its currency.

    :ivar item: collections.insolvency.item
    :ivar Decimal principal: open part born before the judgment; negative of a credit.
    :ivar Decimal interest: up to the day before the judgment.
    :ivar Decimal compensation: of an invoice that was late before the judgment.
    :ivar list segments: see ``late_interest.Segment``.
    :ivar regime: collections.interest.regime, may be empty.
    :ivar bool is_due: it was due on the day of the judgment.
    :ivar bool lacks_rate: the interest is not known: a rate is missing.
    """

    item: object
    principal: Decimal
    is_due: bool
    interest: Decimal = Decimal(0)
    compensation: Decimal = Decimal(0)
    segments: list = field(default_factory=list)
    regime: object = None
    lacks_rate: bool = False


class CollectionsInsolvency(models.Model):
    """The claim that is declared: principal, interest up to the judgment."""

    _inherit = "collections.insolvency"

    declared_on = fields.Date(
        string="Claim Declared On",
        copy=False,
        tracking=True,
        help="The day on which the declaration was sent.",
    )
    amount_declared = fields.Monetary(readonly=True, copy=False, tracking=True)
    claim_attachment_id = fields.Many2one(
        "ir.attachment",
        string="Declaration Sent",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    claim_principal = fields.Monetary(
        string="Principal",
        compute="_compute_claim",
        help="Open today and born before the judgment, credits deducted; other "
        "currencies at their rate of the day of the judgment.",
    )
    claim_interest = fields.Monetary(string="Interest", compute="_compute_claim")
    claim_compensation = fields.Monetary(
        string="Compensation", compute="_compute_claim"
    )
    claim_total = fields.Monetary(
        string="Claim to Declare",
        compute="_compute_claim",
    )
    claim_warning = fields.Char(compute="_compute_claim")
    amount_later = fields.Monetary(
        string="Later Claims",
        compute="_compute_claim",
        help="Open today and born after the judgment.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "item_ids.birth",
        "item_ids.amount_before",
        "item_ids.move_line_id.amount_residual_currency",
        "claims_interest",
        "judgment_date",
    )
    @api.depends_context("lang")
    def _compute_claim(self):
        for record in self:
            lines = record._get_claim_lines()
            convert = record._to_company_currency
            record.claim_principal = sum(convert(li, li.principal) for li in lines)
            record.claim_interest = sum(convert(li, li.interest) for li in lines)
            record.claim_compensation = sum(
                convert(li, li.compensation) for li in lines
            )
            record.claim_total = (
                record.claim_principal
                + record.claim_interest
                + record.claim_compensation
            )
            record.amount_later = sum(
                (item.move_line_id.amount_residual_currency - item.amount_claimed)
                and record._convert_amount(
                    item.currency_id,
                    item.move_line_id.amount_residual_currency - item.amount_claimed,
                )
                for item in record.item_ids
            )
            record.claim_warning = record._get_claim_warning(lines)

    def _get_claim_warning(self, lines):
        """Return what a person should settle before the claim is declared.

        :rtype: str or bool
        """
        self.ensure_one()
        doubtful = self.item_ids.filtered(
            lambda item: item.is_to_check and item.amount_open
        )
        if doubtful:
            return self.env._(
                "Say when these were born, their dates don't tell: %(names)s.",
                names=", ".join(doubtful.mapped(lambda item: item.move_name or "")),
            )
        if any(line.lacks_rate for line in lines):
            return self.env._("The rate of a half-year is missing: interest is, too.")
        return False

    @api.constrains("declared_on")
    def _check_declared_on(self):
        today = fields.Date.context_today(self)
        for record in self:
            if record.declared_on and not (
                record.judgment_date <= record.declared_on <= today
            ):
                raise ValidationError(
                    self.env._(
                        "A claim is declared between the judgment and today: "
                        "correct the day."
                    )
                )

    # === ACTION METHODS === #

    def action_print_claim(self):
        """Print the declaration: as it was sent, else as it would be.

        :return: the report.
        """
        self.check_access("read")
        return self.env.ref(f"{REPORT}_action").report_action(self)

    def action_declare(self, declared_on=None):
        """Record that the claim was declared; what was sent stays on file.

        :param date declared_on: None: today.
        :return: True
        :raise AccessError: when the user is no Collector.
        :raise UserError: when the creditors' representative is unknown, or it was
            declared before.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        today = fields.Date.context_today(self)
        for record in self.sudo():
            if record.declared_on:
                raise UserError(self.env._("This claim was declared already."))
            if not record.trustee_id:
                raise UserError(
                    self.env._(
                        "Record the creditors' representative: claims are declared to "
                        "him."
                    )
                )
            record._keep_claim()
            record.write(
                {
                    "declared_on": fields.Date.to_date(declared_on) or today,
                    "amount_declared": record.claim_total,
                }
            )
            record._finish_declaring()
            record._schedule_deadlines()
        return True

    # === BUSINESS METHODS === #

    def _keep_claim(self):
        """Keep the declaration as it is sent."""
        self.ensure_one()
        self.claim_attachment_id = self.env["ir.attachment"].create(
            {
                "name": f"{self._get_claim_name()}.pdf",
                "raw": self._print_claim(),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        self._message_log(
            body=self.env._("Claim declared."),
            attachment_ids=self.claim_attachment_id.ids,
        )

    def _print_claim(self):
        """Return the declaration as PDF: as it was sent, else as it would be.

        :rtype: bytes
        """
        self.ensure_one()
        if self.claim_attachment_id:
            return self.sudo().claim_attachment_id.raw
        printed = self.env["ir.actions.report"]._print_dunning_letters(self, REPORT)
        [(_record, [content])] = printed
        return content

    def _get_claim_name(self):
        """Return the name of the file of the declaration."""
        record = self.with_context(lang=self._get_claim_lang())
        name = record.env._(
            "Declaration of claim %(customer)s", customer=self.partner_id.name or ""
        )
        return name.replace("/", "-")

    def _get_claim_lang(self):
        """Return the language of the declaration: the court's, where we have it.

        :rtype: str
        """
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        french = [code for code in installed if code.startswith("fr")]
        if "fr_FR" in french:
            return "fr_FR"
        return (french or [self.env.lang or "en_US"])[0]

    def _get_claim_lines(self):
        """Return what is declared, item by item, the oldest first.

        :rtype: list(ClaimLine)
        """
        self.ensure_one()
        items = self.item_ids.filtered(
            lambda item: not item.currency_id.is_zero(item.amount_claimed)
        ).sorted(lambda item: (item.amount_claimed < 0, item.date_maturity, item.id))
        if not items or not self.judgment_date:
            return []
        computed = self._compute_claim_interest(items) if self.claims_interest else {}
        lines = []
        for item in items:
            found = computed.get(item.move_line_id.id)
            due = item.date_maturity or item.move_line_id.date
            line = ClaimLine(
                item,
                Decimal(str(item.currency_id.round(item.amount_claimed))),
                item.amount_claimed < 0 or due <= self.judgment_date,
            )
            if found:
                line.interest = found.interest
                line.compensation = found.compensation
                line.segments = found.segments
                line.regime = found.regime
                line.lacks_rate = found.status == "missing_rate"
            lines.append(line)
        return lines

    def _compute_claim_interest(self, items):
        """Return the interest of what is declared, up to the eve of the judgment.

        It stops interest as soon as its day begins (articles L622-28 and R621-4 of
        the commercial code). What was late before owes its compensation: the
        judgment did not forbid to pay it in time (article L441-10).

        :rtype: dict(int, ItemInterest)
        """
        later = {}
        for item in items.filtered(lambda i: i.birth == "straddling"):
            line = item.move_line_id
            part = Decimal(str(line.amount_currency)) - Decimal(str(item.amount_before))
            later[line.id] = [(None, part)]
        interest = self.env["collections.interest"].with_context(before_judgment=True)
        return interest._compute_interest(
            items.move_line_id, self.judgment_date - timedelta(days=1), later
        )

    def _to_company_currency(self, line, amount):
        """Return an amount of a line in euros: of the day of the judgment.

        Article L622-25 of the commercial code.

        :param ClaimLine line: whose currency it is.
        :rtype: float
        """
        return self._convert_amount(line.item.currency_id, float(amount))

    def _convert_amount(self, currency, amount):
        return currency._convert(
            amount, self.currency_id, self.company_id, self.judgment_date
        )
