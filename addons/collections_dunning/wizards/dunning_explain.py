from odoo import api, fields, models


class DunningExplain(models.TransientModel):
    """The answer to "Why?" on an invoice."""

    _name = "dunning.explain"
    _description = "Why an Invoice Is or Is Not Dunned"

    move_id = fields.Many2one("account.move", required=True, readonly=True)
    answer = fields.Html(compute="_compute_answer")

    @api.depends("move_id")
    def _compute_answer(self):
        for dialog in self:
            dialog.answer = self.env["ir.qweb"]._render(
                "collections_dunning.dunning_explain_answer",
                {"explanation": dialog.move_id.get_dunning_explanation()},
            )
