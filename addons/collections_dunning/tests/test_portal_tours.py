from odoo.tests import tagged

from .portal_payment_common import PortalPaymentCommon

PAID = ("paid", "in_payment")


@tagged("post_install", "-at_install")
class TestPortalTours(PortalPaymentCommon):
    """A customer at his desk, in a real browser."""

    def test_pay_from_home(self):
        self.start_tour("/my", "collections_portal_home", login=self.claire.login)
        self.env.invalidate_all()
        self.assertIn(self.overdue.payment_state, PAID)
        self.assertEqual(self._get_transactions(self.overdue).partner_id, self.contact)


@tagged("post_install", "-at_install")
class TestPortalTelephone(PortalPaymentCommon):
    """A customer with the link of a message on his telephone, in French."""

    browser_size = "390x844"
    touch_enabled = True

    def test_pay_by_the_link(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.start_tour(self._link(), "collections_portal_pay")
        self.env.invalidate_all()
        self.assertIn(self.overdue.payment_state, PAID)
        self.assertEqual(self._get_transactions(self.overdue).partner_id, self.customer)
