from odoo import models


class ResPartner(models.Model):
    """The credit policy sent to a customer before his first invoice."""

    _inherit = "res.partner"

    def action_credit_policy(self):
        """Open the dialog that prints and sends the credit policy of these customers.

        Who never had an invoice gets a file.

        :rtype: dict
        :raise AccessError: when the user is no Collector.
        """
        self.env["dunning.notice"]._check_collector()
        self.check_access("read")
        debtors = self.env["collections.debtor"]._get_or_open(self.env.company, self)
        return debtors.action_credit_policy()
