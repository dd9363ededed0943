from decimal import Decimal

from babel.lists import format_list

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse


class CollectionsDebtor(models.Model):
    """What the page of the credit policy says of invoices that are not paid in time."""

    _inherit = "collections.debtor"

    def _get_policy_charges(self):
        """Return what is owed for late payment, but the rate of the day.

        :rtype: list(str)
        """
        regime = self.applied_regime_id.with_context(lang=self.env.lang)
        if not regime:
            return []
        if regime.starts == "formal_notice":
            start = self.env._("They are due from the formal notice on.")
        else:
            start = self.env._(
                "They are due without a reminder, from the day after the due date."
            )
        lines = [
            self.env._(
                "Late payment penalties: %(formula)s.",
                formula=self._get_policy_formula(regime),
            ),
            start,
            self._get_policy_compensation(regime),
        ]
        bases = [regime.legal_basis, self._get_policy_compensation_basis(regime)]
        if any(bases):
            lines.append(f"({' ; '.join(basis for basis in bases if basis)})")
        return [line for line in lines if line]

    def _get_policy_formula(self, regime):
        """Return how the rate of a regime is found, in words."""
        if not regime.series:
            return self.env._(
                "%(rate)s a year",
                rate=regime._format_percent(Decimal(str(regime.margin))),
            )
        if regime.rate_mode == "sliding":
            return regime._get_sliding_formula()
        return self.env._(
            "%(formula)s, as of the half-year in which the delay began",
            formula=regime._add_points(regime._get_series_label()),
        )

    def _get_policy_present_rate(self):
        """Return the rate in force today; an empty text where the formula says it.

        :rtype: str
        """
        regime = self.applied_regime_id.with_context(lang=self.env.lang)
        if not regime.series:
            return ""
        rate = regime._get_rate(fields.Date.context_today(self))
        if rate is None:
            return ""
        return self.env._(
            "At present that is %(rate)s a year.", rate=regime._format_percent(rate)
        )

    def _get_policy_compensation(self, regime):
        tiers = [amount for _amount_from, amount in regime._get_tiers() if amount]
        if not tiers:
            return ""
        writer = self._get_policy_writer(regime.compensation_currency_id)
        amounts = [writer.amount(amount) for amount in tiers]
        if len(amounts) == 1:
            return self.env._(
                "Fixed compensation for recovery costs: %(amount)s for each invoice "
                "paid late; more where higher costs are proved.",
                amount=amounts[0],
            )
        return self.env._(
            "Fixed compensation for recovery costs: %(amounts)s for each invoice paid "
            "late, by its amount; more where higher costs are proved.",
            amounts=format_list(
                amounts, style="or", locale=babel_locale_parse(self.env.lang)
            ),
        )

    def _get_policy_compensation_basis(self, regime):
        return regime.compensation_basis if regime._get_tiers() else ""

    # === STEPS === #

    def _get_policy_levels(self):
        """Return the levels that this customer may see something of, in their order.

        :rtype: dunning.level
        """
        procedure = self.applied_procedure_id.with_context(lang=self.env.lang)
        levels = procedure.sudo().level_ids.filtered(
            lambda level: level.active and not level.event and level.channel != "task"
        )
        return levels.sorted("day_offset")

    def _get_policy_steps(self):
        """Return what happens to an invoice that is not paid, as a timeline.

        :return: dicts of ``when``, ``name`` and ``channel``.
        :rtype: list(dict)
        """
        levels = self._get_policy_levels()
        channels = dict(levels._fields["channel"]._description_selection(self.env))
        return [
            {
                "when": self._get_policy_day(level.day_offset),
                "name": level.name,
                "channel": channels[level.channel],
            }
            for level in levels
        ]

    def _get_policy_day(self, offset):
        """Return when a level comes, counted from the due date, in words."""
        if not offset:
            return self.env._("on the due date")
        if offset in (-1, 1):
            if offset < 0:
                return self.env._("1 day before it is due")
            return self.env._("1 day late")
        if offset < 0:
            return self.env._("%(days)s days before it is due", days=-offset)
        return self.env._("%(days)s days late", days=offset)
