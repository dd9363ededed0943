from odoo import models


class DunningAssessment(models.AbstractModel):
    _name = "dunning.assessment"
    _description = "Dunning Assessment"
