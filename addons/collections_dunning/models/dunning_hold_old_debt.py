from odoo import api, fields, models


class DunningHold(models.Model):
    """Old debt: what was late by more than 90 days when dunning began.

    It waits in a list until somebody decides: dun it from the first level, or
    exclude it for good.
    """

    _inherit = "dunning.hold"

    is_final = fields.Boolean(
        string="Excluded for Good",
        readonly=True,
        copy=False,
        help="Somebody decided that this old debt is not dunned.",
    )
    date_maturity = fields.Date(related="move_line_id.date_maturity")
    days_late = fields.Integer(compute="_compute_days_late")
    amount_open = fields.Monetary(
        related="move_line_id.amount_residual",
        string="Open Amount",
        currency_field="company_currency_id",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )

    @api.depends("move_line_id.date_maturity")
    def _compute_days_late(self):
        today = fields.Date.context_today(self)
        for hold in self:
            due = hold.move_line_id.date_maturity
            hold.days_late = max((today - due).days, 0) if due else 0

    def action_dun_old_debt(self):
        """Dun these old debts from the first level on: end their holds."""
        self._get_old_debts().action_end()
        return True

    def action_exclude_old_debt(self):
        """Leave these old debts alone for good; their holds say who decided."""
        debts = self._get_old_debts()
        note = self.env._("Not dunned: decided by %(name)s", name=self.env.user.name)
        for hold in debts:
            hold.note = f"{hold.note} · {note}" if hold.note else note
        debts.sudo().is_final = True
        debts._log(self.env._("Excluded for good"))
        return True

    def _get_old_debts(self):
        """Return those among these holds that are old debt, to be changed.

        :raise AccessError: when the user is no Collector.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        return self.filtered(lambda hold: hold.reason == "old_debt")
