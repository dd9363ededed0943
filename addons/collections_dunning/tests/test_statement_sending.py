import io

from freezegun import freeze_time
from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .delivery_common import DeliveryCommon

# Monday 2 November 2026: the first is a Sunday.
MONDAY = "2026-11-02 08:00:00"


class StatementSendingCommon(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(40, 1000)
        cls.env["collections.debtor"]._ensure_for(cls.company)
        cls.debtor = cls.env["collections.debtor"].search(
            [
                ("partner_id", "=", cls.customer.id),
                ("company_id", "=", cls.company.id),
            ]
        )
        # Kept by the class: compiled once, not in each test.
        for bundle in cls.env["ir.actions.report"]._get_report_css_bundles():
            bundle.css()

    def _add_debtor(self, name, **vals):
        """Return the file of a new customer that owes something."""
        partner = self._create_customer(name)
        self._create_invoice(10, 50, partner=partner)
        self.env["collections.debtor"]._ensure_for(self.company)
        debtor = self._debtor(partner)
        debtor.write(vals)
        return debtor

    def _serve(self, **options):
        """Start the SMTP server, with nothing in the queue but what follows."""
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        return super()._serve(**options)

    def _send_queue(self):
        mails = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        mails.send()

    def _get_attachments(self, message):
        return {
            part.get_filename(): part.get_payload(decode=True)
            for part in message.iter_attachments()
        }

    def _assert_statement(self, message, name):
        """The message carries the statement twice: to read and to reconcile."""
        files = self._get_attachments(message)
        [pdf] = [content for file, content in files.items() if file.endswith(".pdf")]
        [xlsx] = [content for file, content in files.items() if file.endswith(".xlsx")]
        self.assertIn(name, PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
        [sheet] = load_workbook(io.BytesIO(xlsx)).worksheets
        self.assertIn(name, [row[3].value for row in sheet.iter_rows()])


@tagged("post_install", "-at_install")
class TestStatementByHand(StatementSendingCommon):
    """The composer, and several at once."""

    def _compose(self, user=None, **changes):
        action = self.debtor.with_user(user or self.collector).action_send_statement()
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(user or self.collector)
            .with_context(**action["context"])
        )
        composer = composer.save()
        if changes:
            composer.write(changes)
        return composer

    def test_composer_sends_it_to_the_dunning_contact(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Claire",
                "email": "claire@durand.example.com",
                "parent_id": self.customer.id,
                "is_dunning_contact": True,
            }
        )
        follower = self._create_customer("Follower SA")
        self.debtor.message_subscribe(follower.ids)
        mailbox = self._serve()
        composer = self._compose()
        self.assertEqual(composer.partner_ids, contact)
        self.assertEqual(len(composer.attachment_ids), 2)
        composer.action_send_mail()
        self.env.cr.postcommit.run()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn("statement of account as of", message["Subject"])
        self._assert_statement(message, self.invoice.name)
        self.assertEqual(self.debtor.statement_date, self.today)
        note = self.debtor.message_ids[0]
        self.assertIn("attached the statement of the account", note.body)
        self.assertEqual(len(note.attachment_ids), 2)

    def test_stranger_is_refused(self):
        stranger = self._create_customer("Stranger SA")
        with self.assertRaisesRegex(UserError, "Stranger SA is not of the company"):
            self._compose(partner_ids=[Command.link(stranger.id)]).action_send_mail()
        self.assertFalse(self.debtor.statement_date)

    def test_stranger_without_a_contact_is_refused(self):
        with self.assertRaisesRegex(UserError, "mallory@elsewhere.example.com"):
            self.debtor.with_user(self.collector).with_context(
                collections_statement=True
            ).message_post(outgoing_email_to="mallory@elsewhere.example.com")

    def test_approved_outside_recipient_gets_it(self):
        accountant = self._create_customer("Accountant SA")
        self.env["collections.debtor.recipient"].create(
            {
                "debtor_id": self.debtor.id,
                "partner_id": accountant.id,
                "reason": "Keeps their books",
                "document": "TWFuZGF0ZQ==",
            }
        ).with_user(self.manager).action_approve()
        mailbox = self._serve()
        composer = self._compose(partner_ids=[Command.set(accountant.ids)])
        composer.action_send_mail()
        self.env.cr.postcommit.run()
        self._send_queue()
        [(recipients, _message)] = mailbox.messages
        self.assertEqual(recipients, ["compta@accountant.example.com"])

    def test_test_mode_sends_it_to_us(self):
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )
        mailbox = self._serve()
        self._compose().action_send_mail()
        self.env.cr.postcommit.run()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["me@seller.example.com"])
        self.assertIn("[Test, for compta@durand.example.com]", message["Subject"])
        self.assertFalse(self.debtor.statement_date)

    def _start_test_mode(self):
        self.company.with_user(self.manager).action_dunning_test_mode_on(
            "me@seller.example.com"
        )

    def test_what_was_queued_before_the_test_mode_does_not_leave(self):
        """The customer gets it once the mode is off, as no date says it has."""
        mailbox = self._serve()
        self.company.dunning_statement_date = self.today
        self.debtor.sudo().statement_run_date = self.today
        self.debtor._queue_statements()
        queued = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        self.assertEqual(queued.message_type, "email_outgoing")
        self._start_test_mode()
        queued.send()
        self.assertFalse(mailbox.messages)
        self.assertEqual(queued.state, "cancel")
        self.assertEqual(
            queued.mail_message_id.notification_ids.notification_status, "canceled"
        )
        self.assertIn("compta@durand.example.com", self.debtor.message_ids[0].body)
        self.assertFalse(self.debtor.statement_date)
        self.assertFalse(self.debtor.statement_run_date)
        self.assertFalse(self.company.dunning_statement_date)
        self.company.with_user(self.manager).action_dunning_test_mode_off()
        self.debtor._queue_statements()
        self._send_queue()
        [(recipients, _message)] = mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])

    def test_queued_while_the_mode_is_switched_on(self):
        """By a transaction that does not see the mode yet: the queue asks again."""
        mailbox = self._serve()
        self.debtor._queue_statements()
        # What another transaction has written.
        self.env.cr.execute(
            "UPDATE res_company SET dunning_test_mode = TRUE,"
            " dunning_test_email = 'me@seller.example.com' WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        self._send_queue()
        self.assertFalse(mailbox.messages)

    def test_composer_of_another_kind(self):
        """Opened on the file with the same template, but not by our button."""
        stranger = self._create_customer("Stranger SA")
        values = {
            "model": "collections.debtor",
            "res_ids": self.debtor.ids,
            "composition_mode": "comment",
            "template_id": self.env.ref(
                "collections_dunning.mail_template_statement"
            ).id,
        }
        composers = self.env["mail.compose.message"].with_user(self.collector)
        mailbox = self._serve()
        composer = composers.create(values)
        composer.partner_ids = self.customer | stranger
        with self.assertRaisesRegex(UserError, "Stranger SA is not of the company"):
            composer.action_send_mail()
        self._start_test_mode()
        composer.action_send_mail()
        self.env.cr.postcommit.run()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["me@seller.example.com"])
        self.assertIn("compta@durand.example.com", message["Subject"])

    def test_many_at_once_by_another_composer(self):
        """Core's mass mailing posts nothing: in test mode its mails don't leave."""
        mailbox = self._serve()
        self._start_test_mode()
        self.env["mail.compose.message"].with_user(self.manager).create(
            {
                "model": "collections.debtor",
                "res_ids": self.debtor.ids,
                "composition_mode": "mass_mail",
                "template_id": self.env.ref(
                    "collections_dunning.mail_template_statement"
                ).id,
            }
        ).action_send_mail()
        self.env.cr.postcommit.run()
        self._send_queue()
        self.assertFalse(mailbox.messages)

    def test_message_to_a_colleague(self):
        """Is no statement: it arrives, in test mode too; a stranger reads nothing."""
        mailbox = self._serve()
        stranger = self._create_customer("Stranger SA")
        self.debtor.message_subscribe(stranger.ids)
        self._start_test_mode()
        self.debtor.with_user(self.collector).message_post(
            body="Please call them",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.manager.partner_id.ids,
        )
        self.company.with_user(self.manager).action_dunning_test_mode_off()
        self.debtor.with_user(self.collector).message_post(
            body="They paid",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.manager.partner_id.ids,
        )
        self.env.cr.postcommit.run()
        self._send_queue()
        self.assertEqual(
            [recipients for recipients, _message in mailbox.messages],
            [["manager@seller.example.com"]] * 2,
        )

    def test_several_go_into_the_queue(self):
        other = self._add_debtor("Petit SA")
        lost = self._add_debtor("Lost SA")
        lost.partner_id.email = False
        wizard = (
            self.env["collections.statement"]
            .with_user(self.collector)
            .create({"debtor_ids": [Command.set((self.debtor | other | lost).ids)]})
        )
        mailbox = self._serve()
        action = wizard.action_send()
        self.assertIn("2 statements", action["params"]["message"])
        self.assertFalse(mailbox.messages, "the queue sends, not the click")
        self._send_queue()
        self.assertEqual(
            sorted(recipients for recipients, _message in mailbox.messages),
            [["compta@durand.example.com"], ["compta@petit.example.com"]],
        )
        self.assertEqual(
            (self.debtor | other).mapped("statement_date"), [self.today] * 2
        )
        self.assertIn("was not sent", lost.message_ids[0].body)
        self.assertFalse(lost.statement_date)

    def test_refused_address_is_left_out(self):
        notice, _invoice = self._queue_notice()
        notice.sudo().write(
            {
                "state": "failed",
                "email_to": "compta@durand.example.com",
                "email_refused": True,
            }
        )
        self.assertFalse(self.debtor._get_statement_recipients())
        self.env["res.partner"].create(
            {
                "name": "Second",
                "email": "second@durand.example.com",
                "parent_id": self.customer.id,
                "type": "invoice",
            }
        )
        [recipient] = self.debtor._get_statement_recipients().values()
        self.assertEqual(recipient.email, "second@durand.example.com")
        self.debtor.invalidate_recordset(["statement_recipient_id"])
        self.assertEqual(self._compose().partner_ids, recipient)

    def test_template_that_was_changed_reaches_no_stranger(self):
        template = self.env.ref("collections_dunning.mail_template_statement")
        template.write({"email_to": "spy@x.example.com", "email_cc": "a@x.example.com"})
        mailbox = self._serve()
        self.debtor._queue_statements()
        self._send_queue()
        self.assertEqual(
            [recipients for recipients, _message in mailbox.messages],
            [["compta@durand.example.com"]],
        )

    def test_failure_shows_on_the_file(self):
        mailbox = self._serve()
        mailbox.refusals["compta@durand.example.com"] = "550 No such user"
        self.debtor._queue_statements()
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._send_queue()
        self.env.invalidate_all()
        self.assertTrue(self.debtor.message_has_error)
        self.assertTrue(self.debtor.message_ids.notification_ids.failure_type)


@tagged("post_install", "-at_install")
class TestStatementMonthly(StatementSendingCommon):
    """By schedule: on the first working day, once, and to whom it is meant for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Others of the database are not what this is about.
        cls.env["res.company"].search([]).dunning_statement_monthly = False
        cls.company.dunning_statement_monthly = True

    def _run_job(self, moment=MONDAY):
        """Run the scheduled job, in a cursor of its own, as the scheduler does."""
        with (
            freeze_time(moment),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["collections.debtor"]._cron_send_statements()
        self.env.invalidate_all()

    def _get_sent(self):
        """Return the customers whose statement is on its way, or has left."""
        mails = self.env["mail.mail"].sudo()
        mails = mails.search([("model", "=", "collections.debtor")])
        return [
            mail.recipient_ids.name
            for mail in mails
            if "statement" in (mail.subject or "")
        ]

    def test_it_arrives_on_the_first_working_day(self):
        mailbox = self._serve()
        self._run_job("2026-11-01 08:00:00")
        self.assertFalse(self._get_sent(), "a Sunday")
        self._run_job()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])
        self._assert_statement(message, self.invoice.name)
        self.assertEqual(self.debtor.statement_date, fields.Date.to_date("2026-11-02"))
        self.assertTrue(self.debtor.message_ids[0].attachment_ids, "on the file")

    def test_never_twice_a_month(self):
        self._run_job()
        self._run_job("2026-11-02 10:00:00")
        self._run_job("2026-11-03 08:00:00")
        self.assertEqual(self._get_sent(), ["Durand SARL"])
        self._run_job("2026-12-01 08:00:00")
        self.assertEqual(self._get_sent(), ["Durand SARL"] * 2)

    def test_not_after_one_by_hand(self):
        with freeze_time(MONDAY):
            self.debtor._queue_statements()
        self._run_job()
        self.assertEqual(self._get_sent(), ["Durand SARL"])

    def test_public_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-11-01 23:00:00",
                "date_to": "2026-11-02 22:59:59",
            }
        )
        self._run_job()
        self.assertFalse(self._get_sent())
        self._run_job("2026-11-03 08:00:00")
        self.assertEqual(self._get_sent(), ["Durand SARL"])

    def test_server_that_was_off(self):
        self._run_job("2026-11-04 08:00:00")
        self.assertEqual(self._get_sent(), ["Durand SARL"], "third working day")

    def test_switched_on_in_the_middle_of_a_month(self):
        self._run_job("2026-11-05 08:00:00")
        self.assertFalse(self._get_sent())

    def test_customers_that_say_otherwise(self):
        self._add_debtor("Never SA", statement_mode="never")
        self._add_debtor("Byhand SA", dunning_mode="by_hand")
        self._add_debtor("Wanted SA", dunning_mode="by_hand", statement_mode="monthly")
        self._run_job()
        self.assertEqual(sorted(self._get_sent()), ["Durand SARL", "Wanted SA"])

    def test_only_who_asked_for_it_when_the_switch_is_off(self):
        self.company.dunning_statement_monthly = False
        self._add_debtor("Wanted SA", statement_mode="monthly")
        self._run_job()
        self.assertEqual(self._get_sent(), ["Wanted SA"])

    def test_only_who_owes_something(self):
        debtor = self._add_debtor("Paid SA")
        self._pay(debtor.open_item_ids.move_id)
        credited = self._create_customer("Credited SA")
        self._create_credit_note(30, partner=credited)
        self.env["collections.debtor"]._ensure_for(self.company)
        self._run_job()
        self.assertEqual(self._get_sent(), ["Durand SARL"])

    def test_not_during_an_insolvency_nor_in_court(self):
        for reason in ("insolvency", "escalated"):
            debtor = self._add_debtor(f"{reason.capitalize()} SA")
            self.env["dunning.hold"].sudo().create(
                {
                    "debtor_id": debtor.id,
                    "reason": reason,
                    "date_from": "2026-01-01",
                }
            )
        self._run_job()
        self.assertEqual(self._get_sent(), ["Durand SARL"])

    def test_who_has_no_address_does_not_stop_the_job(self):
        lost = self._add_debtor("Lost SA")
        lost.partner_id.email = False
        self._run_job()
        self._run_job("2026-11-03 08:00:00")
        self.assertEqual(self._get_sent(), ["Durand SARL"])
        said = lost.message_ids.filtered(lambda message: "was not sent" in message.body)
        self.assertEqual(len(said), 1)

    def test_one_that_cannot_be_made_does_not_stop_the_others(self):
        self.customer.lang = "en_US"
        broken = self._add_debtor("Broken SA")
        debtor_class = self.env.registry["collections.debtor"]
        make = debtor_class._get_statement_xlsx

        def fail(debtors, *arguments):
            if broken in debtors:
                raise ValueError("broken")
            return make(debtors, *arguments)

        self.patch(debtor_class, "_get_statement_xlsx", fail)
        with self.assertLogs("odoo.addons.collections_dunning", "WARNING"):
            self._run_job()
        self.assertEqual(self._get_sent(), ["Durand SARL"])
        self.assertIn("could not be made: broken", broken.message_ids[0].body)
        self.assertFalse(broken.statement_date)

    def test_test_mode(self):
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "me@seller.example.com"}
        )
        mailbox = self._serve()
        self._run_job()
        self._send_queue()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["me@seller.example.com"])
        self.assertIn("[Test, for compta@durand.example.com]", message["Subject"])
        self.assertFalse(self.debtor.statement_date)
        self.assertFalse(self.debtor.statement_run_date)
        self.assertFalse(self.company.dunning_statement_date)
        self._run_job("2026-11-02 10:00:00")
        self._send_queue()
        self.assertEqual(len(mailbox.messages), 1, "the tester gets it once")
        self.company.with_user(self.manager).action_dunning_test_mode_off()
        self._run_job("2026-11-03 08:00:00")
        self._send_queue()
        self.assertEqual(mailbox.messages[1][0], ["compta@durand.example.com"])
        self.assertEqual(self.debtor.statement_date, fields.Date.to_date("2026-11-03"))

    def test_another_company_decides_for_itself(self):
        other = self.setup_other_company(name="Other Company")["company"]
        other.dunning_statement_monthly = False
        invoice = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.other_customer.id,
                    "invoice_date": "2026-01-01",
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 5})
                    ],
                }
            )
        )
        invoice.action_post()
        self.env["collections.debtor"]._ensure_for(other)
        self._run_job()
        self.assertEqual(self._get_sent(), ["Durand SARL"])

    def test_branch_does_as_its_head(self):
        """The switch is the head office's; each has its own statement."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.assertTrue(branch._is_statement_day(fields.Date.to_date("2026-11-02")))
        query = self.env["collections.debtor"]._get_due_statements(
            branch, fields.Date.to_date("2026-11-02")
        )
        self.assertFalse(query)

    def test_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.assertEqual(self.debtor._get_statement_lang(), "fr_FR")
        template = self.env.ref("collections_dunning.mail_template_statement")
        template.with_context(lang="fr_FR").subject = "Relevé {{ object.id }}"
        mailbox = self._serve()
        self.debtor._queue_statements()
        self._send_queue()
        [(_recipients, message)] = mailbox.messages
        self.assertEqual(message["Subject"], f"Relevé {self.debtor.id}")

    def test_reader_does_not_run_it_by_hand(self):
        wizard = (
            self.env["collections.statement"]
            .with_user(self.reader)
            .create({"debtor_ids": [Command.set(self.debtor.ids)]})
        )
        with self.assertRaises(AccessError):
            wizard.action_send()
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).statement_mode = "monthly"
