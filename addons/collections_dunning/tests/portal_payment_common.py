from unittest import SkipTest

from .portal_common import PortalCommon


class PortalPaymentCommon(PortalCommon):
    """Core's demo provider takes payments for the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls._create_provider(cls.company)
        cls.method = cls.provider.payment_method_ids[:1]

    @classmethod
    def _create_provider(cls, company):
        providers = cls.env["payment.provider"].sudo()
        demo = providers.search([("code", "=", "demo")], limit=1)
        if not demo:
            raise SkipTest("Core's demo provider (payment_demo) is not installed.")
        provider = demo.copy({"company_id": company.id})
        provider.write({"state": "test", "is_published": True})
        journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        provider.journal_id = journal
        demo.payment_method_ids.active = True
        return provider

    def _key(self, *invoices, kind="items"):
        """Return what stands for the choice of these invoices."""
        items = [str(self._item(invoice).id) for invoice in invoices]
        return "-".join([kind, *items])

    def _start_payment(self, key, amount, url=None, **values):
        """Do what core's form does when somebody pays."""
        return self.make_jsonrpc_request(
            f"{url or self._link()}/transaction/{key}",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "amount": amount,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": "https://elsewhere.example.com",
                "is_validation": False,
                "access_token": "",
                "payment_reference": "",
                **values,
            },
        )

    def _finish_payment(self, reference, state="done"):
        """The provider answers, and the browser waits on core's page for that.

        :return: where the browser goes then.
        """
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {
                "reference": reference,
                "payment_details": "1234",
                "simulated_state": state,
            },
        )
        route = self.make_jsonrpc_request("/payment/status/poll", {})["landing_route"]
        self.env.invalidate_all()
        return route

    def _get_transactions(self, *invoices):
        moves = self.env["account.move"].union(*invoices)
        return self.env["payment.transaction"].search(
            [("invoice_ids", "in", moves.ids)]
        )
