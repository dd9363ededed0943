from odoo import Command

from odoo.addons.collections_dunning.tests.common import DunningCommon


class CreditOrderCommon(DunningCommon):
    """A customer who may owe 1,000, and owes 600 of it; a salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = cls._create_user("salesman", "sales_team.group_sale_salesman")
        # A Credit Manager sees to what waits, whoever else is one.
        cls.company.dunning_responsible_id = cls.manager
        cls.policy = cls.env["collections.credit.policy"].create(
            {
                "name": "Test terms",
                "company_id": cls.company.id,
                "has_credit_limit": True,
                "credit_limit": 1000,
                "limit_action": "approve",
                "age_limit_days": 30,
                "age_action": "block",
            }
        )
        cls.company.dunning_credit_policy_id = cls.policy
        cls.invoice = cls._create_invoice(10, 600)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [("company_id", "=", cls.company.id), ("partner_id", "=", cls.customer.id)]
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Lamp", "invoice_policy": "order", "taxes_id": []}
        )

    @classmethod
    def get_default_groups(cls):
        sales = cls.env.ref("sales_team.group_sale_manager")
        return super().get_default_groups() | sales

    @classmethod
    def _create_order(cls, amount, user=None, quantity=1, **vals):
        """Make a quotation of one line, as the salesperson."""
        return (
            cls.env["sale.order"]
            .with_user(user or cls.salesman)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "product_uom_qty": quantity,
                                "price_unit": amount,
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def _approve(self, order, user=None, **vals):
        """Approve an order as the dialog does."""
        action = order.with_user(user or self.manager).action_approve_credit()
        approvals = self.env[action["res_model"]].with_user(user or self.manager)
        approvals = approvals.with_context(**action["context"])
        values = approvals.default_get(["order_id", "amount", "date_until"])
        approval = approvals.create({**values, "reason": "Pays by Friday", **vals})
        self.env.invalidate_all()
        return approval
