from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .common import DunningCommon

MODELS = (
    "collections.debtor",
    "collections.debtor.recipient",
    "dunning.decision",
    "dunning.hold",
    "dunning.level",
    "dunning.level.text",
    "dunning.notice",
    "dunning.notice.line",
    "dunning.procedure",
    "dunning.run",
    "dunning.run.outcome",
)
# A hold that is over: one in force would take its debtor's drafts away.
PAST = {"date_from": "2020-01-01", "date_to": "2020-01-31"}
CONFIGURATION = ("dunning.procedure", "dunning.level", "dunning.level.text")


@tagged("post_install", "-at_install")
class TestSecurity(DunningCommon):
    """Every right is tried with a real user; a superuser proves nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(days_late=8)
        cls.proposal = cls._propose_as(cls.collector)
        cls.notice = cls.proposal.notice_ids
        cls.debtor = cls.notice.debtor_id
        cls.hold = cls.env["dunning.hold"].create({"debtor_id": cls.debtor.id, **PAST})
        cls.recipient = cls.env["collections.debtor.recipient"].create(
            {
                "debtor_id": cls.debtor.id,
                "partner_id": cls.other_customer.id,
                "reason": "Their accountant",
            }
        )
        cls.formal_notice = cls.notice.sudo().copy({"level_id": cls.formal.id})
        cls.invoicing = cls._create_user("invoicing", "account.group_account_invoice")
        # By default they are Collectors: without the switch they only look on.
        cls.env.ref("account.group_account_invoice")._remove_group(
            cls.env.ref("collections_dunning.collections_dunning_group_collector")
        )
        cls.employee = cls._create_user("employee", "base.group_user")

    @classmethod
    def _propose_as(cls, user):
        run = cls.env["dunning.run"].with_user(user).create({})
        run.action_propose()
        return run.with_env(cls.env)

    def _as(self, user, record):
        return record.with_user(user)

    # === READ-ONLY === #

    def test_reader_reads_everything_and_changes_nothing(self):
        for name in MODELS:
            model = self.env[name].with_user(self.reader)
            self.assertTrue(model.search([], limit=1), name)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{operation} {name}")

    def test_reader_sends_nothing(self):
        for action in ("action_send", "action_approve", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(self._as(self.reader, self.notice), action)()
        with self.assertRaises(AccessError):
            self._as(self.reader, self.proposal).action_confirm()
        self.assertEqual(self.notice.state, "draft")

    # === INVOICING USERS === #

    def test_invoicing_user_sees(self):
        for record in (
            self.debtor,
            self.notice,
            self.notice.line_ids,
            self.proposal.notice_ids.level_id,
            self.hold,
            self._decision(self.invoice),
        ):
            self.assertTrue(self._as(self.invoicing, record).read())
        invoice = self._as(self.invoicing, self.invoice)
        self.assertEqual(invoice.dunning_reason, "dunned")

    def test_invoicing_user_does_not_send(self):
        notice = self._as(self.invoicing, self.notice)
        for action in ("action_send", "action_approve", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(notice, action)()
        with self.assertRaises(AccessError):
            notice.write({"tone": "firm"})
        with self.assertRaises(AccessError):
            self._as(self.invoicing, self.env["dunning.run"]).create({})
        with self.assertRaises(AccessError):
            self._as(self.invoicing, self.hold).write({"date_to": self.today})
        self.assertEqual(self.notice.state, "draft")

    # === COLLECTOR === #

    def test_collector_works_notices(self):
        notice = self._as(self.collector, self.notice)
        notice.tone = "firm"
        notice.action_disapprove()
        notice.action_send()
        self.assertEqual(self.notice.state, "queued")
        self.assertEqual(self.notice.approved_by_id, self.collector)

    def test_responsible_of_what_is_queued(self):
        """Who signs, and gets the answers, is settled when the notice is approved."""
        notice = self._as(self.collector, self.notice)
        notice.responsible_id = self.manager
        self.assertTrue(self.notice.is_edited)
        notice.action_send()
        with self.assertRaises(UserError):
            notice.responsible_id = self.collector
        self.assertEqual(self.notice.responsible_id, self.manager)
        self.notice.sudo().responsible_id = self.collector
        self.assertEqual(self.notice.responsible_id, self.collector)

    def test_responsible_of_an_approved_formal_notice(self):
        self.notice.level_id.is_formal = True
        self._as(self.manager, self.notice).action_approve()
        self._as(self.collector, self.notice).responsible_id = self.collector
        self.assertFalse(self.notice.approved)

    def test_collector_holds(self):
        hold = (
            self.env["dunning.hold"]
            .with_user(self.collector)
            .create({"debtor_id": self.debtor.id, "reason": "promise"})
        )
        self.assertEqual(hold.user_id, self.collector)
        hold.action_end()
        self.assertFalse(hold.exists())

    def test_collector_does_not_approve_a_formal_notice(self):
        notice = self._as(self.collector, self.formal_notice)
        for action in ("action_approve", "action_send"):
            with self.assertRaises(AccessError):
                getattr(notice, action)()
        self._as(self.manager, self.formal_notice).action_approve()
        self.assertEqual(self.formal_notice.approved_by_id, self.manager)

    def test_approval_of_a_formal_notice_covers_what_was_seen(self):
        self._as(self.manager, self.formal_notice).action_approve()
        self._as(self.collector, self.formal_notice).custom_body = "Pay or else"
        self.assertFalse(self.formal_notice.approved)
        with self.assertRaises(AccessError):
            self._as(self.collector, self.formal_notice).action_send()

    def test_collector_does_not_configure(self):
        for name in CONFIGURATION:
            model = self.env[name].with_user(self.collector)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{operation} {name}")
        with self.assertRaises(AccessError):
            self.env["dunning.settings"].with_user(self.collector).create({})
        with self.assertRaises(AccessError):
            self._as(self.collector, self.company).action_dunning_deactivate()
        self.assertTrue(self.company.dunning_active)

    def test_collector_does_not_approve_an_outside_recipient(self):
        self.recipient.sudo().document = b"bWFuZGF0ZQ=="
        with self.assertRaises(AccessError):
            self._as(self.collector, self.recipient).action_approve()
        self._as(self.manager, self.recipient).action_approve()
        self.assertEqual(self.recipient.approved_by_id, self.manager)

    def test_nobody_writes_what_was_decided(self):
        """Decisions, outcomes and lines are the system's, for every role."""
        for name in ("dunning.decision", "dunning.run.outcome", "dunning.notice.line"):
            model = self.env[name].with_user(self.manager)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), f"{operation} {name}")

    # === FORGERY === #

    def test_state_and_approval_are_not_written_by_hand(self):
        forged = {
            "state": "sent",
            "approved": True,
            "sent_at": fields.Datetime.now(),
            "level_id": self.first.id,
            "debtor_id": self.debtor.id,
            "amount_claimed": 1,
            "name": "MED/2026/00001",
        }
        for user in (self.collector, self.manager):
            notice = self._as(user, self.formal_notice)
            for name, value in forged.items():
                with self.assertRaises(AccessError, msg=name):
                    notice.write({name: value})
        self.assertEqual(self.formal_notice.state, "draft")
        self.assertFalse(self.formal_notice.approved)

    def test_run_is_not_forged(self):
        runs = self.env["dunning.run"].with_user(self.collector)
        with self.assertRaises(AccessError):
            runs.create({"state": "proposed"})
        with self.assertRaises(AccessError):
            self._as(self.collector, self.proposal).write({"state": "done"})
        with self.assertRaises(UserError):
            self._as(self.collector, self.proposal).write({"date": "2020-01-01"})
        run = runs.with_context(default_state="confirmed").create({})
        self.assertEqual(run.state, "draft")

    def test_hold_is_not_signed_with_another_name(self):
        holds = self.env["dunning.hold"].with_user(self.collector)
        vals = {"debtor_id": self.debtor.id}
        with self.assertRaises(AccessError):
            holds.create({**vals, "user_id": self.manager.id})
        hold = holds.with_context(default_user_id=self.manager.id).create(vals)
        self.assertEqual(hold.user_id, self.collector)

    def test_debtor_does_not_change_customer(self):
        with self.assertRaises(AccessError):
            self._as(self.collector, self.debtor).write(
                {"partner_id": self.other_customer.id}
            )
        self._as(self.collector, self.debtor).tone = "soft"
        self.assertEqual(self.debtor.tone, "soft")

    def test_private_methods_are_refused(self):
        private = {
            "dunning.notice": ("_cron_send", "_set_sent", "_set_state", "_queue"),
            "dunning.run": ("_cron_run", "_confirm", "_propose", "_cancel"),
            "collections.debtor": ("_merge_partner_files", "_ensure_for"),
        }
        for name, methods in private.items():
            for method in methods:
                with self.assertRaises(AccessError, msg=method):
                    get_public_method(self.env[name], method)
        for method in ("_check_collector", "_check_credit_manager"):
            with self.assertRaises(AccessError, msg=method):
                get_public_method(self.env["dunning.notice"], method)

    # === ACTIVATION === #

    def test_credit_manager_activates(self):
        self.company.dunning_active = False
        dialog = self.env["dunning.settings"].with_user(self.manager).create({})
        self.assertEqual(dialog.dunning_procedure_id, self.procedure)
        dialog.dunning_responsible_id = self.manager
        dialog.action_activate()
        self.assertTrue(self.company.dunning_active)
        self.assertEqual(self.company.dunning_responsible_id, self.manager)
        dialog.action_deactivate()
        self.assertFalse(self.company.dunning_active)

    def test_no_activation_without_a_procedure(self):
        self.company.write({"dunning_active": False, "dunning_procedure_id": False})
        with self.assertRaises(UserError):
            self._as(self.manager, self.company).action_dunning_activate()
        self.assertFalse(self.company.dunning_active)

    # === STRANGERS === #

    def test_employee_portal_and_public_see_nothing(self):
        portal = new_test_user(self.env, "dunning_portal", groups="base.group_portal")
        public = self.env.ref("base.public_user").sudo()
        for user in (self.employee, portal, public):
            for name in MODELS:
                with self.assertRaises(AccessError, msg=f"{user.login} {name}"):
                    self.env[name].with_user(user).search([])


@tagged("post_install", "-at_install")
class TestSecurityCompanies(DunningCommon):
    """A company never sees another's debtors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company_data = cls.setup_other_company(name="Other Company")
        cls.other_company = cls.other_company_data["company"]
        cls.other_company.dunning_procedure_id = cls._create_procedure(
            name="Procedure of the other company", company_id=cls.other_company.id
        )
        cls.other_company.write(
            {"dunning_start_date": "2020-01-01", "dunning_sent_outside": True}
        )
        cls.invoice = cls._create_invoice(days_late=8)
        cls.foreign_invoice = cls._create_invoice_elsewhere()
        cls.other_collector = new_test_user(
            cls.env,
            login="dunning_other_collector",
            groups="collections_dunning.collections_dunning_group_collector",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        for user in (cls.collector, cls.other_collector):
            run = cls.env["dunning.run"].with_user(user).create({})
            run.action_propose()
            debtor = run.notice_ids.debtor_id
            cls.env["dunning.hold"].with_user(user).create(
                {"debtor_id": debtor.id, **PAST}
            )
            cls.env["collections.debtor.recipient"].sudo().create(
                {
                    "debtor_id": debtor.id,
                    "partner_id": cls.other_customer.id,
                    "reason": "Their accountant",
                }
            )

    @classmethod
    def _create_invoice_elsewhere(cls):
        journal = cls.other_company_data["default_journal_sale"]
        account = cls.other_company_data["default_account_revenue"]
        invoice = (
            cls.env["account.move"]
            .with_company(cls.other_company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": cls.customer.id,
                    "journal_id": journal.id,
                    "invoice_date": "2020-01-01",
                    "invoice_date_due": "2020-01-31",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Goods",
                                "price_unit": 50,
                                "tax_ids": [],
                                "account_id": account.id,
                            }
                        )
                    ],
                }
            )
        )
        invoice.action_post()
        return invoice

    def test_each_company_sees_its_own_only(self):
        for user, company in (
            (self.collector, self.company),
            (self.other_collector, self.other_company),
        ):
            for name in MODELS:
                if name in CONFIGURATION:
                    continue
                records = self.env[name].with_user(user).search([])
                self.assertEqual(records.company_id, company, f"{user.login} {name}")

    def test_configuration_is_shared_or_ones_own(self):
        for name in CONFIGURATION:
            records = self.env[name].with_user(self.collector).search([])
            procedures = {
                "dunning.procedure": lambda records: records,
                "dunning.level": lambda records: records.procedure_id,
                "dunning.level.text": lambda records: records.level_id.procedure_id,
            }[name](records)
            self.assertIn(self.procedure, procedures)
            self.assertNotIn(self.other_company.dunning_procedure_id, procedures)

    def test_what_is_elsewhere_can_neither_be_read_nor_worked(self):
        theirs = (
            self.env["dunning.notice"]
            .sudo()
            .search([("company_id", "=", self.other_company.id)])
        )
        self.assertEqual(len(theirs), 1)
        with self.assertRaises(AccessError):
            theirs.with_user(self.collector).read(["state"])
        with self.assertRaises(AccessError):
            theirs.with_user(self.collector).action_send()
        with self.assertRaises(AccessError):
            theirs.run_id.with_user(self.collector).action_cancel()
        with self.assertRaises(AccessError):
            self.env["dunning.hold"].with_user(self.collector).create(
                {"debtor_id": theirs.debtor_id.id}
            )
        with self.assertRaises(AccessError):
            self.env["dunning.run"].with_user(self.collector).create(
                {"company_id": self.other_company.id}
            )

    def test_settings_of_another_company_are_refused(self):
        with self.assertRaises(AccessError):
            self.other_company.with_user(self.manager).action_dunning_activate()
        self.assertFalse(self.other_company.dunning_active)
