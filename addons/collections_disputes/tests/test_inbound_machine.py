from odoo.tests import tagged

from .mail_common import DisputeMailCommon


@tagged("post_install", "-at_install")
class TestInboundMachine(DisputeMailCommon):
    """Mails that no person typed, and mails of our own: what is a loop, what is not."""

    def _assert_no_answer(self, mailbox, case):
        self._send_queue()
        self.assertFalse(self._get_letters(mailbox))
        self.assertFalse(case.acknowledged_at)

    def test_machines_open_cases_without_an_answer(self):
        """A ticket system, a shared address: a customer behind it, nothing is lost."""
        mailbox = self._serve()
        for headers in (
            {"Auto_Submitted": "auto-generated (rejected)"},
            {"Precedence": "bulk"},
            {"Precedence": "list", "List_Id": "<books.durand.example.com>"},
            {"X_Auto_Response_Suppress": "All"},
        ):
            case = self._gateway(self._build("We are not happy", **headers))
            self.assertEqual(case.partner_id, self.customer, headers)
            self.assertEqual(case.activity_ids.user_id, self.collector)
            self._assert_no_answer(mailbox, case)

    def test_person_says_so(self):
        mailbox = self._serve()
        case = self._gateway(self._build(Auto_Submitted="no"))
        self._send_queue()
        self.assertEqual(len(self._get_letters(mailbox)), 1)
        self.assertTrue(case.acknowledged_at)

    def test_first_person_is_acknowledged(self):
        """After a machine has opened it: the first who writes himself hears of it."""
        mailbox = self._serve()
        case = self._gateway(self._build(Precedence="bulk"))
        self._assert_no_answer(mailbox, case)
        self._gateway(self._reply(case, body="Did you get it?"))
        self._send_queue()
        [(recipients, _message)] = self._get_letters(mailbox)
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertTrue(case.acknowledged_at)

    def test_machines_answer_is_filed(self):
        """What a ticket system adds is the customer's word: it is our turn."""
        case = self._open()
        case.state = "waiting_customer"
        self._gateway(self._reply(case, Auto_Submitted="auto-generated"))
        self.assertFalse(self._get_mails(case).is_internal)
        self.assertEqual(case.state, "waiting_us")

    def test_our_own_addresses(self):
        """What we send from and answer at would come back for ever."""
        for address in (
            self.alias,
            self.domain.bounce_email,
            self.domain.catchall_email,
            self.domain.default_from_email,
        ):
            self.assertTrue(address)
            self.assertFalse(self._gateway(self._build(From=address)), address)

    def test_alias_of_that_name_elsewhere(self):
        """An alias that takes mails of any domain is no address of the customer's."""
        self.env["mail.alias"].create(
            {
                "alias_name": "claire",
                "alias_incoming_local": True,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        self.assertEqual(self._gateway(self._build()).partner_id, self.customer)

    def test_company_mailbox(self):
        """A scanner or a forwarding colleague: a person says whose it is."""
        mailbox = self._serve()
        case = self._gateway(
            self._build(f"{self.invoice.name}", From="office@seller.example.com")
        )
        self.assertTrue(case)
        self.assertFalse(case.partner_id)
        self.assertFalse(case.line_ids)
        self.assertEqual(case.activity_ids.user_id, self.collector)
        self.assertTrue(self._get_mails(case).is_internal)
        self._assert_no_answer(mailbox, case)

    def test_absence_is_a_note(self):
        """Somebody is away: we know it, and are not called for it."""
        mailbox = self._serve()
        case = self._open()
        case.state = "waiting_customer"
        planned = case.activity_ids
        for headers in (
            {"Auto_Submitted": "auto-replied"},
            {"Return_Path": "<>"},
            {"X_Autoreply": "yes"},
        ):
            self._gateway(self._reply(case, body="I am away", **headers))
            note = self._get_mails(case)[0]
            self.assertIn("I am away", note.body)
            self.assertTrue(note.is_internal, headers)
        self.assertEqual(case.state, "waiting_customer")
        self.assertEqual(case.activity_ids, planned)
        self._send_queue()
        self.assertEqual(
            [recipients for recipients, _m in self._get_letters(mailbox)],
            [["claire@durand.example.com"]],
            "the acknowledgement, and nothing that answers an absence",
        )

    def test_absence_that_names_the_case(self):
        """Programs that forget what they answer to repeat the subject."""
        case = self._open()
        self._gateway(
            self._build(
                "I am away",
                subject=f"Automatic reply: your query {case.name}",
                Auto_Submitted="auto-replied",
            )
        )
        self.assertTrue(self._get_mails(case).is_internal)

    def test_absence_that_answers_nothing_we_know(self):
        """No case, no answer: a note on the customer's file, where it is seen."""
        mailbox = self._serve()
        mail = self._build("I am away until Monday", Auto_Submitted="auto-replied")
        self.assertFalse(self._gateway(mail))
        debtor = self.env["collections.debtor"].search(
            [("partner_id", "=", self.customer.id)]
        )
        [note] = debtor.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("until Monday", note.body)
        self.assertTrue(note.is_internal)
        self._send_queue()
        self.assertFalse(self._get_letters(mailbox))
        stranger = self._build(
            "Away", From="eve@nobody.example.com", Auto_Submitted="auto-replied"
        )
        self.assertFalse(self._gateway(stranger))

    def test_flood_of_one_sender(self):
        """Core's guard refuses more; somebody here learns of it, once."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mail.gateway.loop.threshold", 3)
        opened = [
            self._gateway(self._build(f"Number {number}", subject=f"Again {number}"))
            for number in range(5)
        ]
        self.assertEqual([bool(case) for case in opened], [True] * 3 + [False] * 2)
        told = opened[2].activity_ids.filtered(
            lambda activity: "claire@durand.example.com" in (activity.summary or "")
        )
        self.assertEqual(told.user_id, self.collector)
        self.assertEqual(len(told), 1)

    def test_same_mail_twice(self):
        source = self._build()
        self.assertTrue(self._gateway(source))
        self.assertFalse(self._gateway(source))

    def test_our_own_message_comes_back(self):
        """Redirected to us by the customer's server: it is known by its Message-ID."""
        case = self._open()
        before = case.message_ids
        letter = before.filtered(lambda m: m.message_type == "auto_comment")
        mail = self._build("Your query", Message_Id=letter.message_id)
        self.assertFalse(self._gateway(mail))
        self.assertEqual(case.message_ids, before)

    def test_bounce(self):
        case = self._open()
        case.activity_ids.unlink()
        letter = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self._gateway(
            f"""From: MAILER-DAEMON@mx.durand.example.com
To: bounce@seller.example.com
Subject: Undelivered Mail
Message-Id: <bounce-1@mx.durand.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

No such user.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.durand.example.com

Final-Recipient: rfc822; claire@durand.example.com
Action: failed
Status: 5.1.1

--cut
Content-Type: message/rfc822

Message-Id: {letter.message_id}
Subject: your query

--cut--
"""
        )
        self.assertIn("claire@durand.example.com", case.activity_ids.summary)
