from odoo import api, models
from odoo.tools import SQL


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    @api.model
    def _get_exposure_sql(self, today):
        """Override to add what is ordered and not invoiced yet.

        All of a confirmed order, delivered or not, less what posted invoices claim of
        it, down payments too.
        """
        for model in (
            "account.move.line",
            "sale.order",
            "sale.order.line",
            "uom.uom",
        ):
            self.env[model].flush_model()
        return SQL(
            """
            %s
             UNION ALL
            SELECT split_part(c.parent_path, '/', 1)::int AS root_id,
                   p.commercial_partner_id AS partner_id,
                   rest.amount / coalesce(nullif(so.currency_rate, 0), 1) AS amount,
                   NULL::date AS date_maturity,
                   TRUE AS is_order
              FROM sale_order so
              JOIN res_partner p ON p.id = so.partner_invoice_id
              JOIN res_company c ON c.id = so.company_id
        CROSS JOIN LATERAL (
                   SELECT greatest(sum(CASE
                       WHEN sol.is_downpayment THEN - coalesce(inv.amount, 0)
                       WHEN sol.product_uom_qty = 0 THEN 0
                       ELSE sol.price_total / sol.product_uom_qty * greatest(
                           greatest(sol.product_uom_qty, sol.qty_delivered)
                           - coalesce(inv.quantity, 0), 0)
                       END), 0) AS amount
                     FROM sale_order_line sol
                LEFT JOIN uom_uom u ON u.id = sol.product_uom_id
        LEFT JOIN LATERAL (
                   SELECT sum(l.price_total * s.sign) AS amount,
                          sum(l.quantity * coalesce(lu.factor / nullif(u.factor, 0), 1)
                              * s.sign) AS quantity
                     FROM sale_order_line_invoice_rel rel
                     JOIN account_move_line l ON l.id = rel.invoice_line_id
                      AND l.parent_state = 'posted'
                     JOIN account_move m ON m.id = l.move_id
                LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
               CROSS JOIN (VALUES ('out_invoice', 1), ('out_receipt', 1),
                                  ('out_refund', -1)) s (move_type, sign)
                    WHERE rel.order_line_id = sol.id
                      AND s.move_type = m.move_type) inv ON TRUE
                    WHERE sol.order_id = so.id AND sol.display_type IS NULL) rest
             WHERE so.state = 'sale' AND rest.amount > 0
            """,
            super()._get_exposure_sql(today),
        )
