import re
from pathlib import Path

from freezegun import freeze_time

from odoo import SUPERUSER_ID, fields
from odoo.tests import HttpCase, tagged

from .delivery_common import DeliveryCommon

TOURS = Path(__file__).parents[1] / "static" / "tests" / "tours"
MOST_CLICKS = 12


@tagged("post_install", "-at_install")
class TestNewcomer(DeliveryCommon, HttpCase):
    """From imported invoices to the first reminder received, in French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["account", "collections_dunning"], ["fr_FR"]
        )
        cls.env.ref("collections_dunning.dunning_procedure_standard").sequence = 0
        # What an empty company has: nothing of what the other tests prepare.
        cls.company.write(
            {
                "dunning_active": False,
                "dunning_activated_on": False,
                "dunning_start_date": False,
                "dunning_sent_outside": False,
                "dunning_send_window": True,
                "dunning_contact_gap": 7,
                "dunning_responsible_id": False,
                "dunning_bank_account_id": False,
                "dunning_procedure_id": cls.env["dunning.procedure"]._get_first().id,
            }
        )
        # Printing copies takes seconds: test_invoice_copies does.
        first = cls.env.ref("collections_dunning.dunning_level_gentle_first")
        first.attach_invoices = False
        cls.boss = cls._create_user("boss", "account.group_account_manager")
        cls.boss.lang = "fr_FR"
        cls.boss.partner_id.function = "Gérante"

    def _import_invoices(self):
        """Post what an import brings: two late invoices, one to come."""
        self.customer.lang = self.other_customer.lang = "fr_FR"
        return (
            self._create_invoice(days_late=10)
            | self._create_invoice(days_late=40, partner=self.other_customer)
            | self._create_invoice(days_late=-20)
        )

    def _count_clicks(self, tour):
        """Count the steps of a tour in which the newcomer does something."""
        source = (TOURS / "first_run_tour.js").read_text()
        [steps] = re.findall(rf'add\("{tour}"(.*?)^\}}\);', source, re.S | re.M)
        return steps.count("run:")

    def _send_in_sending_hours(self):
        """Run the scheduled job when e-mails may leave next."""
        now = fields.Datetime.now()
        moment = self.company._get_next_sending(now, False)
        with freeze_time(moment), self.registry.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context={})
            env["dunning.notice"]._cron_send()
        self.env.invalidate_all()

    def test_first_reminder(self):
        """At most 12 clicks after the invoices exist, and nothing leaves before."""
        self.assertLessEqual(self._count_clicks("dunning_first_run"), MOST_CLICKS)
        invoices = self._import_invoices()
        mailbox = self._serve()
        self.start_tour("/odoo", "dunning_first_run", login="dunning_boss")
        self.env.invalidate_all()
        self.assertFalse(mailbox.messages)
        self.assertTrue(self.company.dunning_active)
        self.assertEqual(self.company.dunning_responsible_id, self.boss)
        self.assertEqual(
            self.company.dunning_procedure_id,
            self.env.ref("collections_dunning.dunning_procedure_gentle"),
        )
        self._send_in_sending_hours()
        received = {recipients[0]: message for recipients, message in mailbox.messages}
        self.assertEqual(
            set(received), {"compta@durand.example.com", "compta@martin.example.com"}
        )
        message = received["compta@durand.example.com"]
        content = message.get_body(["plain"]).get_content()
        self.assertIn(invoices[0].name, content)
        self.assertIn("Bonjour", content)
        self.assertIn("boss@seller.example.com", message["From"])
        first = self.env.ref("collections_dunning.dunning_level_gentle_first")
        self.assertEqual(self._item(invoices[0]).dunning_level_id, first)
        # 40 days late, and yet at the first level.
        self.assertEqual(self._item(invoices[1]).dunning_level_id, first)

    def test_test_mode_says_so_on_every_screen(self):
        """On the screens of other apps too, and not once it is switched off."""
        self.company.with_user(self.manager).action_dunning_test_mode_on(
            "test@seller.example.com"
        )
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        self.start_tour(
            "/odoo/action-collections_dunning.dunning_notice_action",
            "dunning_test_mode",
            login="dunning_manager",
        )
        self.company.action_dunning_test_mode_off()
        self.start_tour(
            "/odoo/action-collections_dunning.dunning_notice_action",
            "dunning_no_test_mode",
            login="dunning_manager",
        )
