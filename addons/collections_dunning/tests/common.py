from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

READY_COMPANY = "Company of tests"


def make_ready_company(env):
    """Make a company with the chart of accounts that tests use by default.

    Called once for a database that many test processes copy.
    """
    company = env["res.company"].create({"name": READY_COMPANY})
    env["account.chart.template"].try_loading("generic_coa", company, False)
    company.account_fiscal_country_id = env.ref("base.us")


class DunningCommon(AccountTestInvoicingCommon):
    """A company with a procedure of its own, customers, and the three roles.

    The procedure: courtesy −5, reminder +5, call +12 (from 1,000), second +20,
    formal +35. All but the formal one automatic; one day between notices.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.today = fields.Date.context_today(cls.env["dunning.run"])
        cls.customer = cls._create_customer("Durand SARL")
        cls.other_customer = cls._create_customer("Martin SAS")
        cls.procedure = cls._create_procedure()
        cls.levels = cls.procedure.level_ids.sorted("day_offset")
        cls.courtesy, cls.first, cls.call, cls.second, cls.formal = cls.levels
        groups = "collections_dunning.collections_dunning_group_"
        cls.reader = cls._create_user("reader", groups + "reader")
        cls.collector = cls._create_user("collector", groups + "collector")
        cls.manager = cls._create_user("manager", groups + "manager")
        cls.company.write(
            {
                "dunning_procedure_id": cls.procedure.id,
                "dunning_responsible_id": cls.collector.id,
                "dunning_active": True,
                # Long ago: nothing is on trial any more, no item is an old debt.
                "dunning_activated_on": cls.today - timedelta(days=1000),
                "dunning_start_date": cls.today - timedelta(days=1000),
                "dunning_contact_gap": 1,
                "dunning_sent_outside": True,
                "dunning_send_window": False,
                "email": "office@seller.example.com",
            }
        )

        cls._record_bank_entry()
        parameters = cls.env["ir.config_parameter"]
        # Core waits a second before it prints a page, for scripts of which it has none.
        parameters.set_param("report.print_delay", "0")
        if not issubclass(cls, HttpCase):
            # The server answers browser tests alone: a PDF of core that asks it for
            # its style would wait for ever. Here nobody listens.
            parameters.set_param("report.url", "http://127.0.0.1:1")

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """Take the company that the database has for tests, if it has one.

        To load a chart of accounts takes longer than most tests do.
        """
        ready = cls.env["res.company"].search([("name", "=", READY_COMPANY)])
        if ready and not kwargs and not cls.country_code and not cls.chart_template:
            cls.env.user.company_ids = [Command.link(ready.id)]
            return ready
        return super().setup_independent_company(**kwargs)

    @classmethod
    def _record_bank_entry(cls, days_ago=0):
        """Book bank charges, so that the bank is known to be up to date."""
        journal = cls.company_data["default_journal_bank"]
        expense = cls.company_data["default_account_expense"]
        entry = cls.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": cls.today - timedelta(days=days_ago),
                "line_ids": [
                    Command.create(
                        {"account_id": journal.default_account_id.id, "credit": 1}
                    ),
                    Command.create({"account_id": expense.id, "debit": 1}),
                ],
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "collections_dunning.collections_dunning_group_manager"
        )

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=f"dunning_{login}",
            name=login.capitalize(),
            email=f"{login}@seller.example.com",
            groups=f"base.group_user,{groups}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _create_customer(cls, name, **vals):
        slug = name.split()[0].lower()
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"compta@{slug}.example.com",
                "street": "12 rue des Lilas",
                "zip": "69003",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
                "lang": "en_US",
                "property_payment_term_id": False,
                **vals,
            }
        )

    @classmethod
    def _create_procedure(cls, **vals):
        def level(name, day_offset, **level_vals):
            return Command.create(
                {
                    "name": name,
                    "day_offset": day_offset,
                    "minimum_days": 1,
                    "approval": "automatic",
                    "text_ids": [
                        Command.create(
                            {"subject": f"{name} subject", "body": f"{name} body"}
                        )
                    ],
                    **level_vals,
                }
            )

        return cls.env["dunning.procedure"].create(
            {
                "name": "Test procedure",
                "level_ids": [
                    level("Courtesy", -5),
                    level("First", 5),
                    level("Call", 12, channel="phone", minimum_amount=1000),
                    level("Second", 20),
                    level(
                        "Formal",
                        35,
                        channel="registered_letter",
                        approval="manual",
                        is_formal=True,
                        recipient_role="office",
                    ),
                ],
                **vals,
            }
        )

    @classmethod
    def _create_invoice(cls, days_late, amount=100.0, partner=None, **vals):
        """Post an invoice due ``days_late`` days ago (negative: to come)."""
        due = cls.today - timedelta(days=days_late)
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.customer).id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _create_credit_note(cls, amount=100.0, partner=None, **vals):
        refund = cls.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": (partner or cls.customer).id,
                "invoice_date": cls.today,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Credit", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )
        refund.action_post()
        return refund

    @classmethod
    def _pay(cls, invoice, amount=None, date=None):
        """Register a payment of an invoice and reconcile it."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": amount or invoice.amount_residual,
                    "payment_date": date or cls.today,
                }
            )
            ._create_payments()
        )

    @classmethod
    def _receive(cls, amount, partner=None, date=None, **vals):
        """Book a receipt that is allocated to nothing, long enough ago to count."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "date": date or cls.today - timedelta(days=15),
                "journal_id": cls.company_data["default_journal_bank"].id,
                **vals,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _item(cls, invoice):
        """Return the receivable items of an invoice."""
        return invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _debtor(self, partner=None):
        return self.env["collections.debtor"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", (partner or self.customer).id),
            ]
        )

    def _propose(self, date=None, **vals):
        """Make a run of today and propose its notices."""
        run = self.env["dunning.run"].create(
            {"company_id": self.company.id, "date": date or self.today, **vals}
        )
        run.action_propose()
        return run

    def _decision(self, invoice):
        """Return the decisions in force on the items of an invoice."""
        return self.env["dunning.decision"].search(
            [("move_id", "in", invoice.ids), ("closed_run_id", "=", False)]
        )

    def _reason(self, invoice):
        """Return the reasons in force on the items of an invoice, as a list."""
        return self._decision(invoice).sorted("id").mapped("reason")

    def _send(self, notices, days_ago=0):
        """Mark notices sent, as if their channel had done its work."""
        notices._set_sent()
        if days_ago:
            notices.sudo().sent_at = fields.Datetime.now() - timedelta(days=days_ago)

    def _assert_ties_out(self, run):
        """The outcomes add up to the ledger: same count, same amounts."""
        self.assertEqual(run.difference_count, 0)
        self.assertEqual(run.difference_amount, 0)
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", run.company_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        self.assertEqual(run.open_item_count, len(items))
        for currency in items.currency_id:
            expected = sum(
                items.filtered(lambda item: item.currency_id == currency).mapped(  # noqa: B023
                    "amount_residual_currency"
                )
            )
            outcomes = run.outcome_ids.filtered(
                lambda outcome: outcome.currency_id == currency  # noqa: B023
            )
            self.assertAlmostEqual(sum(outcomes.mapped("amount_residual")), expected, 2)
