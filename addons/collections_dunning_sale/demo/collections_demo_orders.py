from odoo import Command, api, models

from odoo.addons.collections_dunning.demo.customers import CUSTOMERS

# What is ordered: one lamp, so many times.
PRODUCT, PRICE = "Lampadaire Nocturne", 342.0


class CollectionsDemo(models.AbstractModel):
    """Orders of the demo company on credit, see ``collections_demo_orders.xml``."""

    _inherit = "collections.demo"

    @api.model
    def _load_orders(self):
        """Take orders as the salesperson does, one for each answer of the rule."""
        company = self.env.ref("collections_dunning.res_company_atelier_lumen_demo")
        self = self.with_company(company).with_context(
            lang="fr_FR",
            allowed_company_ids=company.ids,
            # Nobody is written to about a task of the demo.
            mail_activity_quick_update=True,
            mail_create_nosubscribe=True,
        )
        if not self.env["dunning.run"].search_count([("company_id", "=", company.id)]):
            return
        lea = self.env.ref("collections_dunning.res_users_lea_demo")
        lea.group_ids = [
            Command.link(self.env.ref("sales_team.group_sale_salesman").id)
        ]
        vincent = self.env.ref("collections_dunning.res_users_vincent_demo")
        vincent.group_ids = [
            Command.link(self.env.ref("sales_team.group_sale_salesman_all_leads").id)
        ]
        sales = self.with_user(lea)
        product = self._create_lamp()
        # Within the limit that was granted: part of what the customer owes.
        sales._quote("deux_rives", product, 12).action_confirm()
        # On credit hold: it stays a quotation until a Credit Manager releases it.
        sales._quote("marchand", product, 2)
        # Past the limit: a Credit Manager was asked, and has not answered yet.
        sales._quote("auriol", product, 5).action_request_credit_approval()
        # Too old a debt: a Credit Manager let this one pass.
        order = sales._quote("grand_large", product, 4)
        order.action_request_credit_approval()
        self._approve(order.with_user(vincent))
        order.action_confirm()

    def _create_lamp(self):
        """Create what customers order."""
        return self.env["product.product"].create(
            {
                "name": PRODUCT,
                "list_price": PRICE,
                "invoice_policy": "order",
                "company_id": self.env.company.id,
            }
        )

    def _quote(self, key, product, quantity):
        """Write a quotation.

        :param str key: of a customer, see ``customers.CUSTOMERS``.
        :rtype: sale.order
        """
        [name] = [customer.name for customer in CUSTOMERS if customer.key == key]
        partner = self.env["res.partner"].search(
            [("company_id", "=", self.env.company.id), ("name", "=", name)], limit=1
        )
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )

    def _approve(self, order):
        """Let an order pass, as the dialog of the Credit Manager does."""
        action = order.action_approve_credit()
        approvals = order.env[action["res_model"]].with_context(**action["context"])
        values = approvals.default_get(["order_id", "amount", "date_until"])
        reason = "Virement de l'arriéré annoncé, montant modeste"
        approvals.create({**values, "reason": reason})
