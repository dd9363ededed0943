from odoo import models


class DunningProposal(models.AbstractModel):
    _name = "dunning.proposal"
    _description = "Dunning Proposal"
