from odoo import api, fields, models


class DunningProcedure(models.Model):
    _name = "dunning.procedure"
    _description = "Dunning Procedure"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: shared by all companies."
    )
    progression = fields.Selection(
        [("step", "Step by Step"), ("jump", "Jump")],
        required=True,
        default="step",
        help="Step by step: a very late item still starts at the first level. "
        "Jump: it goes straight to the level its days late have reached.",
    )
    level_ids = fields.One2many("dunning.level", "procedure_id", string="Levels")
    debtor_count = fields.Integer(compute="_compute_debtor_count")

    def _compute_debtor_count(self):
        counts = dict(
            self.env["collections.debtor"]._read_group(
                [("procedure_id", "in", self.ids)], ["procedure_id"], ["__count"]
            )
        )
        for procedure in self:
            procedure.debtor_count = counts.get(procedure, 0)

    @api.model
    def _get_first(self):
        """Return the procedure offered by default to a new company."""
        return self.search([("company_id", "=", False)], limit=1)
