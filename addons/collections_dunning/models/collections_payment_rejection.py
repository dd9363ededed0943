from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang
from odoo.tools.mail import plaintext2html

# Pieces of the codes of payment methods that say what came back.
KINDS_BY_CODE = [
    ("debit", "direct_debit"),
    ("sdd", "direct_debit"),
    ("check", "cheque"),
    ("cheque", "cheque"),
    ("bill", "bill"),
    ("lcr", "bill"),
]


class CollectionsPaymentRejection(models.Model):
    """A debit, cheque or bill that came back unpaid.

    Its items are dunned at once, by the procedure's level for it, as long as that was
    not sent since; a mandate keeps them from being dunned no more.
    """

    _name = "collections.payment.rejection"
    _description = "Rejected Payment"
    _order = "date desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    move_line_ids = fields.Many2many(
        "account.move.line",
        "collections_payment_rejection_item_rel",
        "rejection_id",
        "move_line_id",
        string="Items",
        check_company=True,
        help="The items that this payment was for.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ("direct_debit", "Direct Debit"),
            ("cheque", "Cheque"),
            ("bill", "Bill of Exchange"),
            ("other", "Other Payment"),
        ],
        required=True,
        default="direct_debit",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(required=True)
    reason = fields.Char(help="What the bank says.")
    payment_id = fields.Many2one(
        "account.payment", index="btree_not_null", check_company=True
    )

    _payment_uniq = models.UniqueIndex(
        "(payment_id) WHERE payment_id IS NOT NULL",
        "This payment is recorded as rejected already.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("amount", "date")
    def _check_amount_and_date(self):
        """Refuse a rejection of nothing, and one that has not come about.

        :raise ValidationError: says what is wrong.
        """
        today = fields.Date.context_today(self)
        for rejection in self:
            if rejection.currency_id.compare_amounts(rejection.amount, 0) <= 0:
                raise ValidationError(
                    self.env._("Say how much of the payment was rejected.")
                )
            if rejection.date > today:
                raise ValidationError(
                    self.env._("A payment can't be rejected in the future.")
                )

    @api.constrains("move_line_ids", "debtor_id")
    def _check_items(self):
        """Refuse items of another customer, and a rejection that claims nothing.

        Only a rejected payment that names no invoice has no items: somebody calls.

        :raise ValidationError: names the item.
        """
        for rejection in self.sudo():
            if not rejection.move_line_ids and not self.env.context.get(
                "dunning_call_alone"
            ):
                raise ValidationError(
                    self.env._(
                        "Say what the payment was for: without an item there is "
                        "nothing to dun."
                    )
                )
            strangers = rejection.move_line_ids.filtered(
                lambda line, rejection=rejection: (
                    line.company_id != rejection.company_id
                    or line.account_type != "asset_receivable"
                    or line.partner_id.commercial_partner_id != rejection.partner_id
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(item)s is no receivable of %(customer)s.",
                        item=strangers[0].display_name,
                        customer=rejection.partner_id.display_name,
                    )
                )

    # === ONCHANGE METHODS === #

    @api.onchange("move_line_ids")
    def _onchange_move_line_ids(self):
        """What came back is usually the whole of what it was for."""
        if self.move_line_ids:
            self.currency_id = self.move_line_ids.currency_id[:1]
            if not self.payment_id:
                open_items = self.move_line_ids.filtered(lambda li: not li.reconciled)
                self.amount = sum(
                    open_items.mapped("amount_residual_currency")
                    or self.move_line_ids.mapped("amount_currency")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Have somebody call, and write to the customer, at once."""
        rejections = super().create(vals_list)
        for rejection in rejections:
            rejection._log()
            rejection._schedule_call()
            rejection.sudo()._send_notices()
        return rejections

    # === BUSINESS METHODS === #

    @api.model
    def _create_for(self, payment, move_lines):
        """Record that a payment came back.

        Items that it still settles in the books are dunned once they are open again,
        at the next run.

        :param account.payment payment: of a customer; recorded once only.
        :param account.move.line move_lines: items it was for, of one customer; when
            there are none, somebody calls.
        :return: empty when nothing was ever open of this customer.
        :rtype: collections.payment.rejection
        """
        known = self.search([("payment_id", "=", payment.id)], limit=1)
        if known:
            return known
        partner = (move_lines or payment).partner_id.commercial_partner_id
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(payment.company_id, partner, is_past=True)
        debtor = debtors.search(
            [
                ("company_id", "=", payment.company_id.id),
                ("partner_id", "=", partner.id),
            ]
        )
        if not debtor:
            return self.browse()
        return self.with_context(dunning_call_alone=True).create(
            {
                "debtor_id": debtor.id,
                "payment_id": payment.id,
                "kind": self._get_kind(payment),
                "amount": payment.amount,
                "currency_id": payment.currency_id.id,
                "move_line_ids": [Command.set(move_lines.ids)],
            }
        )

    @api.model
    def _get_kind(self, payment):
        """Return what kind of payment this is, by its method.

        :param account.payment payment: the payment.
        :rtype: str
        """
        method = payment.payment_method_line_id
        if method.is_direct_debit:
            return "direct_debit"
        code = (method.code or "").lower()
        return next((kind for part, kind in KINDS_BY_CODE if part in code), "other")

    def _send_notices(self):
        """Draft a notice about the items; let it leave when its level goes by itself.

        Nothing is drafted without a level for it, or about what nobody may claim now:
        the call is enough.
        """
        self.ensure_one()
        items = self.move_line_ids.filtered(lambda line: not line.reconciled)
        groups = items.grouped(
            lambda line: (
                line.currency_id,
                line.move_id.is_late_charge,
                line.move_id._get_applied_procedure(self.debtor_id),
            )
        )
        for (_currency, _is_late_charge, procedure), own in groups.items():
            level = procedure.level_ids.filtered(
                lambda level: level.active and level.event == "rejected"
            )
            if not level:
                continue
            self._take_back_queued(own)
            self._release_from_drafts(own)
            try:
                notices = self.env["dunning.proposal"]._draft_for_items(own, level)
            except UserError:
                continue
            self._queue_notices(notices)
            self._show_in_proposal(notices.filtered(lambda n: n.state == "draft"))

    def _take_back_queued(self, items):
        """Make drafts again of the queued notices that claim items as merely late.

        What is being sent at this moment is locked by its delivery, or is not queued
        any more: it leaves.

        :param account.move.line items: the items.
        """
        lines = self.env["dunning.notice.line"].search(
            [
                ("move_line_id", "in", items.ids),
                ("kind", "=", "1_item"),
                ("live", "=", True),
                ("notice_id.state", "=", "queued"),
                ("level_id.event", "!=", "rejected"),
            ]
        )
        queued = lines.notice_id.try_lock_for_update()
        queued.activity_ids.unlink()
        queued._set_state("draft")

    def _release_from_drafts(self, items):
        """Take items off the drafts that claim them for another reason.

        :param account.move.line items: the items.
        """
        lines = self.env["dunning.notice.line"].search(
            [
                ("move_line_id", "in", items.ids),
                ("live", "=", True),
                ("notice_id.state", "=", "draft"),
            ]
        )
        drafts = lines.notice_id
        lines.unlink()
        self.env["dunning.proposal"]._refresh_notices(drafts)

    def _show_in_proposal(self, notices):
        """Show these drafts in today's proposal, where one is looked at.

        Without one they are among what is to do, and join the next.

        :param dunning.notice notices: drafts of no run.
        """
        notices.run_id = self.env["dunning.run"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "proposed"),
                ("is_simulation", "=", False),
                ("date", "=", fields.Date.context_today(self)),
            ],
            limit=1,
        )

    def _queue_notices(self, notices):
        """Let approved notices leave at once, where anything may leave by itself.

        :param dunning.notice notices: drafts of one customer.
        """
        company = self.company_id
        today = fields.Date.context_today(self)
        if (
            company._is_dunning_active()
            and not company._is_on_probation(today)
            and self.debtor_id.dunning_mode == "automatic"
        ):
            notices.filtered("approved").send_now = True
            notices._queue_approved()

    def _schedule_call(self):
        """Have the responsible call the customer today."""
        self.ensure_one()
        debtor = self.debtor_id.sudo()
        user = debtor.company_id._get_dunning_attendant(debtor.applied_responsible_id)
        rejection = self.with_context(lang=user.lang or self.env.lang)
        script = rejection.env._(
            "Why did the payment come back: no funds, account closed, an objection? "
            "When will it be paid, and how? Ask for a transfer; before another debit, "
            "make sure that the cause is gone and the mandate valid."
        )
        debtor.activity_schedule(
            "mail.mail_activity_data_call",
            summary=rejection.env._("Call: payment rejected"),
            note=plaintext2html(f"{rejection._describe()}\n\n{script}"),
            user_id=user.id,
        )

    def _log(self):
        self.debtor_id.sudo()._message_log(
            body=self.env._("Payment rejected: %(what)s", what=self._describe())
        )

    def _describe(self):
        """Return kind, amount, date and the bank's reason in one line."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        items = self.sudo().move_line_ids.mapped("move_name")
        details = [
            kinds[self.kind],
            formatLang(self.env, self.amount, currency_obj=self.currency_id),
            format_date(self.env, self.date),
            self.reason,
            ", ".join(dict.fromkeys(items)),
        ]
        return " · ".join(detail for detail in details if detail)
