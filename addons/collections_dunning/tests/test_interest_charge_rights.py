from datetime import date

from psycopg2 import errors

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .charge_common import ChargeCommon


@tagged("post_install", "-at_install")
class TestInterestChargeRights(ChargeCommon):
    """Who invoices charges, and two of them at once."""

    def test_a_collector_sees_what_he_lacks(self):
        dialog = self._open(self.late, self.collector)
        self.assertIn("Invoicing", dialog.missing_right)
        self.assertEqual(dialog.line_ids.amount_interest, 85.22)
        with self.assertRaisesRegex(AccessError, "Invoicing"):
            dialog.action_invoice()
        self.assertFalse(self._open(self.late, self.biller).missing_right)

    def test_who_only_bills_does_not_collect(self):
        group = self.env.ref("account.group_account_invoice")
        collector = self.env.ref(
            "collections_dunning.collections_dunning_group_collector"
        )
        group.implied_ids = [Command.unlink(collector.id)]
        biller = self._create_user("billing", "account.group_account_invoice")
        self.assertNotIn(collector, biller.all_group_ids)
        with self.assertRaisesRegex(AccessError, "Collector"):
            self._open(self.late, biller)
        charges = self.env["collections.interest.charge"].with_user(biller)
        with self.assertRaisesRegex(AccessError, "Collector"):
            charges._invoice_items(self._item(self.late), date(2025, 8, 20))

    def test_a_reader_neither_invoices_nor_changes_rows(self):
        with self.assertRaises(AccessError):
            self._open(self.late, self.reader)
        self._invoice(self.late)
        charges = self._charges(self.late)
        for user in (self.reader, self.collector, self.biller, self.manager):
            own = charges.with_user(user)
            self.assertTrue(own.mapped("debtor_id.partner_id.name"))
            for act in (
                lambda own=own: own.write({"amount_interest": 1}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
            ):
                with self.assertRaises(AccessError):
                    act()

    def test_another_company_neither_sees_nor_invoices(self):
        company = self._create_foreign_company()["company"]
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="account.group_account_invoice",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self._invoice(self.late, "2025-06-30")
        charges = self.env["collections.interest.charge"].with_user(stranger)
        self.assertFalse(charges.search([]))
        with self.assertRaises(AccessError):
            self._open(self.late, stranger)
        with self.assertRaises(AccessError):
            charges._invoice_items(self._item(self.late), date(2025, 8, 20))

    def test_companies_do_not_mix(self):
        data = self._create_foreign_company()
        company = data["company"]
        company.dunning_interest_account_id = data["default_account_revenue"]
        self.biller.company_ids |= company
        other = self._create_due(
            "2025-01-31", journal_id=data["default_journal_sale"].id
        )
        both = (self.late | other).with_context(
            allowed_company_ids=[self.company.id, company.id]
        )
        drafts = self._invoice(both)
        self.assertEqual(drafts.company_id, self.company | company)
        for draft in drafts:
            self.assertEqual(draft.line_ids.account_id.company_ids, draft.company_id)
            self.assertEqual(draft.journal_id.company_id, draft.company_id)

    def test_who_saw_it_before_another_invoiced_it_gets_nothing(self):
        first = self._open(self.late)
        second = self._open(self.late)
        first.action_invoice()
        with self.assertRaisesRegex(UserError, "Nothing can be invoiced"):
            second.action_invoice()

    # === TWO AT ONCE === #

    def _commit_debtor(self):
        """Return the id of a file that all cursors see, gone after the test."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(
                """
                INSERT INTO collections_debtor
                       (company_id, partner_id, dunning_mode, grouping)
                SELECT id, partner_id, 'automatic', 'debtor'
                  FROM res_company ORDER BY id LIMIT 1
             RETURNING id
                """
            )
            [debtor_id] = cr.fetchone()
        self.addCleanup(self._delete_debtor, debtor_id)
        return debtor_id

    def _delete_debtor(self, debtor_id):
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("DELETE FROM collections_debtor WHERE id = %s", [debtor_id])

    def _lock(self, cr, debtor_id):
        debtors = api.Environment(cr, SUPERUSER_ID, {})["collections.debtor"]
        charges = debtors.env["collections.interest.charge"]
        charges._lock_debtors(debtors.browse(debtor_id))

    @mute_logger("odoo.sql_db")
    def test_the_second_begins_again_rather_than_invoice_twice(self):
        """Odoo runs it again then, and it finds nothing left."""
        debtor_id = self._commit_debtor()
        database = db_connect(self.env.cr.dbname)
        with database.cursor() as first, database.cursor() as second:
            second.execute("SELECT 1")  # what it sees is as of now
            self._lock(first, debtor_id)
            second.execute("SET LOCAL lock_timeout = '100ms'")
            with self.assertRaises(errors.LockNotAvailable):
                self._lock(second, debtor_id)
            second.rollback()
            second.execute("SELECT 1")
            first.commit()
            with self.assertRaises(errors.SerializationFailure):
                self._lock(second, debtor_id)
            second.rollback()
            self._lock(second, debtor_id)

    def test_it_locks_before_it_reads_what_was_invoiced(self):
        done = []
        charges = self.env.registry["collections.interest.charge"]
        interest = self.env.registry["collections.interest"]
        lock, compute = charges._lock_debtors, interest._compute_interest

        def note(name, method):
            def noted(*args, **kwargs):
                done.append(name)
                return method(*args, **kwargs)

            return noted

        self.patch(charges, "_lock_debtors", note("lock", lock))
        self.patch(interest, "_compute_interest", note("compute", compute))
        own = self.env["collections.interest.charge"].with_user(self.biller)
        own._invoice_items(self._item(self.late), date(2025, 8, 20))
        self.assertEqual(done[:2], ["lock", "compute"])
