from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .delivery_common import DeliveryCommon
from .promise_common import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseMail(PromiseCommon, DeliveryCommon):
    """What the customer reads of his promise, and the dialog that records it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.contact = cls._create_customer(
            "Claire", parent_id=cls.customer.id, is_company=False, lang="fr_FR"
        )
        cls.template = cls.env.ref("collections_dunning.mail_template_promise")

    def _send_queue(self):
        self.env.cr.postcommit.run()
        mails = self.env["mail.mail"].sudo()
        mails.search([("state", "=", "outgoing")]).send()

    def _serve(self, **options):
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        return super()._serve(**options)

    def _read(self, message):
        return message.get_body(("html",)).get_content()

    # === CONFIRMATION === #

    def test_confirmed_in_the_customers_language(self):
        translated = "<p>Nous prenons note <t t-out='object.amount' /></p>"
        self.template.with_context(lang="fr_FR").body_html = translated
        mailbox = self._serve()
        promise = self._promise(
            self._create_invoice(days_late=10),
            contact_id=self.contact.id,
            send_confirmation=True,
        )
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, [self.contact.email])
        self.assertIn("Nous prenons note 100.0", self._read(message))
        self.assertIn(self.collector.email, message["From"])
        self.assertEqual(promise.confirmed_on, self.today)
        self.assertEqual(
            promise.debtor_id.message_ids[0].author_id, self.collector.partner_id
        )

    def test_says_what_was_noted(self):
        mailbox = self._serve()
        invoice = self._create_invoice(days_late=10)
        self._promise(invoice, amount=70, send_confirmation=True)
        self._send_queue()
        [(_recipients, message)] = mailbox.messages
        text = self._read(message)
        for words in ("70.00", "reminders resume without further notice", invoice.name):
            self.assertIn(words, text)

    def test_nothing_is_sent_unasked(self):
        mailbox = self._serve()
        self._promise(self._create_invoice(days_late=10))
        self._send_queue()
        self.assertFalse(mailbox.messages)

    def test_no_address(self):
        self.customer.email = False
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice, send_confirmation=True)
        self.assertFalse(promise.confirmed_on)
        self.assertIn("no e-mail address", promise.debtor_id.message_ids[0].body)

    def test_mode_of_trial(self):
        """In test mode nobody outside gets it."""
        self.company.write(
            {
                "dunning_test_email": "trial@seller.example.com",
                "dunning_test_mode": True,
            }
        )
        mailbox = self._serve()
        self._promise(self._create_invoice(days_late=10), send_confirmation=True)
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["trial@seller.example.com"])
        self.assertIn("[Test", message["Subject"])

    # === THE MESSAGE WITH A NEW DATE === #

    def _render_new_date(self, lang, tone, paid=0):
        self.env["ir.module.module"]._load_module_terms(
            ["collections_dunning"], ["fr_FR"], overwrite=True
        )
        installed = self.env.ref("collections_dunning.dunning_level_after_stop")
        for text in self.after_stop.text_ids:
            text.unlink()
        self.after_stop.text_level_id = installed
        self.customer.lang = lang
        invoice = self._create_invoice(days_late=10)
        promise = self._promise(invoice, days=2)
        promise.debtor_id.tone = tone
        if paid:
            self._pay(invoice, paid)
        with freeze_time(self.today + timedelta(days=5)):
            self._record_bank_entry(-5)
            run = self._propose(date=self.today + timedelta(days=5))
            notice = run.notice_ids
            self.assertEqual(notice.level_id, self.after_stop)
            return notice._render_texts()[notice.id]["body"]

    def test_names_the_broken_promise(self):
        body = self._render_new_date("en_US", "firm")
        self.assertIn("The payment of $100.00 announced for", body)
        self.assertIn("has not arrived", body)
        self.assertNotIn("suspended", body)

    def test_names_what_is_missing(self):
        body = self._render_new_date("en_US", "soft", paid=30)
        self.assertIn("Of the payment of $100.00 announced for", body)
        self.assertIn("$70.00 has not arrived", body)

    def test_names_it_in_french(self):
        body = self._render_new_date("fr_FR", "standard")
        self.assertIn("Le règlement de 100,00", body)
        self.assertIn("ne nous est pas parvenu", body)

    # === THE DIALOG === #

    def _fill(self, action, **vals):
        """Fill the dialog as a collector does, and save it."""
        form = Form(
            self.env["collections.promise"]
            .with_user(self.collector)
            .with_context(**action["context"]),
            view="collections_dunning.collections_promise_view_dialog",
        )
        form.date = self.today + timedelta(days=3)
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def test_from_the_customers_file(self):
        """What is overdue, all of it."""
        invoice = self._create_invoice(days_late=10)
        self._create_invoice(days_late=-10)
        self._propose()
        debtor = self._debtor().with_user(self.collector)
        promise = self._fill(debtor.action_promise())
        self.assertEqual(promise.item_ids, self._item(invoice))
        self.assertEqual((promise.amount, promise.origin), (100, "phone"))
        self.assertTrue(promise.send_confirmation)

    def test_from_invoices(self):
        """Of a customer without any notice yet."""
        newcomer = self._create_customer("Newcomer")
        invoices = self._create_invoice(days_late=10, partner=newcomer)
        invoices |= self._create_invoice(days_late=5, partner=newcomer)
        action = invoices.with_user(self.collector).action_dunning_promise()
        promise = self._fill(action, amount=150)
        self.assertEqual(promise.item_ids, self._item(invoices))
        self.assertEqual(promise.amount, 150)

    def test_from_invoices_of_two_customers(self):
        invoices = self._create_invoice(days_late=10)
        invoices |= self._create_invoice(days_late=10, partner=self.other_customer)
        with self.assertRaises(UserError):
            invoices.action_dunning_promise()
        with self.assertRaises(AccessError):
            invoices[:1].with_user(self.reader).action_dunning_promise()

    def test_from_a_notice(self):
        invoice = self._create_invoice(days_late=6)
        notice = self._propose().notice_ids
        self._send(notice)
        action = notice.with_user(self.collector).action_promise()
        promise = self._fill(action)
        self.assertEqual(promise.notice_id, notice)
        self.assertEqual(promise.origin, "reply")
        self.assertEqual(promise.item_ids, self._item(invoice))

    def test_from_a_call(self):
        """Who promised on the phone was called: the activity is done."""
        self.first.channel = "phone"
        self._create_invoice(days_late=6)
        call = self._propose().notice_ids
        call._queue()
        self.assertTrue(call.activity_ids)
        action = call.with_user(self.collector).action_promise()
        promise = self._fill(action)
        self.assertEqual(promise.origin, "phone")
        self.assertEqual(call.state, "sent")
        self.assertFalse(call.activity_ids)

    def test_several_currencies(self):
        """Amounts of two currencies are never added: the company's come first."""
        currency = self.setup_other_currency("CHF")
        self._create_invoice(days_late=20, currency_id=currency.id)
        mine = self._create_invoice(days_late=10)
        self._propose()
        promise = self._fill(self._debtor().with_user(self.collector).action_promise())
        self.assertEqual(promise.item_ids, self._item(mine))
