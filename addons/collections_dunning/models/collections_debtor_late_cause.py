from odoo import fields, models


class CollectionsDebtor(models.Model):
    """Why this customer pays late."""

    _inherit = "collections.debtor"

    late_cause_summary = fields.Char(
        string="Why Late?",
        compute="_compute_late_cause_summary",
        help="The causes told of his late invoices, the most frequent first.",
    )

    def _compute_late_cause_summary(self):
        groups = self.env["collections.late.invoice"]._read_group(
            [("debtor_id", "in", self.ids), ("cause_id", "!=", False)],
            ["debtor_id", "cause_id"],
            ["__count"],
        )
        told = {}
        for debtor, cause, count in sorted(groups, key=lambda group: -group[2]):
            told.setdefault(debtor.id, []).append(f"{cause.name} ({count})")
        for debtor in self:
            debtor.late_cause_summary = ", ".join(told.get(debtor._origin.id, ()))

    def action_open_late_invoices(self):
        """Open the invoices that this customer has paid late, by cause."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_late_invoice_action"
        )
        return {
            **action,
            "view_mode": "list,pivot,graph",
            "views": [[False, "list"], [False, "pivot"], [False, "graph"]],
            "domain": [("debtor_id", "=", self.id)],
            "context": {},
        }
