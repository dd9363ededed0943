from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    CHANNELS,
    CHARGING,
    MANAGER,
    NOTICE_CONTENT,
    NOTICE_STATES,
    REVIEW_REASONS,
    TONES,
)

EDITABLE_STATES = ("draft",)


class DunningNotice(models.Model):
    """One message to one debtor in one currency at one level.

    Sending by e-mail is in ``dunning_notice_email``, letters in
    ``dunning_notice_letter``, texts in ``dunning_notice_text``.
    """

    _name = "dunning.notice"
    _description = "Dunning Notice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        help="Taken when the notice is sent or printed; a draft has none.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    run_id = fields.Many2one(
        "dunning.run", index="btree_not_null", readonly=True, ondelete="set null"
    )
    debtor_id = fields.Many2one(
        "collections.debtor",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True
    )
    responsible_id = fields.Many2one("res.users", index="btree_not_null")
    signatory_id = fields.Many2one(
        "res.users",
        string="Signed By",
        index="btree_not_null",
        help="Empty: the responsible. A salesperson signs what goes to a customer who "
        "is late for once; the responsible still follows it.",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    level_id = fields.Many2one(
        "dunning.level", required=True, index=True, readonly=True, ondelete="restrict"
    )
    is_formal = fields.Boolean(related="level_id.is_formal")
    channel = fields.Selection(CHANNELS, required=True)
    tone = fields.Selection(TONES, required=True, default="standard")
    lang = fields.Char(string="Language", required=True, readonly=True)
    recipient_id = fields.Many2one(
        "res.partner",
        string="To",
        index="btree_not_null",
        help="The main recipient: a contact of the customer, or somebody approved "
        "on the debtor.",
    )
    copy_ids = fields.Many2many(
        "res.partner",
        "dunning_notice_copy_rel",
        string="Copy To",
        help="Receive the same e-mail; an address that is refused is reported.",
    )
    recipient_ids = fields.Many2many(
        "res.partner", compute="_compute_recipient_ids", string="Recipients"
    )
    state = fields.Selection(
        NOTICE_STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    approved = fields.Boolean(
        readonly=True, copy=False, help="Leaves when its proposal is confirmed."
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_edited = fields.Boolean(
        readonly=True,
        copy=False,
        help="A person worked on this draft: a new proposal keeps it.",
    )
    review_reason = fields.Selection(
        REVIEW_REASONS,
        string="To Look At",
        readonly=True,
        copy=False,
        help="Why a person should look at it before it leaves.",
    )
    message_kind = fields.Char(
        readonly=True,
        copy=False,
        help="Which items of the customer share this message, see the assessment.",
    )
    group_key = fields.Char(
        readonly=True,
        copy=False,
        help="Address or customer reference that the items share, for a customer "
        "whose notices are split so.",
    )
    recipient_note = fields.Char(
        readonly=True,
        copy=False,
        help="Why this recipient and not the usual one.",
    )
    is_test = fields.Boolean(
        string="Test",
        readonly=True,
        copy=False,
        help="Was sent to the test address only: its level does not count.",
    )
    send_now = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody wants it to leave at once, outside the sending hours too.",
    )
    queued_on = fields.Date(readonly=True, copy=False)
    # The text: empty, the level's is used. What was sent is kept apart.
    custom_subject = fields.Char(string="Own Subject", copy=False)
    custom_body = fields.Text(string="Own Text", copy=False)
    subject = fields.Char(string="Subject Sent", readonly=True, copy=False)
    body = fields.Text(string="Text Sent", readonly=True, copy=False)
    line_ids = fields.One2many("dunning.notice.line", "notice_id", string="Items")
    amount_claimed = fields.Monetary(readonly=True)
    charging = fields.Selection(
        CHARGING,
        string="Interest and Compensation",
        required=True,
        default="none",
        tracking=True,
        help="Shown: said, but not asked for. Claimed: part of the total.",
    )
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_compensation = fields.Monetary(string="Compensation", readonly=True)
    amount_fee = fields.Monetary(string="Reminder Fee", readonly=True)
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amount_total", store=True, precompute=True
    )
    interest_regime_id = fields.Many2one(
        "collections.interest.regime",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    interest_date = fields.Date(
        string="Interest Up To", readonly=True, help="Last day whose interest counts."
    )
    daily_interest = fields.Monetary(
        readonly=True, help="What each further day adds, at the rate in force."
    )
    charges_note = fields.Char(
        string="Why No Interest",
        readonly=True,
        help="Why interest or compensation is left out.",
    )
    deadline_date = fields.Date(
        string="Pay By",
        readonly=True,
        help="Days granted by the level, counted from the sending.",
    )
    sent_at = fields.Datetime(readonly=True, copy=False)
    printed_at = fields.Datetime(readonly=True, copy=False)
    error = fields.Text(readonly=True, copy=False)
    email_to = fields.Char(
        string="Sent To",
        readonly=True,
        copy=False,
        help="Normalized address of the main recipient when it was sent.",
    )
    email_refused = fields.Boolean(
        readonly=True,
        copy=False,
        help="This address refused the message or returned it: the debtor has no "
        "recipient until the address is corrected.",
    )
    message_ref = fields.Char(
        string="Message-ID",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Derived from the notice: a repeated message can be recognised.",
    )
    registered_number = fields.Char(
        copy=False, help="Number on the slip of the registered letter."
    )
    posted_on = fields.Date(copy=False, help="Day the letter was handed to the post.")
    presented_on = fields.Date(
        string="First Presentation",
        copy=False,
        help="The days to pay of a registered letter run from here; until it is "
        "known, from two days after it was posted.",
    )
    delivery_outcome = fields.Selection(
        [
            ("delivered", "Delivered"),
            ("refused", "Refused"),
            ("unclaimed", "Unclaimed"),
            ("unknown", "Not at This Address"),
        ],
        string="Outcome at the Post",
        copy=False,
    )
    receipt = fields.Binary(string="Scan of the Receipt", attachment=True, copy=False)
    receipt_name = fields.Char(copy=False)
    eml_attachment_id = fields.Many2one(
        "ir.attachment",
        string="Message as Sent",
        readonly=True,
        copy=False,
        # It opens the customer's page, where one acts as the customer.
        groups="collections_dunning.collections_dunning_group_collector",
    )
    pdf_attachment_id = fields.Many2one(
        "ir.attachment",
        string="Letter as Printed",
        readonly=True,
        copy=False,
        # Its code opens the customer's page, too.
        groups="collections_dunning.collections_dunning_group_collector",
    )

    _to_send_idx = models.Index("(state, id) WHERE state IN ('queued', 'sending')")
    _debtor_sent_idx = models.Index("(debtor_id, sent_at) WHERE state = 'sent'")
    _email_refused_idx = models.Index("(email_to) WHERE email_refused")

    # === COMPUTE METHODS === #

    @api.depends("name", "level_id", "partner_id")
    def _compute_display_name(self):
        for notice in self:
            label = notice.name or notice.level_id.name or ""
            notice.display_name = f"{label} – {notice.partner_id.name or ''}"

    @api.depends("recipient_id", "copy_ids")
    def _compute_recipient_ids(self):
        for notice in self:
            notice.recipient_ids = notice.recipient_id | notice.copy_ids

    @api.depends(
        "amount_claimed",
        "amount_interest",
        "amount_compensation",
        "amount_fee",
        "charging",
    )
    def _compute_amount_total(self):
        for notice in self:
            notice.amount_total = notice.amount_claimed + notice._get_charges()

    # === CONSTRAINT METHODS === #

    @api.constrains("recipient_id", "copy_ids")
    def _check_recipients(self):
        """Nobody outside the debtor's commercial entity receives a notice.

        The exception is a recipient recorded and approved on the debtor.

        :raise ValidationError: names the recipient that is refused.
        """
        for notice in self.sudo():
            strangers = notice._get_strangers()
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(name)s does not belong to %(customer)s and is not an "
                        "approved recipient of it.",
                        name=strangers[0].display_name,
                        customer=notice.partner_id.display_name,
                    )
                )

    def _get_charges(self):
        """Return what is claimed beside the principal.

        :rtype: float
        """
        self.ensure_one()
        if self.charging != "claim":
            return 0.0
        return self.amount_interest + self.amount_compensation + self.amount_fee

    def _get_strangers(self):
        """Return the recipients of this notice that may not receive it.

        :rtype: res.partner
        """
        self.ensure_one()
        approved = self.debtor_id.outside_recipient_ids.filtered("approved_by_id")
        return self.recipient_ids.filtered(
            lambda partner: (
                partner.commercial_partner_id != self.debtor_id.partner_id
                and partner not in approved.partner_id
            )
        )

    # === CRUD METHODS === #

    def write(self, vals):
        worked_on = NOTICE_CONTENT & vals.keys()
        if self.env.su:
            # Whoever takes over for a user that is gone may do so at any time.
            worked_on.discard("responsible_id")
        if worked_on and any(n.state not in EDITABLE_STATES for n in self):
            raise UserError(self.env._("Only a draft can be changed."))
        if worked_on:
            vals = {**vals, "is_edited": True}
        if "recipient_id" in vals and "lang" not in vals:
            partner = self.env["res.partner"].browse(vals["recipient_id"])
            lang = partner.lang or self[:1].partner_id.lang
            vals = {**vals, "lang": lang} if lang else vals
        if "charging" in vals:
            self._check_may_charge(vals["charging"])
        result = super().write(vals)
        if "charging" in vals:
            self._refresh_charges()
        return result

    def _check_may_charge(self, charging):
        """Leave to the Credit Manager what the customer does not owe.

        :param str charging: what somebody wants to become of interest.
        :raise UserError: when it was waived, or who waives it is no Credit Manager.
        """
        waived = self.debtor_id.filtered(lambda debtor: debtor.charging == "waive")
        if waived and charging != "none":
            raise UserError(
                self.env._(
                    "Interest is waived for %(customer)s: take that back first.",
                    customer=waived[0].display_name,
                )
            )
        silent = self.filtered(lambda n: n.charging != "none" and charging == "none")
        if silent and not (self.env.su or self.env.user.has_group(MANAGER)):
            raise UserError(
                self.env._("A Credit Manager waives interest and compensation.")
            )

    def _refresh_charges(self):
        """Compute interest and compensation after somebody chose what to do with it."""
        drafts = self.filtered(
            lambda n: n.state == "draft" and not n.run_id.is_simulation
        )
        if drafts:
            self.env["dunning.proposal"].sudo()._refresh_notices(drafts.sudo())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for notice in self:
            if notice.name or notice.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "What was sent, is being sent or has a number is kept: cancel "
                        "it instead."
                    )
                )
