from odoo import fields, models
from odoo.tools import SQL, format_date

from ..const import PUBLIC_PAYMENT_DAYS, PUBLIC_RESUMED_DAYS
from .account_move_line import LEDGER_GROUPS


class AccountMoveLine(models.Model):
    """Late interest of the open items, live."""

    _inherit = "account.move.line"

    dunning_interest = fields.Monetary(
        string="Interest",
        compute="_compute_dunning_interest",
        currency_field="currency_id",
        groups=LEDGER_GROUPS,
        help="Late interest up to today that was not invoiced, in the item's currency.",
    )
    dunning_compensation = fields.Monetary(
        string="Compensation",
        compute="_compute_dunning_interest",
        currency_field="currency_id",
        groups=LEDGER_GROUPS,
        help="Fixed compensation for recovery costs that was not invoiced.",
    )
    dunning_interest_note = fields.Char(
        string="Why No Interest",
        compute="_compute_dunning_interest",
        groups=LEDGER_GROUPS,
    )

    def _compute_dunning_interest(self):
        today = fields.Date.context_today(self)
        receivable = self.filtered(lambda li: li.account_type == "asset_receivable")
        computed = self.env["collections.interest"]._compute_interest(receivable, today)
        for line in self:
            found = computed.get(line._origin.id)
            line.dunning_interest = float(found.interest) if found else 0.0
            line.dunning_compensation = float(found.compensation) if found else 0.0
            line.dunning_interest_note = found and self._describe_no_interest(found)

    def _describe_no_interest(self, computed):
        """Return why an item bears no interest, or what is left out of it.

        :param ItemInterest computed: what was computed.
        :return: False when nothing is left out, or the item is not late.
        :rtype: str
        """
        if computed.status == "missing_rate":
            return self.env._(
                "The rate of the half-year from %(day)s is missing.",
                day=format_date(self.env, computed.missing_from),
            )
        if computed.status == "no_regime":
            return self.env._("No interest regime applies to this debtor.")
        if computed.status == "before_formal":
            return self.env._("Interest runs from the formal notice.")
        if computed.status == "late_charge":
            return self.env._("An invoice of late interest bears none.")
        if computed.status == "waived_by_plan":
            return self.env._("Waived while the payment plan is respected.")
        if computed.status == "settled":
            return self.env._("Waived by the settlement offer.")
        if computed.in_draft:
            return self.env._("Interest is on a draft invoice: post or delete it.")
        if computed.compensation_currency:
            return self.env._(
                "The compensation is in %(currency)s: it is left out.",
                currency=computed.compensation_currency.name,
            )
        return False

    def _get_clock_sql(self, date):
        """Return the last day on which an item (``l`` of ``m``, ``d``) is not late.

        That of the ledger; for a public buyer, its days to pay from the deposit of
        the invoice. After a suspension, 30 days from its end, or those that were left
        when they are more (article R2192-29 of the French public procurement code).
        NULL: the clock stands.

        :param date date: as of this day.
        :rtype: SQL
        """
        return SQL(
            """
            CASE WHEN d.debtor_type = 'public' AND m.dunning_deposit_date IS NOT NULL
                 THEN CASE WHEN m.dunning_suspended_on <= %(date)s
                            AND (m.dunning_resumed_on IS NULL
                                 OR m.dunning_resumed_on > %(date)s)
                           THEN NULL
                           -- What comes later is not known on that day.
                           WHEN m.dunning_resumed_on <= %(date)s
                           THEN m.dunning_resumed_on
                                + greatest(%(resumed_days)s,
                                           m.dunning_deposit_date + %(days)s
                                           - m.dunning_suspended_on)
                           ELSE m.dunning_deposit_date + %(days)s
                       END
                 ELSE coalesce(l.date_maturity, l.date)
             END
            """,
            date=date,
            days=SQL(
                "coalesce(nullif(d.public_payment_days, 0), %s)", PUBLIC_PAYMENT_DAYS
            ),
            resumed_days=PUBLIC_RESUMED_DAYS,
        )
