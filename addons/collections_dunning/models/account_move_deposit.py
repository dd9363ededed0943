from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..const import PUBLIC_PAYMENT_DAYS, PUBLIC_RESUMED_DAYS
from .account_move_line import LEDGER_GROUPS


class AccountMove(models.Model):
    """The clock of public buyers: deposit of the invoice, suspension of its days."""

    _inherit = "account.move"

    dunning_is_public = fields.Boolean(
        compute="_compute_dunning_is_public",
        string="Of a Public Buyer",
        groups=LEDGER_GROUPS,
    )
    dunning_clock_date = fields.Date(
        string="To Be Paid By",
        compute="_compute_dunning_is_public",
        groups=LEDGER_GROUPS,
        help="Last day of the days to pay of a public buyer. Empty while they stand "
        "still.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "commercial_partner_id",
        "company_id",
        "dunning_deposit_date",
        "dunning_suspended_on",
        "dunning_resumed_on",
    )
    def _compute_dunning_is_public(self):
        by_key = self._get_public_debtors()
        for move in self:
            debtor = by_key.get((move.company_id, move.commercial_partner_id))
            move.dunning_is_public = bool(debtor)
            move.dunning_clock_date = debtor and move._get_public_clock(debtor)

    def _get_public_debtors(self):
        """Return the files of the public buyers of these entries.

        :rtype: dict(tuple, collections.debtor)
        """
        debtors = (
            self.env["collections.debtor"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("debtor_type", "=", "public"),
                ]
            )
        )
        return {(debtor.company_id, debtor.partner_id): debtor for debtor in debtors}

    def _get_public_clock(self, debtor, ignore_suspension=False):
        """Return the last day of the days to pay of a public buyer.

        On receipt of what was missing new days to pay begin: 30, or those that were
        left when they are more (article R2192-29 of the French public procurement
        code). As ``account.move.line._get_clock_sql`` does for many.

        :param collections.debtor debtor: the public buyer.
        :param bool ignore_suspension: as if they had never stood still.
        :return: False while they stand still, or without a deposit date.
        :rtype: date or bool
        """
        self.ensure_one()
        if not self.dunning_deposit_date:
            return False
        days = debtor.public_payment_days or PUBLIC_PAYMENT_DAYS
        end = self.dunning_deposit_date + timedelta(days=days)
        if ignore_suspension or not self.dunning_suspended_on:
            return end
        if not self.dunning_resumed_on:
            return False
        left = (end - self.dunning_suspended_on).days
        return self.dunning_resumed_on + timedelta(days=max(PUBLIC_RESUMED_DAYS, left))

    # === CONSTRAINT METHODS === #

    @api.constrains(
        "dunning_deposit_date", "dunning_suspended_on", "dunning_resumed_on"
    )
    def _check_dunning_deposit(self):
        """The dates of the clock follow one another, and none lies ahead.

        :raise ValidationError: says which one can't be.
        """
        today = fields.Date.context_today(self)
        for move in self:
            deposited, suspended, resumed = move._get_dunning_clock_dates()
            if any(day and day > today for day in (deposited, suspended, resumed)):
                raise ValidationError(
                    self.env._(
                        "What has not happened yet is not recorded: no date "
                        "of the deposit or the suspension may lie ahead."
                    )
                )
            if suspended and not deposited:
                raise ValidationError(
                    self.env._(
                        "Record when the invoice was deposited first: only the "
                        "days that run from there can be suspended."
                    )
                )
            if suspended and suspended < deposited:
                raise ValidationError(
                    self.env._("An invoice is suspended after it was deposited.")
                )
            if resumed and (not suspended or resumed < suspended):
                raise ValidationError(self.env._("A suspension ends after it began."))

    @api.constrains("dunning_deposit_date", "dunning_suspended_on")
    def _check_dunning_suspended_in_time(self):
        """Nothing is left to suspend once the days to pay are over.

        :raise ValidationError: says when they ended.
        """
        suspended = self.filtered("dunning_suspended_on")
        by_key = suspended._get_public_debtors()
        for move in suspended:
            debtor = by_key.get((move.company_id, move.commercial_partner_id))
            end = debtor and move._get_public_clock(debtor, ignore_suspension=True)
            if end and move.dunning_suspended_on > end:
                raise ValidationError(
                    self.env._(
                        "The days to pay ended on %(day)s: they can't be suspended "
                        "later. Put the invoice on hold instead.",
                        day=format_date(self.env, end),
                    )
                )

    def _get_dunning_clock_dates(self):
        self.ensure_one()
        return (
            self.dunning_deposit_date,
            self.dunning_suspended_on,
            self.dunning_resumed_on,
        )

    # === ACTION METHODS === #

    def action_dunning_deposit(self):
        """Open the dialog that records deposit and suspension of this invoice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposit on the Portal"),
            "res_model": "dunning.deposit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }
