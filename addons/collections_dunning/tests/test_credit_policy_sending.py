import io
from base64 import b64decode

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .delivery_common import DeliveryCommon
from .test_credit_policy_document import PolicyDocumentCommon


@tagged("post_install", "-at_install")
class TestCreditPolicySending(PolicyDocumentCommon, DeliveryCommon):
    """The credit policy by e-mail: who gets it, what is recorded, what has changed."""

    def _serve(self, **options):
        """Start the SMTP server, with nothing in the queue but what follows."""
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        return super()._serve(**options)

    def _send_policies(self, debtors=None, user=None):
        """Send the policy by the dialog, and return what has arrived."""
        mailbox = self._serve()
        debtors = (debtors or self.debtor).with_user(user or self.collector)
        action = debtors.action_credit_policy()
        dialog = debtors.env[action["res_model"]].browse(action["res_id"])
        dialog.action_send()
        self.env.cr.postcommit.run()
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        return mailbox.messages

    def _tasks(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "collections.debtor"),
                ("summary", "like", "The credit policy changed"),
            ]
        )

    def _watch(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "collections_dunning.ir_cron_credit_policy"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_sent_to_the_contact_and_recorded(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Claire",
                "email": "claire@durand.example.com",
                "parent_id": self.customer.id,
                "is_dunning_contact": True,
            }
        )
        self.assertEqual(self.debtor.policy_state, "never")
        [(recipients, message)] = self._send_policies()
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn("our credit policy", message["Subject"])
        [part] = message.iter_attachments()
        page = part.get_payload(decode=True)
        text = PdfReader(io.BytesIO(page)).pages[0].extract_text()
        self.assertIn("Durand SARL", text)
        sending = self.debtor.with_user(self.reader).policy_sending_id
        self.assertRecordValues(
            sending,
            [
                {
                    "policy_id": self.policy.id,
                    "recipient_id": contact.id,
                    "email": "claire@durand.example.com",
                    "user_id": self.collector.id,
                    "company_id": self.company.id,
                    "is_failed": False,
                }
            ],
        )
        self.assertEqual(b64decode(sending.document), page)
        self.assertEqual(self.debtor.policy_state, "sent")
        self.assertTrue(sending.message_id.attachment_ids)
        self.assertEqual(sending.message_id, self.debtor.message_ids[0])

    def test_test_mode_writes_to_ourselves_and_records_nothing(self):
        self.company.write(
            {"dunning_test_mode": True, "dunning_test_email": "test@seller.example.com"}
        )
        [(recipients, message)] = self._send_policies()
        self.assertEqual(recipients, ["test@seller.example.com"])
        self.assertIn("compta@durand.example.com", message["Subject"])
        self.assertEqual(self.debtor.policy_state, "never")

    def test_several_but_who_cannot_be_written_to(self):
        silent = self._create_customer("Silent SA", email=False)
        self._create_invoice(5, partner=silent)
        self._create_invoice(5, partner=self.other_customer)
        debtors = self.debtor | self._debtor(silent) | self._debtor(self.other_customer)
        messages = self._send_policies(debtors)
        self.assertEqual(
            sorted(recipients[0] for recipients, _message in messages),
            ["compta@durand.example.com", "compta@martin.example.com"],
        )
        self.assertIn("was not sent", self._debtor(silent).message_ids[0].body)
        self.assertEqual(self._debtor(silent).policy_state, "never")

    def test_before_the_first_invoice(self):
        new = self._create_customer("New SARL")
        contact = self.env["res.partner"].create(
            {"name": "Nina", "parent_id": new.id, "email": "nina@new.example.com"}
        )
        with self.assertRaises(AccessError):
            contact.with_user(self.reader).action_credit_policy()
        action = contact.with_user(self.collector).action_credit_policy()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(dialog.debtor_ids.partner_id, new)
        self.assertEqual(dialog.debtor_ids.company_id, self.company)
        again = contact.with_user(self.collector).action_credit_policy()
        dialog_again = self.env[again["res_model"]].browse(again["res_id"])
        self.assertEqual(dialog_again.debtor_ids, dialog.debtor_ids)

    def test_changed_since_it_was_sent(self):
        self._send_policies()
        debtors = self.env["collections.debtor"].with_user(self.reader)
        mine = [("id", "=", self.debtor.id)]
        changed = [*mine, ("policy_state", "=", "changed")]
        self.assertFalse(debtors.search(changed))
        self._watch()
        self.assertFalse(self._tasks())
        self.policy.write({"age_limit_days": 10, "age_action": "block"})
        self.env.invalidate_all()
        self.assertEqual(debtors.search(changed), self.debtor)
        self.assertFalse(debtors.search([*mine, ("policy_state", "=", "never")]))
        self.assertEqual(self.policy.changed_count, 1)
        self.assertEqual(
            debtors.search(self.policy.action_open_changed()["domain"]), self.debtor
        )
        self._send_policies()
        self.env.invalidate_all()
        self.assertEqual(self.debtor.policy_state, "sent")
        self.assertEqual(len(self.debtor.policy_sending_ids), 2)
        # Another policy is a changed one, too.
        self.debtor.credit_policy_id = self._create_policy("His own")
        self.env.invalidate_all()
        self.assertEqual(self.debtor.policy_state, "changed")

    def test_one_task_for_all_customers(self):
        self._create_invoice(5, partner=self.other_customer)
        both = self.debtor | self._debtor(self.other_customer)
        self._send_policies(both)
        self.policy.write({"age_limit_days": 10, "age_action": "block"})
        self._watch()
        task = self._tasks()
        managers = self.company._get_dunning_managers()
        self.assertIn(task.user_id, managers)
        self.assertIn("2 customers", task.summary)
        self.assertIn("Durand SARL", task.note)
        self.assertIn("Martin SAS", task.note)
        self._watch()
        self.assertEqual(self._tasks(), task)
        # Sent and changed once more: asked once more.
        self._send_policies(both)
        self.policy.age_limit_days = 20
        self._watch()
        self.assertEqual(len(self._tasks()), 2)

    def test_a_page_that_did_not_arrive(self):
        self._send_policies()
        sending = self.debtor.policy_sending_id
        notifications = sending.sudo().message_id.notification_ids
        notifications.notification_status = "bounce"
        self.env.invalidate_all()
        self.assertTrue(sending.is_failed)
        self.assertEqual(self.debtor.policy_state, "failed")
        debtors = self.env["collections.debtor"]
        found = debtors.search([("policy_state", "in", ("changed", "failed"))])
        self.assertIn(self.debtor, found)

    def test_nobody_writes_what_was_sent(self):
        self._send_policies()
        sending = self.debtor.policy_sending_id.with_user(self.manager)
        with self.assertRaises(AccessError):
            sending.email = "other@example.com"
        with self.assertRaises(AccessError):
            sending.unlink()
        with self.assertRaises(AccessError):
            sending.create(
                {
                    "debtor_id": self.debtor.id,
                    "company_id": self.company.id,
                    "policy_id": self.policy.id,
                    "date": "2026-01-01",
                }
            )
        foreign = self._create_user(
            "foreign", "collections_dunning.collections_dunning_group_manager"
        )
        company = self.env["res.company"].create({"name": "Other"})
        foreign.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company}
        )
        sendings = self.env["collections.credit.policy.sending"].with_user(foreign)
        self.assertFalse(sendings.search([("id", "=", sending.id)]))
        with self.assertRaises(AccessError):
            sending.with_user(foreign).read(["document"])

    def test_what_was_sent_moves_with_the_customer(self):
        self._send_policies()
        sending = self.debtor.policy_sending_id
        self._create_invoice(5, partner=self.other_customer)
        target = self._debtor(self.other_customer)
        self.debtor.sudo()._merge_into(target.sudo())
        self.assertEqual(target.policy_sending_ids, sending)
        self.assertEqual(sending.recipient_id, self.customer)
