from odoo import api, fields, models
from odoo.exceptions import UserError

INSTALLED = ("gentle", "standard", "firm")


class DunningFirstRun(models.TransientModel):
    """Third block: the procedure, chosen from its timeline."""

    _inherit = "dunning.first.run"

    procedure_id = fields.Many2one("dunning.procedure", compute="_compute_procedure_id")
    procedures = fields.Json(compute="_compute_procedures")

    @api.depends("company_id")
    def _compute_procedure_id(self):
        for page in self:
            page.procedure_id = page.company_id._get_dunning_procedure()

    @api.depends("company_id")
    def _compute_procedures(self):
        for page in self:
            page.procedures = [
                page._get_timeline(procedure) for procedure in page._get_procedures()
            ]

    def _get_procedures(self):
        """Return the procedures to choose from: the installed, and another in force.

        :rtype: dunning.procedure
        """
        xmlids = [f"collections_dunning.dunning_procedure_{key}" for key in INSTALLED]
        procedures = self.env["dunning.procedure"]
        for xmlid in xmlids:
            procedures |= self.env.ref(xmlid, raise_if_not_found=False) or procedures
        return procedures.exists().filtered("active") | self.procedure_id

    def _get_timeline(self, procedure):
        """Return what the page shows of a procedure: its levels by day.

        :rtype: dict
        """
        steps = [
            {**step, "level": step["level"].id, "kind": step["level"].channel}
            for step in procedure._get_timeline()
        ]
        return {
            "id": procedure.id,
            "name": procedure.name,
            "chosen": procedure == self.procedure_id,
            "steps": steps,
        }

    def action_choose_procedure(self, procedure_id):
        """Dun by this procedure from now on.

        :param int procedure_id: one of those on the page.
        :raise AccessError: when the user is no Credit Manager.
        """
        self.ensure_one()
        self.company_id._check_dunning_settings()
        procedure = self._get_procedures().filtered(lambda p: p.id == procedure_id)
        if not procedure:
            raise UserError(self.env._("Choose one of the procedures on this page."))
        self.company_id.sudo().dunning_procedure_id = procedure
        return True
