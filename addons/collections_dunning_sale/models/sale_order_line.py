from odoo import api, models

WATCHED = {
    "discount",
    "order_id",
    "price_unit",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "tax_ids",
}


class SaleOrderLine(models.Model):
    """What is added to a confirmed order passes the credit rule too.

    Not costs that are charged on: they have been incurred, and must be invoiced.
    """

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        ids = {
            vals.get("order_id")
            for vals in vals_list
            if not vals.get("is_expense") and not vals.get("is_downpayment")
        }
        orders = self.env["sale.order"].browse(id_ for id_ in ids if id_)
        with orders._watch_credit():
            return super().create(vals_list)

    def write(self, vals):
        orders = self.env["sale.order"]
        if WATCHED & vals.keys():
            lines = self.filtered(lambda line: not line.is_expense)
            orders = lines.order_id | orders.browse(vals.get("order_id") or ())
        with orders._watch_credit():
            return super().write(vals)
