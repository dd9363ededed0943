from odoo import fields, models


class CollectionsDebtor(models.Model):
    """Why this customer pays late."""

    _inherit = "collections.debtor"

    late_cause_summary = fields.Char(
        string="Why Late?",
        compute="_compute_late_cause_summary",
        help="The causes told of his invoices, the most frequent first.",
    )

    def _compute_late_cause_summary(self):
        groups = self.env["account.move"]._read_group(
            [
                ("company_id", "in", self.company_id.ids),
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("late_cause_id", "!=", False),
            ],
            ["company_id", "commercial_partner_id", "late_cause_id"],
            ["__count"],
        )
        told = {}
        for company, partner, cause, count in sorted(groups, key=lambda g: -g[-1]):
            words = told.setdefault((company, partner), [])
            words.append(f"{cause.name} ({count})")
        for debtor in self:
            words = told.get((debtor.company_id, debtor.partner_id), ())
            debtor.late_cause_summary = ", ".join(words)

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
