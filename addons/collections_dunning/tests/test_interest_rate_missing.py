from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import DunningCommon

LABEL = "reference rates to enter"


@tagged("post_install", "-at_install")
class TestInterestRateMissing(DunningCommon):
    """A half-year without a rate is somebody's task, once, as long as it is needed."""

    @classmethod
    def setUpClass(cls):
        # Days that no clock of the machine changes: a Wednesday in a half-year to come.
        cls.enterClassContext(freeze_time("2041-02-13 06:00:00"))
        super().setUpClass()
        cls.company.partner_id.country_id = cls.env.ref("base.fr")
        cls.rates = cls.env["collections.interest.rate"].sudo()
        cls.cron = cls.env.ref("collections_dunning.ir_cron_dunning_run").sudo()
        for day in ("2040-01-01", "2040-07-01"):
            cls._publish("ecb", day, 2.4)

    @classmethod
    def _publish(cls, series, day, percent):
        cls.rates.create({"series": series, "date": day, "percent": percent})

    def _missing(self):
        missing = self.rates._find_missing(self.company, self.today)
        return {(series, str(day)): count for (series, day), count in missing.items()}

    def _tasks(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        run = self.env["dunning.run"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        return run.activity_ids

    # === WHAT IS MISSING === #

    def test_rate_of_today(self):
        self._create_invoice(5)
        self._create_invoice(5)
        self._create_invoice(60, partner=self.other_customer)
        self._propose()
        self.assertEqual(self._missing(), {("ecb", "2041-01-01"): 2})
        self._publish("ecb", "2041-01-01", 2.65)
        self.assertEqual(self._missing(), {})

    def test_rates_of_the_whole_delay(self):
        self._create_invoice(500)
        self._propose()
        self.assertEqual(
            self._missing(), {("ecb", "2039-07-01"): 1, ("ecb", "2041-01-01"): 1}
        )

    def test_frozen_regime_needs_the_first_rate_alone(self):
        invoice = self._create_invoice(60)
        self._propose()
        self._debtor().debtor_type = "public"
        self.assertEqual(self._missing(), {})
        self._pay(invoice)
        self._create_invoice(5)
        self.assertEqual(self._missing(), {("ecb", "2041-01-01"): 1})

    def test_nothing_is_asked_for_what_is_not_late(self):
        self._create_invoice(-10)
        paid = self._create_invoice(5)
        self._propose()
        self._pay(paid)
        self.assertEqual(self._missing(), {})

    def test_nothing_is_asked_for_early(self):
        """In December, the rate of January is nobody's task yet."""
        self._create_invoice(60)
        self._propose()
        self.assertEqual(self.rates._find_missing(self.company, date(2040, 12, 31)), {})
        self.assertTrue(self.rates._find_missing(self.company, date(2041, 1, 1)))

    def test_nothing_is_asked_without_a_reference_rate(self):
        self.company.partner_id.country_id = self.env.ref("base.ch")
        self._create_invoice(5)
        self._propose()
        self.assertEqual(self._missing(), {})
        self.company.partner_id.country_id = self.env.ref("base.no")
        self.assertEqual(self._missing(), {})

    def test_consumers_need_the_rate_of_today(self):
        self._create_invoice(500)
        self._propose()
        self._debtor().debtor_type = "consumer"
        self.assertEqual(self._missing(), {("fr_legal_individual", "2041-01-01"): 1})

    def test_interest_invoices_bear_none(self):
        invoice = self._create_invoice(5)
        self._propose()
        invoice.sudo().is_late_charge = True
        self.assertEqual(self._missing(), {})

    # === THE TASK === #

    def test_task_of_a_credit_manager(self):
        self._create_invoice(5)
        tasks = self._tasks().filtered(lambda task: LABEL in task.summary)
        self.assertEqual(len(tasks), 1)
        self.assertIn("1 reference rates to enter", tasks.summary)
        self.assertTrue(
            tasks.user_id.has_group(
                "collections_dunning.collections_dunning_group_manager"
            )
        )
        self.assertIn(self.company, tasks.user_id.company_ids)
        self.assertNotEqual(tasks.user_id, self.collector)

    def test_one_activity_for_all_there_is_to_do(self):
        self.company.dunning_responsible_id = self.manager
        self.levels.approval = "manual"
        self._create_invoice(40)
        tasks = self._tasks()
        self.assertEqual(tasks.user_id, self.manager)
        self.assertEqual(len(tasks), 1)
        self.assertIn("notices to review", tasks.summary)
        self.assertIn(LABEL, tasks.summary)

    def test_no_task_once_it_is_entered(self):
        self._create_invoice(5)
        self._publish("ecb", "2041-01-01", 2.65)
        self.assertFalse(self._tasks().filtered(lambda task: LABEL in task.summary))

    # === THE SCREEN === #

    def test_screen_names_what_is_missing(self):
        self._create_invoice(5)
        self._propose()
        rates = self.env["collections.interest.rate"].with_user(self.manager)
        self.assertEqual(
            rates.get_missing_rates(),
            ["ECB, main refinancing operations, from January 1, 2041 (1 customers)"],
        )

    def test_screen_shows_nothing_of_other_companies(self):
        other = self.setup_other_company()["company"]
        self._create_invoice(5)
        self._propose()
        user = self._create_user(
            "elsewhere", "collections_dunning.collections_dunning_group_manager"
        )
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        rates = self.env["collections.interest.rate"].with_user(user)
        self.assertEqual(rates.with_company(other).get_missing_rates(), [])
