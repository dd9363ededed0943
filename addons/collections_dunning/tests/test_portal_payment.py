import re
from base64 import b64encode
from unittest.mock import patch

from lxml import html

from odoo import SUPERUSER_ID, Command
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..controllers import portal_payment
from ..tools import epc_qr
from .delivery_common import DeliveryCommon
from .portal_payment_common import PortalPaymentCommon

PAID = ("paid", "in_payment")


@tagged("post_install", "-at_install")
class TestPortalPayment(PortalPaymentCommon):
    """A customer pays on his page, through core's payment providers."""

    def _refuse(self, key, amount, **kwargs):
        """The payment doesn't begin."""
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._start_payment(key, amount, **kwargs)
        self.assertFalse(self._get_transactions(self.overdue, self.foreign))

    def test_pay(self):
        page = html.fromstring(self.url_open(self._link()).text)
        [form] = page.xpath("//form[contains(@class, 'o_collections_items')]")
        ticked = form.xpath(".//input[@name='item'][@checked]/@value")
        self.assertEqual(ticked, [str(self._item(self.overdue).id)])
        response = self.url_open(f"{form.get('action')}?item={ticked[0]}")
        self.assertIn("Total to pay $ 1,200.00", self._read(response))
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        [form] = html.fromstring(response.text).xpath("//form[@id='o_payment_form']")
        self.assertEqual(
            form.get("data-transaction-route"),
            f"{self._link()}/transaction/{self._key(self.overdue)}",
        )
        values = self._start_payment(self._key(self.overdue), 1200.0)
        route = self._finish_payment(values["reference"])
        transaction = self._get_transactions(self.overdue)
        self.assertRecordValues(
            transaction,
            [
                {
                    "amount": 1200.0,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "state": "done",
                    "landing_route": "/collections/paid",
                }
            ],
        )
        self.assertIn(self.overdue.payment_state, PAID)
        self.assertNotIn(self.coming.payment_state, PAID)
        response = self.url_open(route)
        self.assertIn(self._link(), response.url)
        text = self._read(response)
        self.assertIn("We have received your payment of $ 1,200.00", text)
        self.assertNotIn(
            "received your payment", self._read(self.url_open(self._link()))
        )
        self.assertEqual(self.debtor.amount_overdue, 0)

    def test_pending_and_refused(self):
        """Under way: not to be paid twice. Refused by the bank: as if nothing was."""
        values = self._start_payment(self._key(self.overdue), 1200.0)
        route = self._finish_payment(values["reference"], "pending")
        text = self._read(self.url_open(route))
        self.assertIn("is being processed", text)
        self.assertIn("A payment is on its way.", text)
        item = self._item(self.overdue).id
        text = self._read(self.url_open(f"{self._link()}/pay?item={item}"))
        self.assertIn("can't be paid online", text)
        values = self._start_payment(self._key(self.coming), 300.0)
        route = self._finish_payment(values["reference"], "cancel")
        self.assertIn("nothing was paid", self._read(self.url_open(route)))
        self.assertNotIn(self.coming.payment_state, PAID)

    def test_disputed_part_and_credits(self):
        """Only what is not disputed; credits are taken off if the customer says so."""
        refund = self._create_credit_note(50.0)
        self.env["dunning.hold"].sudo().create(
            {
                "debtor_id": self.debtor.id,
                "move_line_id": self._item(self.overdue).id,
                "reason": "disputed",
                "amount": 200.0,
            }
        )
        item = self._item(self.overdue).id
        text = self._read(self.url_open(f"{self._link()}/pay?item={item}&deduct=1"))
        self.assertIn("Total to pay $ 950.00", text)
        text = self._read(self.url_open(f"{self._link()}/pay?item={item}"))
        self.assertIn("Total to pay $ 1,000.00", text)
        values = self._start_payment(self._key(self.overdue, kind="less"), 950.0)
        self._finish_payment(values["reference"])
        self.assertEqual(self.overdue.amount_residual, 250.0)
        self.assertEqual(refund.amount_residual, 50.0)

    def test_more_credits_than_debts(self):
        self._create_credit_note(2000.0)
        item = self._item(self.overdue).id
        text = self._read(self.url_open(f"{self._link()}/pay?item={item}&deduct=1"))
        self.assertIn("There is nothing to pay for this.", text)
        self._refuse(self._key(self.overdue, kind="less"), 0.0)

    def test_not_ours_to_take(self):
        for reason in ("insolvency", "escalated", "factored"):
            hold = (
                self.env["dunning.hold"]
                .sudo()
                .create({"debtor_id": self.debtor.id, "reason": reason})
            )
            self.assertNotIn('name="item"', self.url_open(self._link()).text)
            self._refuse(self._key(self.overdue), 1200.0)
            hold.unlink()

    def test_plan(self):
        """What is due of a plan is paid on its items."""
        plan = (
            self.env["collections.payment.plan"]
            .sudo()
            .create(
                {
                    "name": "PLAN/0009",
                    "debtor_id": self.debtor.id,
                    "currency_id": self.company.currency_id.id,
                    "line_ids": [
                        Command.create(
                            {
                                "move_line_id": self._item(self.overdue).id,
                                "move_id": self.overdue.id,
                                "amount": 1200.0,
                            }
                        )
                    ],
                    "installment_ids": [
                        Command.create({"date": self.today, "amount": 400.0}),
                        Command.create({"date": "2999-01-01", "amount": 800.0}),
                    ],
                }
            )
        )
        self._refuse(f"plan-{plan.id}", 400.0)
        plan.state = "accepted"
        self.assertIn("PLAN/0009", self._read(self.url_open(self._link())))
        self._refuse(f"plan-{plan.id}", 400.0, url=self._link(self.other_debtor))
        values = self._start_payment(f"plan-{plan.id}", 400.0)
        self._finish_payment(values["reference"])
        self.assertEqual(self.overdue.amount_residual, 800.0)

    # === WHO, AND WHAT HE SENDS === #

    def test_foreign_items(self):
        for key, amount in (
            (self._key(self.foreign), 777.77),
            (self._key(self.overdue, self.foreign), 1977.77),
            ("items-0", 1.0),
            ("items", 0.0),
            ("nonsense-1", 1.0),
            ("items-x", 1.0),
            (f"plan-{self.overdue.id}", 1.0),
        ):
            self._refuse(key, amount)
            text = self._read(self.url_open(f"{self._link()}/pay?item={key[6:]}"))
            self.assertNotIn("777", text)
        for query in (f"item={'9' * 5000}", f"plan={'9' * 5000}"):
            response = self.url_open(f"{self._link()}/pay?{query}")
            self.assertEqual(response.status_code, 200)
        self._log_in(self.claire)
        self._refuse(
            self._key(self.foreign), 777.77, url=f"/my/collections/{self.debtor.id}"
        )
        self._refuse(
            self._key(self.foreign),
            777.77,
            url=f"/my/collections/{self.other_debtor.id}",
        )

    def test_dead_links(self):
        key = self._key(self.overdue)
        self._refuse(key, 1200.0, url=self._link(days=-2))
        link = self._link()
        self.debtor.action_revoke_portal_link()
        self._refuse(key, 1200.0, url=link)
        self._refuse(key, 1200.0, url="/collections/nothing")
        # Who is not logged in has no account, whatever number he types.
        self._refuse(key, 1200.0, url=f"/my/collections/{self.debtor.id}")

    def test_another_amount(self):
        for amount in (0.01, 1199.99, 1e9, None):
            self._refuse(self._key(self.overdue), amount)

    def test_what_may_not_be_sent(self):
        key = self._key(self.overdue)
        stranger = self.other_customer.id
        for values in (
            {"partner_id": stranger},
            {"currency_id": 1},
            {"custom_create_values": {"partner_id": stranger}},
            {"reference_prefix": "x"},
        ):
            with mute_logger("odoo.http"):
                self._refuse(key, 1200.0, **values)

    def test_other_provider(self):
        """Providers that the page does not offer take nothing."""
        second = self.setup_other_company()["company"]
        other = self._create_provider(second)
        self._refuse(self._key(self.overdue), 1200.0, provider_id=other.id)
        self.provider.is_published = False
        self._refuse(self._key(self.overdue), 1200.0)
        self.assertNotIn('name="item"', self.url_open(self._link()).text)

    def test_saved_cards(self):
        """A link may be passed on: the customer's cards are for his own account."""
        card = (
            self.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "payment_details": "4242",
                    "partner_id": self.contact.id,
                    "provider_ref": "card",
                    "demo_simulated_state": "done",
                }
            )
        )
        sent = {"token_id": card.id, "flow": "token"}
        item = self._item(self.overdue).id
        self.assertNotIn("4242", self.url_open(f"{self._link()}/pay?item={item}").text)
        self._refuse(self._key(self.overdue), 1200.0, **sent)
        self._log_in(self.claire)
        own = f"/my/collections/{self.debtor.id}"
        self.assertIn("4242", self.url_open(f"{own}/pay?item={item}").text)
        self._start_payment(self._key(self.overdue), 1200.0, url=own, **sent)
        self.assertEqual(self._get_transactions(self.overdue).partner_id, self.contact)

    def test_stranger_who_is_logged_in(self):
        """Whoever opens the link pays for its customer."""
        stranger = self._create_portal_user(self.other_customer, "dunning_stranger")
        self._log_in(stranger)
        values = self._start_payment(self._key(self.overdue), 1200.0)
        transaction = self._get_transactions(self.overdue)
        self.assertEqual(transaction.partner_id, self.customer)
        self._finish_payment(values["reference"])
        self.assertIn(self.overdue.payment_state, PAID)

    def test_too_many(self):
        """Nobody pays so often in an hour."""
        limits = {"debtor": 1, "ip": 100}
        with patch.object(portal_payment, "PORTAL_FORMS_PER_HOUR", limits):
            self._start_payment(self._key(self.overdue), 1200.0)
            with (
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "exceptions.UserError"),
            ):
                self._start_payment(self._key(self.overdue), 1200.0)
        self.assertEqual(len(self._get_transactions(self.overdue)), 1)

    def test_our_own_people(self):
        self._log_in(self.collector)
        self._refuse(self._key(self.overdue), 1200.0)
        item = self._item(self.overdue).id
        response = self.url_open(f"{self._link()}/pay?item={item}")
        self.assertNotIn("o_payment_form", response.text)


@tagged("post_install", "-at_install")
class TestPortalFromMail(PortalPaymentCommon, DeliveryCommon):
    """From the message that arrives at a mail server to a paid invoice."""

    def _run_job(self):
        # The browser's server has entered the registry's test mode already.
        self.env.flush_all()
        with self.registry.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["dunning.notice"]._cron_send()
        self.env.invalidate_all()

    def _send_notice(self):
        """Send a reminder; return it and the invoice, and the message that arrived."""
        mailbox = self._serve()
        partner = self._create_customer("Leroy SA")
        notice, invoice = self._queue_notice(partner=partner, days_late=8)
        self._run_job()
        self.assertEqual(notice.state, "sent")
        [(_recipients, message)] = mailbox.messages
        return notice, invoice, message

    def test_from_the_message_to_the_payment(self):
        notice, invoice, message = self._send_notice()
        text = message.get_body(("plain",)).get_content()
        page = html.fromstring(message.get_body(("html",)).get_content())
        [url] = page.xpath("//a[contains(@href, '/collections/')]/@href")
        self.assertIn(url, text)
        path = re.sub(r"^https?://[^/]+", "", url)

        response = self.url_open(path)
        self.assertIn("Leroy SA", self._read(response))
        [form] = html.fromstring(response.text).xpath("//form[@method='GET']")
        ticked = form.xpath(".//input[@name='item'][@checked]/@value")
        self.assertEqual(ticked, [str(self._item(invoice).id)])
        values = self._start_payment(f"items-{ticked[0]}", 100.0, url=path)
        self.assertIn(
            path, self.url_open(self._finish_payment(values["reference"])).url
        )

        self.assertIn(invoice.payment_state, PAID)
        run = self._propose()
        self._assert_ties_out(run)
        self.assertNotIn(notice.partner_id, run.notice_ids.partner_id)
        self.assertNotIn("dunned", self._reason(invoice))

    def test_kept_without_the_link(self):
        """What is kept here opens nothing, but the .eml: Collectors alone read it."""
        notice, _invoice, message = self._send_notice()
        url = notice.debtor_id._get_portal_url()
        token = url.rpartition("/")[2]
        self.assertIn(token, message.as_string().replace("=\r\n", ""))
        kept = self.env["mail.message"].search(
            [("message_id", "=", notice.message_ref)]
        )
        self.assertIn("/my/collections", kept.body)
        for text in (kept.body, notice.body, notice.message_html):
            self.assertNotIn(token, text)
        self.assertFalse(kept.attachment_ids)
        eml = notice.eml_attachment_id
        self.assertIn(token.encode(), eml.raw.replace(b"=\r\n", b""))
        self.assertTrue(eml.with_user(self.collector).has_access("read"))
        self.assertFalse(eml.with_user(self.reader).has_access("read"))
        self.assertNotIn("eml_attachment_id", notice.with_user(self.reader).read()[0])
        self._log_in(self.reader)
        self.assertEqual(self.url_open(f"/web/content/{eml.id}").status_code, 404)
        self._log_in(self.collector)
        self.assertEqual(self.url_open(f"/web/content/{eml.id}").status_code, 200)

    def test_recipients_from_outside(self):
        """Who is approved to read a notice does not see the whole account."""
        notice, _invoice = self._queue_notice(days_late=8)
        self.assertTrue(notice._has_portal_link())
        accountant = self._create_customer("Fidu SA")
        self.env["collections.debtor.recipient"].create(
            {
                "debtor_id": notice.debtor_id.id,
                "partner_id": accountant.id,
                "reason": "Their accountant",
            }
        ).sudo().write({"approved_by_id": self.manager.id})
        notice.sudo()._set_state("draft")
        notice.copy_ids = accountant
        self.assertFalse(notice._has_portal_link())
        self.assertFalse(notice._get_portal_qr())
        texts = notice._render_texts()[notice.id]
        self.assertNotIn("/collections/", notice._prepare_content(texts)["html"])

    def test_code_on_letters(self):
        """A draft shows where one logs in; what leaves opens the page."""

        def draw(url):
            image = b64encode(epc_qr.build_svg(url).encode()).decode()
            return f"data:image/svg+xml;base64,{image}"

        notice, _invoice = self._queue_notice(days_late=8)
        self.assertEqual(
            notice._get_portal_qr(), draw(notice.debtor_id._get_portal_url())
        )
        notice.sudo()._set_state("draft")
        self.assertEqual(notice._get_portal_qr(), draw(notice._get_portal_address()))

    def test_field_of_texts(self):
        """A text may name the page: the signed link where it leaves, nowhere else."""
        self.first.text_ids.body = "Your page: {{ portal_link }}\n[items]"
        notice, _invoice, message = self._send_notice()
        text = message.get_body(("plain",)).get_content()
        self.assertIn(f"Your page: {notice.debtor_id._get_portal_url()}", text)
        self.assertIn(f"Your page: {notice._get_portal_address()}", notice.body)

    def test_link_in_test_mode(self):
        """The tester gets a link that works, and says that it is a test."""
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "t@seller.example.com"}
        )
        mailbox = self._serve()
        self._queue_notice(days_late=8)
        self._run_job()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["t@seller.example.com"])
        page = html.fromstring(message.get_body(("html",)).get_content())
        [url] = page.xpath("//a[contains(@href, '/collections/')]/@href")
        path = re.sub(r"^https?://[^/]+", "", url)
        self.assertIn("Test mode", self._read(self.url_open(path)))
