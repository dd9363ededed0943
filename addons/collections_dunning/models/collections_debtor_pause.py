from odoo import fields, models


class CollectionsDebtor(models.Model):
    """The pauses of a customer."""

    _inherit = "collections.debtor"

    pause_ids = fields.One2many(
        "collections.pause", "debtor_id", string="Pauses", readonly=True
    )

    other_hold_ids = fields.One2many(
        "dunning.hold",
        "debtor_id",
        string="Other Holds",
        domain=[("origin_model", "!=", "collections.pause")],
        help="What holds this customer or his items beside the pauses.",
    )

    def action_hold(self):
        """Open the dialog that pauses this customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause"),
            "res_model": "collections.pause",
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "collections_dunning.collections_pause_view_dialog"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }
