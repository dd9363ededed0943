from odoo import models


class DunningNotice(models.Model):
    """Invoices what a notice shows or claims beside the principal."""

    _inherit = "dunning.notice"

    def action_invoice_charges(self):
        """Open the dialog that invoices the charges of these notices' items.

        Up to the day that a sent notice names, so that both say the same.

        :rtype: dict
        :raise UserError: when nothing can be invoiced.
        """
        items = self.line_ids.filtered(lambda line: line.kind == "1_item").move_line_id
        day = len(self) == 1 and self.state == "sent" and self.interest_date
        return self.env["collections.interest.invoice"]._open(items, day)
