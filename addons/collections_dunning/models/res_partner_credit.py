from odoo import models


class ResPartner(models.Model):
    """Credit is asked for before a customer owes anything."""

    _inherit = "res.partner"

    def action_credit_request(self):
        """Open a new credit request for this customer; his file is opened if need be.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self.check_access("read")
        self.env["dunning.notice"]._check_collector()
        company = self.env.company
        debtor = self.env["collections.debtor"]._get_or_open(company, self)
        return debtor.action_credit_request()


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    def _get_or_open(self, company, partners):
        """Return the files of customers, also of those who owe nothing yet.

        :param res.company company: whose files.
        :param res.partner partners: the customers, or contacts of theirs.
        :rtype: collections.debtor
        """
        customers = partners.commercial_partner_id
        domain = [
            ("company_id", "=", company.id),
            ("partner_id", "in", customers.ids),
        ]
        files = self.search(domain)
        missing = customers - files.partner_id
        if missing:
            self.sudo().create(
                [
                    {"company_id": company.id, "partner_id": customer.id}
                    for customer in missing
                ]
            )
            files = self.search(domain)
        return files
