import io

from pypdf import PdfReader

from odoo import SUPERUSER_ID, fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTours(DeliveryCommon, HttpCase):
    """What people do most, in a real browser with a real mail server behind it."""

    def test_review_proposal(self):
        """Run, review, confirm, sent."""
        late = self._create_formal_case()
        invoice = self._create_invoice(days_late=8)
        dropped = self._create_invoice(days_late=8, partner=self.other_customer)
        self._create_invoice(days_late=-20, partner=self._create_customer("Petit"))
        mailbox = self._serve()

        self.start_tour(
            "/odoo/action-collections_dunning.dunning_run_action",
            "dunning_review_proposal",
            login="dunning_manager",
        )
        self.env.invalidate_all()
        formal = self._get_notice(late)
        self.assertEqual((formal.state, formal.approved), ("queued", True))
        self.assertFalse(self._get_notice(dropped))
        self.assertFalse(mailbox.messages, "confirming renders and sends nothing")

        self._run_job()
        [(recipients, message)] = mailbox.messages
        self.assertEqual(recipients, ["compta@durand.example.com"])
        self.assertEqual(message["Subject"], f"Reminder {invoice.name}")
        self.start_tour(
            f"/odoo/dunning.notice/{self._get_notice(invoice).id}",
            "dunning_read_sent_notice",
            login="dunning_manager",
        )

    def _create_formal_case(self):
        """Post an invoice of which the customer was reminded; the next level is due."""
        partner = self._create_customer("Leroy")
        invoice = self._create_invoice(days_late=40, partner=partner)
        run = self._propose()
        self._send(run.notice_ids, days_ago=30)
        run.sudo().date = fields.Date.subtract(self.today, days=30)
        run.sudo().state = "done"
        self.procedure.progression = "jump"
        return invoice

    def _run_job(self):
        # The browser's server has entered the registry's test mode already.
        with self.registry.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["dunning.notice"]._cron_send()
        self.env.invalidate_all()

    def _get_notice(self, invoice):
        """Return the last notice about an invoice that was not dropped."""
        lines = self.env["dunning.notice.line"].search(
            [("move_id", "=", invoice.id), ("live", "=", True)]
        )
        return lines.notice_id.sorted("id")[-1:]

    def test_explain_invoice(self):
        """Why? on an invoice answers in a sentence, with the tests behind it."""
        invoice = self._create_invoice(days_late=8)
        self._propose()
        self.env["dunning.hold"].create(
            {"debtor_id": self._debtor().id, "note": "Cheque in the post"}
        )
        self.start_tour(
            f"/odoo/account.move/{invoice.id}",
            "dunning_explain_invoice",
            login="dunning_reader",
        )

    def test_print_formal_notice(self):
        """Print → Formal notice on an invoice, twice: one letter, then posted."""
        invoice = self._create_invoice(days_late=40)
        reminder = self.env["dunning.proposal"]._draft_for_items(
            self._item(invoice), self.first
        )
        self._send(reminder, days_ago=3)
        self.start_tour(
            f"/odoo/account.move/{invoice.id}",
            "dunning_print_formal_notice",
            login="dunning_manager",
        )
        self.env.invalidate_all()
        notice = self.env["dunning.notice"].search(
            [("partner_id", "=", self.customer.id), ("id", "!=", reminder.id)]
        )
        self.assertEqual(len(notice), 1, "printed again, it is the same letter")
        self.assertEqual((notice.level_id, notice.state), (self.formal, "sent"))
        self.assertEqual(self._item(invoice).dunning_level_id, self.formal)
        pages = PdfReader(io.BytesIO(notice.pdf_attachment_id.raw)).pages
        text = "".join(page.extract_text() for page in pages)
        self.assertIn(notice.name, text)
        self.assertIn(invoice.name, text)

    @mute_logger("odoo.http")  # the refusal is logged there
    def test_mend_text(self):
        """A text with a mistake is refused and names the line; then it is mended."""
        self._create_invoice(days_late=8)
        self._propose()
        text = self.first.text_ids
        self.start_tour(
            f"/odoo/dunning.level.text/{text.id}",
            "dunning_mend_text",
            login="dunning_manager",
        )
        self.env.invalidate_all()
        self.assertEqual(text.body, "Hello,\nPlease pay {{ total_claimed }}.")
