from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .mail_common import DisputeMailCommon


@tagged("post_install", "-at_install")
class TestOutbound(DisputeMailCommon):
    """What we write to customers: read as it arrives at a real SMTP server."""

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()

    def _read(self):
        """Return recipients, message and text of the only letter that arrived."""
        self._send_queue()
        [(recipients, message)] = self._get_letters(self.mailbox)
        self.mailbox.messages.clear()
        return recipients, message, self._get_text(message)

    def _date(self, day, lang="en_US"):
        return format_date(self.env, day, lang_code=lang, date_format="long")

    # === ACKNOWLEDGEMENT === #

    def test_acknowledgement(self):
        case = self._open(300)
        self.assertTrue(case.acknowledged_at)
        recipients, message, text = self._read()
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn(case.name, message["Subject"])
        self.assertIn(self.company.name, message["From"])
        self.assertIn(self.alias, message["Reply-To"])
        self.assertEqual(message["Auto-Submitted"], "auto-replied")
        for words in (
            f"is recorded as {case.name}",
            "without any admission that it is founded",
            "Broken goods",
            self.invoice.name,
            "300.00",
            "700.00",
            "remains payable at its due date",
            f"We will answer by {self._date(case.deadline_date)}",
        ):
            self.assertIn(words, text)
        self.assertEqual(text.count("Collector"), 1, "signed once")

    def test_it_waits_in_the_queue(self):
        """No SMTP conversation while a collector works."""
        self._open()
        self.env.cr.postcommit.run()
        self.assertFalse(self.mailbox.messages)

    def test_once(self):
        case = self._open()
        case._acknowledge()
        self._read()

    def test_whole_amount(self):
        self._open(1000)
        self.assertNotIn("undisputed part", self._read()[2])

    def test_mail_is_acknowledged(self):
        """After it was filed, in its thread; without items we ask for them."""
        case = self._gateway(self._build("I am not happy"))
        recipients, message, text = self._read()
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn("tell us the numbers of the invoices", text)
        types = case.message_ids.sorted("id").mapped("message_type")
        self.assertLess(types.index("email"), types.index("auto_comment"))
        mail = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn(mail.message_id, message["References"])

    def test_nobody_to_write_to(self):
        self.customer.email = False
        case = self._open(contact_id=False)
        self.assertFalse(case.acknowledged_at)
        self.assertIn("no e-mail address is known", case.message_ids[0].body)

    def test_dunning_contact(self):
        """Nobody raised it by name: whom reminders go to hears of it."""
        self.env["res.partner"].create(
            {
                "name": "Paul",
                "parent_id": self.customer.id,
                "email": "paul@durand.example.com",
                "is_dunning_contact": True,
            }
        )
        self._open(contact_id=False)
        self.assertEqual(self._read()[0], ["paul@durand.example.com"])

    # === OUTCOME === #

    def test_rejected(self):
        case = self._open()
        self._read()
        case.with_user(self.collector).action_reject(
            "<p>The delivery note is signed.</p>", cause_id=self.cause.id
        )
        recipients, message, text = self._read()
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn("our answer to your query", message["Subject"])
        for words in (
            "We can't accept it",
            "The delivery note is signed.",
            "1,000.00",
            f"by {self._date(case.new_date_to_pay)} at the latest",
        ):
            self.assertIn(words, text)
        self.assertEqual(case.new_date_to_pay, fields.Date.add(self.today, days=8))

    def test_credit_note(self):
        case = self._open()
        self._read()
        case.action_resolve("credit_note", cause_id=self.cause.id)
        self.assertEqual(case.state, "resolved")
        _recipients, message, text = self._read()
        self.assertIn("You were right, and we apologise: we credit", text)
        self.assertIn("300.00", text)
        self.assertIn(case.credit_note_ids.name, text)
        self.assertIn(f"New balance of {self.invoice.name}:", text)
        self.assertIn("700.00", text)
        self.assertNotIn("at the latest", text)
        [file] = message.iter_attachments()
        self.assertIn(case.credit_note_ids.name.replace("/", "_"), file.get_filename())
        self.assertTrue(file.get_content())

    def test_nothing_about_cause_and_side(self):
        case = self._open()
        self._read()
        case.with_user(self.collector).action_resolve(
            "withdrawn", cause_id=self.cause.id, side="carrier"
        )
        _recipients, message, text = self._read()
        self.assertIn("We note that you withdraw it", text)
        for secret in ("Bad packing", "Carrier", "carrier"):
            self.assertNotIn(secret, message.as_string())

    # === LANGUAGE === #

    def test_french(self):
        self.contact.lang = "fr_FR"
        case = self._open()
        _recipients, message, text = self._read()
        self.assertIn(f"votre contestation {case.name}", message["Subject"])
        for words in (
            f"est enregistrée sous le n° {case.name}",
            "sans reconnaissance de son bien-fondé",
            "reste payable à l'échéance",
            f"au plus tard le {self._date(case.deadline_date, 'fr_FR')}",
        ):
            self.assertIn(words, text.replace("’", "'").replace("\xa0", " "))
        case.with_user(self.collector).action_reject(
            "<p>Le bon de livraison est signé.</p>", cause_id=self.cause.id
        )
        _recipients, message, text = self._read()
        text = text.replace("’", "'").replace("\xa0", " ")
        self.assertIn("Le bon de livraison est signé.", text)
        self.assertIn(
            f"au plus tard le {self._date(case.new_date_to_pay, 'fr_FR')}", text
        )
        for english in ("Dear", "We ", "Please", "Yours", "balance"):
            self.assertNotIn(english, text)

    # === WHO READS IT === #

    def test_outsider_is_refused(self):
        case = self._open()
        with self.assertRaisesRegex(UserError, "Martin SAS is not of the company"):
            case.with_user(self.collector).message_post(
                body="Look",
                partner_ids=self.other_customer.ids,
                subtype_xmlid="mail.mt_comment",
            )
        with self.assertRaisesRegex(UserError, "eve@nobody.example.com is not of"):
            case.with_user(self.collector).message_post(
                body="Look", outgoing_email_to="eve@nobody.example.com"
            )

    def test_approved_outside_recipient(self):
        """A lawyer say, whom a Credit Manager has approved on the customer's file."""
        case = self._open()
        self._read()
        lawyer = self._create_customer("Lawyer SCP")
        self.env["collections.debtor.recipient"].create(
            {
                "debtor_id": case.debtor_id.id,
                "partner_id": lawyer.id,
                "reason": "Defends them",
                "document": "TWFuZGF0ZQ==",
            }
        ).with_user(self.manager).action_approve()
        case.with_user(self.collector).message_post(
            body="For your client",
            partner_ids=lawyer.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self._read()[0], ["compta@lawyer.example.com"])

    def test_follower_of_elsewhere_gets_nothing(self):
        case = self._open()
        case.message_subscribe(self.other_customer.ids)
        case.with_user(self.collector).message_post(
            body="We look into it",
            partner_ids=self.contact.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._send_queue()
        everybody = {r for recipients, _m in self.mailbox.messages for r in recipients}
        self.assertIn("claire@durand.example.com", everybody)
        self.assertNotIn("compta@martin.example.com", everybody)

    def test_copies_are_suggested_to_the_family_only(self):
        case = self._gateway(
            self._build(
                "Broken", Cc="compta@martin.example.com, compta@durand.example.com"
            )
        )
        suggested = case._message_get_suggested_recipients()
        addresses = " ".join(str(value["email"]) for value in suggested)
        self.assertIn("claire@durand.example.com", addresses)
        self.assertIn("compta@durand.example.com", addresses)
        self.assertNotIn("martin", addresses)

    def test_owner_answers(self):
        """Somebody of sales who owns it writes to the customer from the chatter."""
        seller = new_test_user(
            self.env,
            login="dispute_seller",
            email="sales@seller.example.com",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        case = self._open(300)
        self._read()
        case.sudo().user_id = seller
        case.with_user(seller).message_post(
            body="Which box was it?",
            partner_ids=self.contact.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        recipients, message, text = self._read()
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn("Which box was it?", text)
        self.assertIn(self.alias, message["Reply-To"])
        self.assertNotIn("Auto-Submitted", message)

    def test_unknown_sender_is_answered(self):
        """Who wrote to us is, before anybody knows the customer."""
        case = self._gateway(self._build(From="Eve <eve@nobody.example.com>"))
        eve = self.env["res.partner"].create(
            {"name": "Eve", "email": "eve@nobody.example.com"}
        )
        case.with_user(self.collector).message_post(
            body="Who are you?",
            partner_ids=eve.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self._read()[0], ["eve@nobody.example.com"])

    # === TEST MODE === #

    def test_test_mode(self):
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )
        case = self._open()
        case.message_subscribe(self.contact.ids)
        case.with_user(self.collector).message_post(
            body="We look into it",
            partner_ids=self.contact.ids,
            subject="News",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._send_queue()
        self.assertFalse(self._get_letters(self.mailbox))
        to_me = [
            message["Subject"]
            for recipients, message in self.mailbox.messages
            if recipients == ["me@seller.example.com"]
        ]
        self.assertEqual(len(to_me), 2)
        for subject in to_me:
            self.assertIn("[Test, for claire@durand.example.com]", subject)

    def _test_mode(self):
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )

    def test_test_mode_begins_while_it_waits(self):
        case = self._open()
        self.assertTrue(case.acknowledged_at)
        self._test_mode()
        self._send_queue()
        self.assertFalse(self._get_letters(self.mailbox))
        self.assertFalse(case.acknowledged_at, "it never reached him")

    def test_nothing_counts_in_test_mode(self):
        """The customer was told neither that we know, nor a new date to pay."""
        self._test_mode()
        case = self._open()
        self.assertFalse(case.acknowledged_at)
        case.with_user(self.collector).action_acknowledge()
        self.assertFalse(case.acknowledged_at)
        case.with_user(self.collector).action_reject("<p>No.</p>", self.cause.id)
        self.assertEqual(case.state, "rejected")
        self.assertFalse(case.new_date_to_pay)
        self.assertFalse(case.line_ids.hold_id.filtered("told_date"))
        self._send_queue()
        self.assertFalse(self._get_letters(self.mailbox))

    def test_acknowledged_after_test_mode(self):
        """Who was not told in test mode is when he writes again."""
        self._test_mode()
        case = self._open()
        self.company.dunning_test_mode = False
        self._gateway(self._reply(case, body="And now?"))
        self.assertTrue(case.acknowledged_at)
        self.assertEqual(self._read()[0], ["claire@durand.example.com"])

    def test_outcome_that_test_mode_stops(self):
        """It waited in the queue when test mode began: no date to pay was told."""
        case = self._open()
        case.with_user(self.collector).action_reject("<p>No.</p>", self.cause.id)
        hold = case.line_ids.hold_id
        self.assertTrue(hold.told_date)
        self._test_mode()
        self._send_queue()
        self.assertFalse(self._get_letters(self.mailbox))
        self.assertFalse(hold.told_date)
        self.assertFalse(case.new_date_to_pay)
