import io
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from .delivery_common import DeliveryCommon

LOGGER = "odoo.addons.collections_dunning.models.dunning_notice_copies"


class CopiesCommon(DeliveryCommon):
    @classmethod
    def _create_contact(cls, name, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": cls.customer.id,
                "email": f"{name.lower()}@durand.example.com",
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestNoticeCopies(CopiesCommon):
    """Who gets a copy of an e-mail, as its level says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.copy_role = "decision_maker"
        cls.boss = cls._create_contact("Boss", is_dunning_decision_maker=True)

    def test_decision_maker(self):
        """Proposed with the draft, which counts as machine work; the copy arrives."""
        mailbox = self._serve()
        self._create_contact("Clerk")
        self._create_invoice(6)
        notice = self._propose().notice_ids
        self.assertEqual(notice.copy_ids, self.boss)
        self.assertFalse(notice.is_edited)
        notice.sudo()._queue()
        self._run_job()
        self.assertEqual(
            [recipients for recipients, _message in mailbox.messages],
            [["compta@durand.example.com"], ["boss@durand.example.com"]],
        )

    def test_level_without_copy(self):
        self.first.copy_role = False
        self._create_invoice(6)
        self.assertFalse(self._propose().notice_ids.copy_ids)

    def test_addresses_that_work(self):
        """Neither one that came back, nor the main recipient's, nor an archived one."""
        self.boss.email = "gone@durand.example.com"
        self._create_contact(
            "Twin", is_dunning_decision_maker=True
        ).email = "compta@durand.example.com"
        self._create_contact("Former", is_dunning_decision_maker=True, active=False)
        mute = self._create_contact("Mute", is_dunning_decision_maker=True)
        mute.email = False
        other = self.env["res.company"].create({"name": "Other"})
        self._create_contact(
            "Elsewhere", is_dunning_decision_maker=True, company_id=other.id
        )
        returned, _invoice = self._queue_notice(partner=self.other_customer)
        returned.sudo()._set_state(
            "bounced", email_to="gone@durand.example.com", email_refused=True
        )
        self._create_invoice(6)
        notice = self._propose().notice_ids.filtered(
            lambda n: n.partner_id == self.customer
        )
        self.assertFalse(notice.copy_ids)

    def test_office(self):
        """A notice to the registered office by e-mail: a copy to the contact."""
        contact = self._create_contact("Billing", is_dunning_contact=True)
        self.first.write({"copy_role": "contact", "recipient_role": "office"})
        self._create_invoice(6)
        notice = self._propose().notice_ids
        self.assertEqual(notice.recipient_id, self.customer)
        self.assertEqual(notice.copy_ids, contact)

    def test_queries(self):
        """Their number does not grow with the notices."""

        def count(customers):
            for customer in customers:
                self._create_invoice(6, partner=customer)
            drafts = self._propose(date=self.today).notice_ids
            drafts.sudo().copy_ids = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            drafts.browse(drafts.ids)._add_copies()
            used = self.cr.sql_log_count - before
            drafts.run_id.action_cancel()
            return used, len(drafts)

        few, two = count([self.customer, self.other_customer])
        many, twelve = count([self._create_customer(f"Firm{i}") for i in range(10)])
        self.assertEqual((two, twelve), (2, 12))
        self.assertLessEqual(many, few)

    def test_address_lost(self):
        """A copy without an address any more keeps no reminder from leaving."""
        mailbox = self._serve()
        notice, _invoice = self._queue_notice()
        self.boss.email = False
        self._run_job()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(len(mailbox.messages), 1)
        self.assertIn("No copy to Boss", notice.error)


@tagged("post_install", "-at_install")
class TestLetterCopies(CopiesCommon):
    """The e-mail copy of a formal notice on paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.formal.copy_role = "contact"
        cls.billing = cls._create_contact("Billing", is_dunning_contact=True)
        cls.customer.lang = "en_US"

    def _print_letter(self):
        """Return a formal notice that was printed."""
        invoice = self._create_invoice(40)
        notice = self.env["dunning.proposal"]._draft_for_items(
            self._item(invoice), self.formal
        )
        notice._add_copies()
        self.assertEqual(notice.copy_ids, self.billing)
        notice.sudo().action_print()
        self.assertEqual(notice.state, "printed")
        return notice

    def _get_mails(self, notice):
        return self.env["mail.mail"].search(
            [("model", "=", notice._name), ("res_id", "=", notice.id)]
        )

    def test_posted(self):
        """Once the letter is posted, the contact gets its pages; nobody before."""
        mailbox = self._serve()
        notice = self._print_letter()
        self.assertFalse(self._get_mails(notice))
        notice._set_sent()
        mail = self._get_mails(notice)
        self.assertIn(mail.mail_message_id, notice.message_ids)
        mail.send()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["billing@durand.example.com"])
        self.assertTrue(message["Subject"].startswith("Copy: "))
        [attachment] = message.iter_attachments()
        self.assertEqual(attachment.get_content(), notice.pdf_attachment_id.raw)
        pages = PdfFileReader(io.BytesIO(attachment.get_content())).pages
        self.assertIn(notice.name, "".join(page.extract_text() for page in pages))

    def test_test_mode(self):
        notice = self._print_letter()
        self.company.write(
            {"dunning_test_email": "us@seller.example.com", "dunning_test_mode": True}
        )
        notice._set_sent()
        self.assertFalse(self._get_mails(notice))

    def test_queued_before_the_test_mode(self):
        """It does not leave any more, which is noted beside the letter."""
        mailbox = self._serve()
        notice = self._print_letter()
        notice._set_sent()
        mail = self._get_mails(notice)
        self.company.with_user(self.manager).action_dunning_test_mode_on(
            "us@seller.example.com"
        )
        mail.send()
        self.assertFalse(mailbox.messages)
        self.assertEqual(mail.state, "cancel")
        self.assertIn("billing@durand.example.com", notice.message_ids[0].body)

    def test_never_blocks(self):
        """Whatever happens to the copy, the letter is posted."""
        notice = self._print_letter()
        mails = type(self.env["mail.mail"])
        with (
            patch.object(mails, "create", side_effect=ValueError("broken")),
            mute_logger(LOGGER),
        ):
            notice._set_sent()
        self.assertEqual(notice.state, "sent")
        self.assertFalse(self._get_mails(notice))
