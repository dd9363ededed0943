from odoo import fields, models

CONFIRMATION = "collections_dunning.mail_template_promise"


class CollectionsPromise(models.Model):
    """What we write to the customer about his promise."""

    _inherit = "collections.promise"

    def _confirm(self):
        """Tell the customer what we noted, in his language, from his file."""
        self.ensure_one()
        if self.debtor_id._write_to_customer(CONFIRMATION, self, self.contact_id):
            self.sudo().confirmed_on = fields.Date.context_today(self)

    def _get_letter_lang(self):
        """Return the language in which we write to the customer.

        :rtype: str
        """
        self.ensure_one()
        promise = self.sudo()
        return promise.contact_id.lang or promise.debtor_id._get_statement_lang()
