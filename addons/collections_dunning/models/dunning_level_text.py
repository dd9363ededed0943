from odoo import fields, models

from ..const import TONES


class DunningLevelText(models.Model):
    _name = "dunning.level.text"
    _description = "Dunning Level Text"
    _order = "level_id, tone"

    level_id = fields.Many2one(
        "dunning.level", required=True, index=True, ondelete="cascade"
    )
    tone = fields.Selection(TONES, required=True, default="standard")
    subject = fields.Char(required=True, translate=True)
    body = fields.Text(required=True, translate=True)

    _level_tone_uniq = models.UniqueIndex(
        "(level_id, tone)", "This level has a text in this tone already."
    )
