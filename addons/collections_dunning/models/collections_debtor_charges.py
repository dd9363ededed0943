from odoo import fields, models


class CollectionsDebtor(models.Model):
    """Charges that were invoiced to a debtor."""

    _inherit = "collections.debtor"

    charge_count = fields.Integer(compute="_compute_charge_count")

    def _compute_charge_count(self):
        groups = self.env["collections.interest.charge"]._read_group(
            [("debtor_id", "in", self.ids)],
            ["debtor_id"],
            ["charge_move_id:count_distinct"],
        )
        counts = {debtor.id: count for debtor, count in groups}
        for debtor in self:
            debtor.charge_count = counts.get(debtor.id, 0)

    def action_open_charges(self):
        """Open what was invoiced to this debtor of interest and compensation."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_interest_charge_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.id)], "context": {}}

    def action_invoice_charges(self):
        """Open the dialog that invoices the interest of what is or was paid late.

        :raise UserError: when nothing can be invoiced.
        """
        items = self._get_overdue_items() | self._get_items_paid_late()
        return items.action_dunning_invoice_charges()

    def _get_items_paid_late(self):
        """Return the settled items with days of interest that were not invoiced.

        :rtype: account.move.line
        """
        companies = self.company_id
        moves = self.env["account.move"].with_context(allowed_company_ids=companies.ids)
        late = moves.search(
            [
                ("dunning_paid_late", "=", True),
                ("company_id", "in", companies.ids),
                ("commercial_partner_id", "in", self.partner_id.ids),
            ]
        )
        return late.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and line.reconciled
        ).with_env(self.env)
