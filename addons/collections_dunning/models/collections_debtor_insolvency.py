from odoo import api, fields, models


class CollectionsDebtor(models.Model):
    """Insolvency proceedings of a customer."""

    _inherit = "collections.debtor"

    insolvency_ids = fields.One2many("collections.insolvency", "debtor_id")
    insolvency_id = fields.Many2one(
        "collections.insolvency",
        string="Proceedings under Way",
        compute="_compute_insolvency_id",
        search="_search_insolvency_id",
    )
    insolvency_note = fields.Char(compute="_compute_insolvency_id")
    insolvency_count = fields.Integer(compute="_compute_insolvency_id")

    @api.depends(
        "insolvency_ids.state",
        "insolvency_ids.kind",
        "insolvency_ids.judgment_date",
        "insolvency_ids.declared_on",
        "insolvency_ids.publication_date",
    )
    @api.depends_context("lang")
    def _compute_insolvency_id(self):
        for debtor in self:
            live = debtor.insolvency_ids.filtered(lambda r: r.state != "closed")[:1]
            debtor.insolvency_id = live
            debtor.insolvency_note = live and live._get_banner()
            debtor.insolvency_count = len(debtor.insolvency_ids)

    def _search_insolvency_id(self, operator, value):
        live = self.env["collections.insolvency"]._search([("state", "!=", "closed")])
        if operator in ("in", "not in") and list(value) == [False]:
            operator = "not in" if operator == "in" else "in"
            return [("insolvency_ids", operator, live)]
        return [
            (
                "insolvency_ids",
                "any",
                [("state", "!=", "closed"), ("id", operator, value)],
            )
        ]

    def action_insolvency(self):
        """Open the proceedings under way, or the form that records some.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        if self.insolvency_id:
            return self.insolvency_id._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Insolvency"),
            "res_model": "collections.insolvency",
            "view_mode": "form",
            "context": {"default_debtor_id": self.id},
        }

    def action_open_insolvencies(self):
        """Open the proceedings of this customer, past ones too."""
        self.ensure_one()
        return self.insolvency_ids._get_records_action(
            name=self.env._("Insolvency"), context={"default_debtor_id": self.id}
        )

    def _get_stopped(self):
        """Return the insolvent customers among these of whom no later claim is overdue.

        :rtype: collections.debtor
        """
        insolvent = self.filtered("insolvency_id")
        later = self.env["collections.insolvency.item"].search(
            [
                ("insolvency_id", "in", insolvent.insolvency_id.ids),
                ("birth", "!=", "before"),
                ("move_line_id.reconciled", "=", False),
                ("move_line_id.amount_residual", ">", 0),
                ("move_line_id.date_maturity", "<", fields.Date.context_today(self)),
            ]
        )
        return insolvent - later.insolvency_id.debtor_id

    def _merge_insolvencies(self, target):
        """Move the proceedings of this file to the one that stays.

        Of two under way the earlier judgment counts: it stops the items of both.

        :param collections.debtor target: the file that stays.
        """
        self.ensure_one()
        live = (self | target).insolvency_id.sorted("judgment_date")
        for twin in live[1:]:
            twin._get_holds().unlink()
            twin._remove_recipients(twin._get_recipients())
            twin.write(
                {
                    "state": "closed",
                    "outcome": "mistake",
                    "closed_on": fields.Date.context_today(self),
                }
            )
            twin.activity_ids.unlink()
        self._move_by_sql(self.insolvency_ids, target)
