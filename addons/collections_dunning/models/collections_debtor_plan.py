from odoo import fields, models
from odoo.exceptions import UserError


class CollectionsDebtor(models.Model):
    """The payment plans of a customer."""

    _inherit = "collections.debtor"

    plan_ids = fields.One2many(
        "collections.payment.plan", "debtor_id", string="Payment Plans"
    )
    plan_count = fields.Integer(compute="_compute_plan_count")

    def _compute_plan_count(self):
        groups = self.env["collections.payment.plan"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("state", "not in", ("cancelled", "replaced")),
            ],
            ["debtor_id"],
            ["__count"],
        )
        counts = {debtor.id: count for debtor, count in groups}
        for debtor in self:
            debtor.plan_count = counts.get(debtor.id, 0)

    # === ACTION METHODS === #

    def action_open_plans(self):
        """Open the payment plans of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_payment_plan_action"
        )
        return {
            **action,
            "domain": [("debtor_id", "=", self.id)],
            "context": {"default_debtor_id": self.id},
        }

    def action_payment_plan(self):
        """Open a new payment plan of what is overdue.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing is open.
        """
        self.ensure_one()
        return self._open_new_plan(self._get_plan_items())

    # === BUSINESS METHODS === #

    def _open_new_plan(self, items):
        """Open a new payment plan of these items; nothing is saved yet.

        :param account.move.line items: open items of this customer.
        :rtype: dict
        :raise AccessError: when the user is no Collector.
        :raise UserError: when there is no item that could be spread.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        if not items:
            raise UserError(self.env._("Nothing is open that a plan could spread."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Plan"),
            "res_model": "collections.payment.plan",
            "view_mode": "form",
            "context": {
                "default_debtor_id": self.id,
                "payment_plan_item_ids": items.ids,
            },
        }

    def _get_plan_items(self):
        """Return what a new plan spreads by default: overdue items of one currency.

        Not what is disputed, or is in a plan already; what is open but not due when
        nothing is overdue.

        :rtype: account.move.line
        """
        self.ensure_one()
        items = self._get_spreadable(self.open_item_ids)
        today = fields.Date.context_today(self)
        overdue = items.filtered(
            lambda item: item.date_maturity and item.date_maturity < today
        )
        items = overdue or items
        return items.filtered(lambda item: item.currency_id == items[:1].currency_id)

    def _get_spreadable(self, items):
        """Return those among open items that a plan could spread.

        :rtype: account.move.line
        """
        charges = self.env["collections.interest.charge"]
        debtors = {item.id: self for item in items}
        disputed = charges._get_disputed(items, debtors) if items else items
        planned = (
            self.env["collections.payment.plan.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", items.ids),
                    ("plan_id.state", "in", ("proposed", "accepted", "late")),
                ]
            )
        )
        return (items - disputed - planned.move_line_id).filtered(
            lambda item: (
                item.amount_residual_currency > 0 and not item.account_id.non_trade
            )
        )
