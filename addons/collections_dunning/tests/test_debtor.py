from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDebtor(DunningCommon):
    def test_file_is_made_once_per_company_and_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        self._create_invoice(10)
        self._create_invoice(10, partner=contact)
        self.assertEqual(len(self._debtor()), 1)
        self.assertFalse(self._debtor(contact))
        self.assertEqual(contact.debtor_count, 1)
        self.assertEqual(
            contact.with_user(self.reader).action_open_debtor()["res_id"],
            self._debtor().id,
        )

    def test_balances(self):
        self._create_invoice(10, 100)
        self._create_invoice(43, 50)
        self._create_invoice(-10, 70)
        self._receive(30)
        debtor = self._debtor().with_user(self.collector)
        self.assertEqual(
            (
                debtor.open_item_count,
                debtor.amount_overdue,
                debtor.amount_not_due,
                debtor.amount_credit,
                debtor.oldest_days_late,
                debtor.status,
            ),
            (4, 150, 70, -30, 43, "overdue"),
        )
        found = debtor.search([("amount_overdue", ">", 100)])
        self.assertIn(debtor, found)
        self.assertNotIn(debtor, debtor.search([("amount_overdue", "<", 100)]))

    def test_debtors_are_sorted_by_what_they_owe(self):
        self._create_invoice(10, 100)
        self._create_invoice(20, 300, self.other_customer)
        both = self._debtor() | self._debtor(self.other_customer)
        debtors = both.with_user(self.collector)
        mine = [("id", "in", both.ids)]
        for figure in ("amount_overdue", "oldest_days_late"):
            found = debtors.search(mine, order=f"{figure} desc, id")
            self.assertEqual(found.partner_id[0], self.other_customer)
            found = debtors.search(mine, order=f"{figure}, id desc", limit=1)
            self.assertEqual(found.partner_id, self.customer)
        self.assertTrue(
            both.fields_get(["amount_overdue"])["amount_overdue"]["sortable"]
        )

    def test_archived_customer_stays_in_the_tie_out(self):
        invoice = self._create_invoice(10)
        self.customer.active = False
        run = self._propose()
        self._assert_ties_out(run)
        self.assertEqual(self._reason(invoice), ["dunned"])

    def test_partners_merged_merge_their_files(self):
        mine = self._create_invoice(10)
        other = self._create_invoice(30, 50, self.other_customer)
        run = self._propose()
        self._send(run.notice_ids, days_ago=3)
        run.sudo().state = "done"
        source = self._debtor(self.other_customer)
        source.responsible_id = self.manager
        source.message_post(body="Called, promised to look")
        source.activity_schedule("mail.mail_activity_data_todo", summary="Call back")
        self.env["dunning.hold"].sudo().create(
            {"debtor_id": source.id, "reason": "disputed"}
        )
        target = self._debtor()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.customer | self.other_customer).ids, self.customer, extra_checks=False
        )
        self.assertFalse(source.exists())
        self.assertEqual(target.responsible_id, self.manager)
        self.assertEqual(target.hold_ids.reason, "disputed")
        self.assertEqual(len(target.notice_ids), 2)
        self.assertEqual(target.notice_ids.partner_id, self.customer)
        self.assertIn("promised", str(target.message_ids.mapped("body")))
        self.assertEqual(target.activity_ids.summary, "Call back")
        run = self._propose()
        self.assertEqual(self._reason(mine | other), ["disputed", "disputed"])
        self._assert_ties_out(run)

    def test_partners_merged_where_only_the_source_has_a_file(self):
        self._create_invoice(30, 50, self.other_customer)
        source = self._debtor(self.other_customer)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.customer | self.other_customer).ids, self.customer, extra_checks=False
        )
        self.assertEqual(source.partner_id, self.customer)

    def test_partner_with_a_new_parent_moves_to_its_file(self):
        mine = self._create_invoice(10)
        other = self._create_invoice(10, 50, self.other_customer)
        source = self._debtor(self.other_customer)
        self.other_customer.sudo().write(
            {"is_company": False, "parent_id": self.customer.id}
        )
        self.assertFalse(source.exists())
        run = self._propose()
        self.assertEqual(run.notice_ids.amount_claimed, 150)
        self.assertEqual(run.notice_ids.line_ids.move_id, mine | other)

    def test_hold_of_another_debtors_item_is_refused(self):
        mine = self._create_invoice(10)
        self._create_invoice(10, 50, self.other_customer)
        with self.assertRaises(ValidationError):
            self.env["dunning.hold"].create(
                {
                    "debtor_id": self._debtor(self.other_customer).id,
                    "move_line_id": self._item(mine).id,
                }
            )

    def test_outside_recipient_needs_a_document_and_stays_what_was_approved(self):
        self._create_invoice(10)
        recipient = self.env["collections.debtor.recipient"].create(
            {
                "debtor_id": self._debtor().id,
                "partner_id": self.other_customer.id,
                "reason": "Accountant",
            }
        )
        with self.assertRaises(ValidationError):
            recipient.action_approve()
        recipient.document = "bWFuZGF0ZQ=="
        recipient.action_approve()
        self.assertEqual(recipient.approved_by_id, self.env.user)
        recipient.partner_id = self._create_customer("Intruder Ltd")
        self.assertFalse(recipient.approved_by_id)

    def test_branch_uses_the_procedure_of_its_parent(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": self.company.id})
        )
        branch.dunning_procedure_id = False
        self.assertEqual(branch._get_dunning_procedure(), self.procedure)
