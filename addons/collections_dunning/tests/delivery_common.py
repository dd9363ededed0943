from odoo import SUPERUSER_ID

from .common import DunningCommon
from .smtp_server import really_send, smtp_server


class DeliveryCommon(DunningCommon):
    """Notices, a mail server of their own, and a real SMTP server behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.mail_server"].search([]).active = False
        cls.mail_server = cls.env["ir.mail_server"].create(
            {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": 1}
        )
        cls.first.text_ids.write(
            {
                "subject": "Reminder {{ number }}",
                "body": "Hello,\n\nPlease pay {{ total_claimed }}.\n[items]\n"
                "[payment]\nRegards",
            }
        )
        cls.partner_bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "acc_holder_name": "Seller SA",
            }
        )
        cls.company.dunning_bank_account_id = cls.partner_bank
        # Printing copies takes seconds: test_invoice_copies does.
        cls.levels.attach_invoices = False

    def setUp(self):
        super().setUp()
        self.enterContext(really_send())

    def _serve(self, **options):
        """Start the SMTP server that the mail server of the test stands for."""
        mailbox = self.enterContext(smtp_server(**options))
        self.mail_server.smtp_port = mailbox.port
        return mailbox

    def _queue_notice(self, partner=None, days_late=6, **vals):
        """Return a queued reminder about one new invoice, and the invoice."""
        invoice = self._create_invoice(days_late, partner=partner)
        run = self._propose()
        notice = run.notice_ids.filtered(lambda n: invoice in n.line_ids.move_id)
        self.assertEqual(len(notice), 1)
        if vals:
            notice.write(vals)
        notice.sudo()._queue()
        run.sudo().state = "confirmed"
        return notice, invoice

    def _run_job(self):
        """Run the scheduled job, in a cursor of its own, as the scheduler does."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["dunning.notice"]._cron_send()
        self.env.invalidate_all()

    def _activities(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "dunning.notice"),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("collections_dunning.mail_activity_type_delivery").id,
                ),
            ]
        )
