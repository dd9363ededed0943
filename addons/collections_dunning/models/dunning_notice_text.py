from odoo import models


class DunningNotice(models.Model):
    _inherit = "dunning.notice"
