from odoo.tests import tagged

from .mail_common import PDF, DisputeMailCommon


@tagged("post_install", "-at_install")
class TestInbound(DisputeMailCommon):
    """Mails to the alias of the company, through core's own gateway."""

    def test_mail_opens_a_case(self):
        case = self._gateway(
            self._build(
                f"Your invoice {self.invoice.name} is wrong: two boxes are broken.",
                subject="Broken boxes",
                files=[("photo.pdf", PDF)],
            )
        )
        self.assertRecordValues(
            case,
            [
                {
                    "title": "Broken boxes",
                    "origin": "email",
                    "state": "new",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "contact_id": self.contact.id,
                    "user_id": self.collector.id,
                    "amount_disputed": 1000,
                }
            ],
        )
        self.assertFalse(case.reason_id, "nobody knows it yet")
        self.assertNotEqual(case.name, case.title)
        self.assertTrue(case.name)
        self.assertEqual(case.line_ids.move_id, self.invoice)
        self.assertIn("two boxes are broken", case.description)
        self.assertEqual(case.activity_ids.user_id, self.collector)
        mail = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(mail.author_id, self.contact)
        self.assertEqual(mail.attachment_ids.name, "photo.pdf")
        self.assertEqual(mail.attachment_ids.raw, PDF)

    def test_number_however_it_is_written(self):
        number = self.invoice.name.replace("/", "-").lower()
        case = self._gateway(self._build("See subject", subject=f"re: {number}!"))
        self.assertEqual(case.line_ids.move_id, self.invoice)

    def test_what_we_wrote_ourselves_names_nothing(self):
        """A quoted reminder lists invoices nobody objects to."""
        quoted = (
            "I am not happy.\n\nOn Mon, 2 Nov 2026 at 10:00, Seller wrote:\n"
            f"> Please pay {self.invoice.name}\n"
        )
        self.assertFalse(self._gateway(self._build(quoted)).line_ids)
        html = (
            "<p>Pas content.</p><p>De : Seller<br/>Envoyé : lundi<br/>"
            f"Merci de payer {self.invoice.name}</p>"
        )
        self.assertFalse(self._gateway(self._build("x", markup=html)).line_ids)

    def test_items_of_others_are_not_proposed(self):
        """Whoever names a stranger's invoice learns and holds nothing of it."""
        case = self._gateway(self._build(f"And {self.other_invoice.name}?"))
        self.assertEqual(case.partner_id, self.customer)
        self.assertFalse(case.line_ids)
        self.assertFalse(
            self.env["dunning.hold"].search(
                [("move_line_id", "=", self._item(self.other_invoice).id)]
            )
        )

    def test_unknown_sender(self):
        """A person qualifies it: nothing is held, nothing leaves."""
        mailbox = self._serve()
        case = self._gateway(
            self._build(
                f"{self.invoice.name} is wrong", From="Eve <eve@nobody.example.com>"
            )
        )
        self.assertFalse(case.partner_id)
        self.assertFalse(case.line_ids)
        self.assertEqual(case.email_from, '"Eve" <eve@nobody.example.com>')
        self.assertEqual(case.user_id, self.collector)
        self.assertTrue(case.activity_ids)
        self._send_queue()
        self.assertFalse(self._get_letters(mailbox))
        self.assertFalse(
            self.env["collections.debtor"].search(
                [("partner_id.email", "=", "eve@nobody.example.com")]
            )
        )

    def test_one_address_of_two_customers(self):
        """An accountant who writes for both: the invoice says for whom."""
        for customer in (self.customer, self.other_customer):
            self.env["res.partner"].create(
                {
                    "name": "Books & Co",
                    "parent_id": customer.id,
                    "email": "books@cabinet.example.com",
                }
            )
        sender = "books@cabinet.example.com"
        case = self._gateway(self._build(f"{self.other_invoice.name}?", From=sender))
        self.assertEqual(case.partner_id, self.other_customer)
        self.assertEqual(case.line_ids.move_id, self.other_invoice)
        case = self._gateway(self._build("We are unhappy", From=sender))
        self.assertFalse(case.partner_id)

    def test_company_by_alias(self):
        other = self.env["res.company"].create({"name": "Second Seller"})
        other.alias_domain_id = self.domain
        case = self._gateway(self._build(To=other.dispute_email))
        self.assertEqual(case.company_id, other)

    def test_hostile_html(self):
        html = (
            "<p onclick='steal()'>Broken</p><script>alert(1)</script>"
            "<img src=x onerror='steal()'/><iframe src='//evil.example.com'></iframe>"
        )
        case = self._gateway(self._build("Broken", markup=html))
        mail = case.message_ids.filtered(lambda m: m.message_type == "email")
        for text in (case.description, mail.body):
            self.assertIn("Broken", text)
            for evil in ("script", "onerror", "onclick", "iframe"):
                self.assertNotIn(evil, text)

    # === ANSWERS === #

    def test_reply_is_filed(self):
        case = self._open()
        case.state = "waiting_customer"
        opened = self._gateway(self._reply(case, files=[("proof.pdf", PDF)]))
        self.assertFalse(opened)
        answer = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("Here it is", answer.body)
        self.assertEqual(answer.attachment_ids.name, "proof.pdf")
        self.assertEqual(case.state, "waiting_us", "it is our turn again")
        self.assertIn(self.collector.partner_id, answer.notified_partner_ids)

    def test_number_in_the_subject(self):
        case = self._open()
        mail = self._build("As I said", subject=f"Re: [{case.name}] broken")
        self.assertFalse(self._gateway(mail))
        self.assertIn("As I said", case.message_ids[0].body)

    def test_guessed_number(self):
        """Another customer who names it gets a case of his own."""
        case = self._open()
        before = case.message_ids
        mail = self._build(
            "Let me see",
            subject=f"Re: {case.name}",
            From="compta@martin.example.com",
        )
        opened = self._gateway(mail)
        self.assertEqual(opened.partner_id, self.other_customer)
        self.assertEqual(case.message_ids, before)

    def test_answer_after_the_end(self):
        case = self._open()
        case.sudo().action_resolve("withdrawn", cause_id=self.cause.id)
        self.assertFalse(case.activity_ids)
        self._gateway(self._reply(case, body="But still"))
        self.assertEqual(case.state, "resolved")
        self.assertEqual(case.activity_ids.user_id, case.user_id)

    # === ATTACHMENTS === #

    def test_large_attachment(self):
        large = b"%PDF-" + b"x" * (10 * 1024 * 1024)
        case = self._gateway(
            self._build(files=[("huge.pdf", large), ("small.pdf", PDF)])
        )
        mail = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(mail.attachment_ids.name, "small.pdf")
        notes = " ".join(case.message_ids.mapped("body"))
        self.assertIn("huge.pdf (10.00 Mb)", notes)
        [call] = case.activity_ids.filtered(lambda a: "too large" in (a.summary or ""))
        self.assertEqual(call.user_id, self.collector)

    def test_many_attachments(self):
        case = self._open()
        files = [(f"page{number}.pdf", PDF) for number in range(22)]
        self._gateway(self._reply(case, files=files))
        mail = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(len(mail.attachment_ids), 20)
        self.assertIn("page21.pdf", " ".join(case.message_ids.mapped("body")))
