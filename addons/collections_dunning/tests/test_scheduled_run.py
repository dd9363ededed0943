from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon

SCHEDULE_LOGGER = "odoo.addons.collections_dunning.models.dunning_run_schedule"


@tagged("post_install", "-at_install")
class TestScheduledRun(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company()["company"]
        cls.other_company.sudo().dunning_procedure_id = cls.procedure
        cls.cron = cls.env.ref("collections_dunning.ir_cron_dunning_run").sudo()

    def _trigger(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _runs(self, company):
        return self.env["dunning.run"].sudo().search([("company_id", "=", company.id)])

    def test_every_company_is_assessed_once_a_day(self):
        self._create_invoice(10)
        self._trigger()
        self._trigger()
        for company in (self.company, self.other_company):
            run = self._runs(company)
            self.assertEqual(len(run), 1)
            self.assertTrue(run.is_scheduled)
            self.assertEqual(run.difference_count, 0)
        self.assertEqual(self._runs(self.company).notice_ids.state, "queued")

    def test_a_company_that_fails_holds_up_no_other(self):
        propose = type(self.env["dunning.run"])._propose
        failing = self.company

        def _propose(run):
            if run.company_id == failing:
                raise ValueError("broken company")
            return propose(run)

        self.assertLess(failing.id, self.other_company.id)
        with (
            patch.object(type(self.env["dunning.run"]), "_propose", _propose),
            mute_logger(SCHEDULE_LOGGER),
        ):
            self._trigger()
        self.assertFalse(self._runs(failing))
        self.assertEqual(len(self._runs(self.other_company)), 1)

    def test_company_without_a_procedure_is_left_alone(self):
        self.other_company.sudo().dunning_procedure_id = False
        self._trigger()
        self.assertFalse(self._runs(self.other_company))

    def test_missed_days_are_caught_up(self):
        invoice = self._create_invoice(4)
        run = self._propose(date=self.today - timedelta(days=10))
        self.assertEqual(self._reason(invoice), ["not_due"])
        run.sudo().write({"state": "done"})
        self._item(invoice).invalidate_recordset()
        late = self._create_invoice(9, 100, self.other_customer)
        self._trigger()
        self.assertEqual(self._reason(late), ["dunned"])

    def test_letter_that_waits_loses_what_was_paid(self):
        invoice = self._create_invoice(10)
        self.first.channel = "letter"
        run = self._propose()
        run.action_confirm()
        notice = run.notice_ids
        self.assertEqual((notice.channel, notice.state), ("letter", "queued"))
        run.sudo().date = self.today - timedelta(days=1)
        self._pay(invoice)
        self._trigger()
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(run.state, "done")

    def _make_yesterdays(self, run):
        run.sudo().date = self.today - timedelta(days=1)

    def test_nothing_is_sent_before_activation(self):
        self.company.sudo().dunning_active = False
        self._create_invoice(10)
        self._trigger()
        run = self._runs(self.company)
        self.assertEqual(run.state, "proposed")
        self.assertEqual(run.manual_reason, "inactive")
        self.assertEqual(run.notice_ids.state, "draft")
        self.company.with_user(self.manager).action_dunning_activate()
        self._make_yesterdays(run)
        self._trigger()
        trial = self._runs(self.company) - run
        self.assertEqual(trial.manual_reason, "probation")
        self.assertEqual(trial.state, "proposed")
        self.assertEqual(trial.notice_ids.state, "draft")
        self.company.dunning_activated_on = self.today - timedelta(days=14)
        self._make_yesterdays(trial)
        self._trigger()
        self.assertEqual(trial.state, "done")
        self.assertEqual(
            set(self._runs(self.company).notice_ids.mapped("state")), {"queued"}
        )
