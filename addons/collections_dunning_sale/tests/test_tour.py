from odoo.tests import HttpCase, tagged

from .common import CreditOrderCommon


@tagged("post_install", "-at_install")
class TestTour(CreditOrderCommon, HttpCase):
    def test_order_past_the_limit_is_approved_and_confirmed(self):
        """With the rights of each: a salesperson sees no file, a manager sells not."""
        order = self._create_order(500)
        path = f"/odoo/sale.order/{order.id}"
        waiting = "/odoo/action-collections_dunning_sale.sale_order_action_credit"
        self.start_tour(path, "credit_hold_ask", login="dunning_salesman")
        self.start_tour(waiting, "credit_hold_approve", login="dunning_manager")
        self.start_tour(path, "credit_hold_confirm", login="dunning_salesman")
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        approval = order.sudo().credit_approval_ids
        self.assertEqual(approval.user_id, self.manager)
        self.assertEqual(approval.reason, "Pays half in advance")
