import json

from odoo.tests import HttpCase, tagged

from .mail_common import DisputeMailCommon

COLLEAGUE = "Manager <manager@seller.example.com>"


@tagged("post_install", "-at_install")
class TestInboundNote(DisputeMailCommon, HttpCase):
    """Whose mails the customer reads in the thread: his own, and nobody else's."""

    def _get_portal_messages(self, case):
        """Return what the customer reads behind the page of his case."""
        response = self.url_open(
            "/mail/chatter_fetch",
            data=json.dumps(
                {
                    "params": {
                        "thread_model": "dispute.case",
                        "thread_id": case.id,
                        "token": case.access_token,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.text

    def _assert_note(self, case, text):
        """A note: not in the portal, not sent to the customer; the owner knows it."""
        note = self._get_mails(case)[0]
        self.assertIn(text, note.body)
        self.assertTrue(note.is_internal)
        self.assertTrue(note.subtype_id.internal)
        self.assertNotIn(text, self._get_portal_messages(case))
        self._send_queue()
        for recipients, message in self._get_letters(self.mailbox):
            self.assertNotIn(text, message.as_string(), recipients)

    def _get_calls(self, case, words):
        return case.activity_ids.filtered(lambda a: words in (a.summary or ""))

    def setUp(self):
        super().setUp()
        self.mailbox = self._serve()
        self.case = self._open()
        self.case.state = "waiting_customer"

    def test_customer_is_read(self):
        self._gateway(self._reply(self.case, body="Box seven"))
        self.assertIn("Box seven", self._get_portal_messages(self.case))

    def test_colleague_by_number(self):
        """Anybody can write in a colleague's name, and guess a number."""
        mail = self._build(
            "We waive it", subject=f"Re: {self.case.name}", From=COLLEAGUE
        )
        self.assertFalse(self._gateway(mail))
        self._assert_note(self.case, "We waive it")
        self.assertEqual(self.case.state, "waiting_customer")
        [call] = self._get_calls(self.case, "manager@seller.example.com")
        self.assertEqual(call.user_id, self.collector)
        self.assertIn("not sent to the customer", call.summary)

    def test_colleague_by_reference(self):
        """The customer knows the identifiers of our messages: he could forge it too."""
        self._gateway(self._reply(self.case, body="We waive it", From=COLLEAGUE))
        self._gateway(self._reply(self.case, body="We insist", From=COLLEAGUE))
        self._assert_note(self.case, "We insist")
        self.assertEqual(
            len(self._get_calls(self.case, "manager@seller.example.com")), 1
        )

    def test_owner_who_answers_by_mail_is_told(self):
        sender = "Collector <collector@seller.example.com>"
        self._gateway(self._reply(self.case, body="It is on its way", From=sender))
        self._assert_note(self.case, "It is on its way")
        self.assertTrue(self._get_calls(self.case, "collector@seller.example.com"))

    def test_colleague_answers_the_customers_mail(self):
        """Core would write to whom he answers: the customer gets no note either."""
        self._gateway(self._reply(self.case, body="Box seven"))
        answered = self._get_mails(self.case)[0]
        self._gateway(
            self._build(
                "He always complains",
                From=COLLEAGUE,
                References=answered.message_id,
                In_Reply_To=answered.message_id,
            )
        )
        self._assert_note(self.case, "He always complains")

    def test_company_mailbox_by_number(self):
        mail = self._build(
            "Scanned",
            subject=f"{self.case.name}",
            From="office@seller.example.com",
        )
        self.assertFalse(self._gateway(mail))
        self._assert_note(self.case, "Scanned")

    def test_colleague_forwards(self):
        """His words stay ours when the customer is found out afterwards."""
        case = self._gateway(self._build("See what they write", From=COLLEAGUE))
        self.assertFalse(case.partner_id)
        case.with_user(self.collector).partner_id = self.customer
        self._assert_note(case, "See what they write")

    def test_outsider_who_has_our_message(self):
        """It was forwarded to him: a note, and the owner decides who he is."""
        self._gateway(
            self._reply(self.case, body="I advise", From="compta@martin.example.com")
        )
        self._assert_note(self.case, "I advise")
        self.assertNotIn(self.other_customer, self.case.message_partner_ids)
        self.assertEqual(self.case.state, "waiting_customer")
        [call] = self._get_calls(self.case, "compta@martin.example.com")
        self.assertEqual(call.user_id, self.collector)

    def test_answer_to_an_outsiders_note(self):
        """Neither is he written to by it, nor is the mail lost."""
        self._gateway(
            self._reply(self.case, body="I advise", From="compta@martin.example.com")
        )
        note = self._get_mails(self.case)[0]
        self._gateway(
            self._build(
                "Who is he?",
                From=COLLEAGUE,
                References=note.message_id,
                In_Reply_To=note.message_id,
            )
        )
        self._assert_note(self.case, "Who is he?")
