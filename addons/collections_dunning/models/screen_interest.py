"""How late interest is computed: as a table, from an item and from a notice."""

from decimal import Decimal

from odoo import api, fields, models

from .account_move_line import LEDGER_GROUPS


class CollectionsInterest(models.AbstractModel):
    _inherit = "collections.interest"

    @api.model
    def _render_computation(self, rows, currency, regime, interest, compensation):
        """Return how interest was computed, as a table in the user's language.

        :param list(dict) rows: periods with from, to, days, principal, rate and
            amount, as texts.
        :param res.currency currency: of the item.
        :param collections.interest.regime regime: under which it was computed.
        :param float interest: the total, rounded once.
        :param float compensation: for the costs of recovery; 0: none.
        :rtype: Markup
        """
        return self.env["ir.qweb"]._render(
            "collections_dunning.collections_interest_computation",
            {
                "rows": [self._prepare_period(row) for row in rows],
                "currency": currency,
                "regime": regime.sudo(),
                "interest": interest,
                "compensation": compensation,
            },
        )

    @api.model
    def _prepare_period(self, row):
        """Return one row of the table, its texts made dates and numbers.

        :rtype: dict
        """
        regimes = self.env["collections.interest.regime"]
        return {
            "from": fields.Date.to_date(row["from"]),
            "to": fields.Date.to_date(row["to"]),
            "days": row["days"],
            "principal": float(row["principal"]),
            "rate": regimes._format_percent(Decimal(row["rate"])),
            "amount": float(row["amount"]),
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    dunning_interest_computation = fields.Html(
        string="How It Is Computed",
        compute="_compute_dunning_interest_computation",
        groups=LEDGER_GROUPS,
    )

    def _compute_dunning_interest_computation(self):
        interest = self.env["collections.interest"]
        computed = interest._compute_interest(self, fields.Date.context_today(self))
        for line in self:
            item = computed.get(line._origin.id)
            line.dunning_interest_computation = (
                item
                and item.segments
                and interest._render_computation(
                    [segment.as_row() for segment in item.segments],
                    line.currency_id,
                    item.regime,
                    float(item.interest),
                    float(item.compensation),
                )
            )

    def action_dunning_interest(self):
        """Open the dialog that shows how the interest of this item is computed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late interest of %(name)s", name=self.move_name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "view_id": self.env.ref(
                "collections_dunning.account_move_line_view_form_interest"
            ).id,
            "target": "new",
        }


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    amount_charges = fields.Monetary(
        string="Charges",
        compute="_compute_amount_charges",
        help="Interest, compensation and fee that are part of the total.",
    )

    @api.depends("amount_total", "amount_claimed")
    def _compute_amount_charges(self):
        for notice in self:
            notice.amount_charges = notice._get_charges()


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    interest_computation = fields.Html(
        string="How It Is Computed", compute="_compute_interest_computation"
    )

    @api.depends("interest_segments", "amount_interest", "amount_compensation")
    def _compute_interest_computation(self):
        interest = self.env["collections.interest"]
        for line in self:
            rows = line.interest_segments
            line.interest_computation = rows and interest._render_computation(
                rows,
                line.currency_id,
                line.notice_id.interest_regime_id,
                line.amount_interest,
                line.amount_compensation,
            )

    def action_show_interest(self):
        """Open the dialog that shows how the interest of this line was computed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late interest of %(name)s", name=self.move_name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
