from odoo import models
from odoo.tools import SQL


class CollectionsBehaviour(models.AbstractModel):
    """How long a customer has been known, and how much he buys."""

    _inherit = "collections.behaviour"

    def _get_sales_sql(self, company, since, partners):
        """Return the query of the sales to each debtor.

        Invoices of late interest are no sales.

        :param date since: sales after this day are summed up.
        :return: query of ``debtor_id``, ``first_invoice_date``, ``sales_amount``.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT d.id AS debtor_id,
                   min(m.invoice_date) FILTER (WHERE m.move_type <> 'out_refund')
                       AS first_invoice_date,
                   sum(m.amount_untaxed_signed) FILTER (
                       WHERE m.invoice_date > %(since)s) AS sales_amount
              FROM account_move m
              JOIN res_partner p ON p.id = m.partner_id
              JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                       AND d.company_id = m.company_id
             WHERE m.company_id = %(company)s AND m.state = 'posted'
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND m.is_late_charge IS NOT TRUE
               AND %(only)s
          GROUP BY d.id
            """,
            company=company.id,
            since=since,
            only=self._get_only_sql(partners),
        )
