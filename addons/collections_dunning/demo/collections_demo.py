import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from . import ledger
from .customers import CUSTOMERS

_logger = logging.getLogger(__name__)


class CollectionsDemo(models.AbstractModel):
    """Fills the demo company with two years of business.

    Called by the demo data alone, see ``collections_demo.xml``.
    """

    _name = "collections.demo"
    _description = "Demo Company of Collections"

    @api.model
    def _load(self):
        """Make the ledger of the demo company, relative to today.

        :raise UserError: in a database without demo data.
        """
        if not self.env.ref("base.module_base").demo:
            raise UserError(self.env._("This database has no demo data."))
        company = self.env.ref("collections_dunning.res_company_atelier_lumen_demo")
        if company._existing_accounting():
            return
        self = self.with_company(company).with_context(
            lang="en_US", tracking_disable=True, mail_create_nosubscribe=True
        )
        self._activate_french()
        self._load_chart(self.env.company)
        self._set_up_company(self.env.company)
        self._activate_currencies()
        today = fields.Date.context_today(self)
        customers = self._create_customers()
        invoices = self._create_invoices(customers, today)
        self._create_payments(invoices)
        self._create_special_cases(customers, invoices, today)
        _logger.info("Demo company: %s invoices", len(invoices))

    # === SET-UP === #

    def _activate_french(self):
        languages = dict(self.env["res.lang"].get_installed())
        if "fr_FR" not in languages:
            self.env["res.lang"]._activate_lang("fr_FR")
            modules = self.env["ir.module.module"].search([("state", "=", "installed")])
            modules._update_translations("fr_FR")

    def _load_chart(self, company):
        """Load the French chart of accounts, else the generic one.

        Not by ``try_loading``, which wants a registry that is loaded to the end:
        demo data come before.
        """
        template = self.env["account.chart.template"]
        mapping = template._get_chart_template_mapping()
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        names = installed.mapped("name")
        code = "fr" if mapping.get("fr", {}).get("module") in names else "generic_coa"
        template._load(code, company, install_demo=False)
        _logger.info("Demo company: chart of accounts %s", code)

    def _set_up_company(self, company):
        bank = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        bank.bank_account_id = company.dunning_bank_account_id
        company.dunning_responsible_id = self.env.ref(
            "collections_dunning.res_users_camille_demo"
        )
        company.dunning_procedure_id = self.env["dunning.procedure"].search(
            [("company_id", "in", (False, company.id))], limit=1
        )

    def _activate_currencies(self):
        today = fields.Date.context_today(self)
        for code in ledger.RATES:
            currency = self.env["res.currency"].with_context(active_test=False)
            currency = currency.search([("name", "=", code)])
            currency.active = True
            self.env["res.currency.rate"].create(
                [
                    {
                        "currency_id": currency.id,
                        "company_id": self.env.company.id,
                        "name": day,
                        "company_rate": rate,
                    }
                    for day, rate in ledger.plan_rates(code, today)
                ]
            )

    # === CUSTOMERS === #

    def _create_customers(self):
        """Create the customers and their contacts.

        :return: partner by key of the customer.
        :rtype: dict(str, res.partner)
        """
        terms = self._get_payment_terms()
        partners = self.env["res.partner"].create(
            [self._prepare_customer_vals(customer, terms) for customer in CUSTOMERS]
        )
        return {
            customer.key: partner
            for customer, partner in zip(CUSTOMERS, partners, strict=True)
        }

    def _prepare_customer_vals(self, customer, terms):
        common = {"company_id": self.env.company.id, "lang": customer.lang}
        return {
            **common,
            "name": customer.name,
            "is_company": True,
            "customer_rank": 1,
            "street": customer.street,
            "zip": customer.zip,
            "city": customer.city,
            "country_id": self.env.ref(f"base.{customer.country}").id,
            "phone": customer.phone,
            "email": customer.email,
            "property_payment_term_id": terms[customer.term].id,
            "child_ids": [
                Command.create({**common, **self._prepare_contact_vals(customer)})
                for _contact in customer.contact[:1]
            ],
        }

    def _prepare_contact_vals(self, customer):
        name, role, kind = customer.contact
        mailbox = name.split()[0].lower().replace("é", "e").replace("ï", "i")
        mailbox = mailbox.replace("è", "e")
        return {
            "name": name,
            "function": role,
            "email": customer.email.replace("compta", mailbox),
            "type": "invoice" if kind == "invoice" else "contact",
            "is_dunning_contact": kind == "dunning",
        }

    def _get_payment_terms(self):
        halves = self.env["account.payment.term"].create(
            {
                "name": "50 % at 30 days, 50 % at 60 days",
                "company_id": self.env.company.id,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in ledger.TERMS["30/60"]
                ],
            }
        )
        return {
            "30": self.env.ref("account.account_payment_term_30days"),
            "45": self.env.ref("account.account_payment_term_45days"),
            "30/60": halves,
        }

    # === LEDGER === #

    def _create_invoices(self, customers, today):
        """Create and post the planned invoices.

        :return: pairs of the plan and the invoice.
        :rtype: list(tuple(ledger.Invoice, account.move))
        """
        plans = ledger.plan_invoices(CUSTOMERS, today)
        currencies = {
            customer.key: self.env.ref(f"base.{customer.currency}")
            for customer in CUSTOMERS
        }
        moves = self.env["account.move"].create(
            [
                self._prepare_invoice_vals(
                    plan, customers[plan.customer], currencies[plan.customer]
                )
                for plan in plans
            ]
        )
        moves.action_post()
        return list(zip(plans, moves, strict=True))

    def _prepare_invoice_vals(self, plan, partner, currency):
        in_french = partner.lang == "fr_FR"
        invoice_address = partner.child_ids.filtered(lambda c: c.type == "invoice")
        return {
            "move_type": "out_invoice",
            "partner_id": (invoice_address or partner).id,
            "currency_id": currency.id,
            "invoice_date": plan.date,
            "invoice_payment_term_id": partner.property_payment_term_id.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": ledger.CATALOGUE[item.product][0 if in_french else 1],
                        "price_unit": ledger.CATALOGUE[item.product][2],
                        "quantity": item.quantity,
                    }
                )
                for item in plan.items
            ],
        }

    def _create_payments(self, invoices):
        """Create, post and reconcile the planned payments of these invoices."""
        paid = [
            (move, self._prepare_payments_vals(plan, move))
            for plan, move in invoices
            if plan.payments
        ]
        payments = self.env["account.payment"].create(
            [vals for _move, vals_list in paid for vals in vals_list]
        )
        payments.action_post()
        groups = []
        for move, vals_list in paid:
            mine, payments = payments[: len(vals_list)], payments[len(vals_list) :]
            groups.append(self._get_receivable_lines(move | mine.move_id))
        self.env["account.move.line"]._reconcile_plan(groups)

    def _prepare_payments_vals(self, plan, move):
        vals_list = []
        rest = move.amount_total
        paid_share = 0.0
        for payment in plan.payments:
            paid_share += payment.share
            amount = move.currency_id.round(move.amount_total * payment.share)
            if paid_share > 0.999:
                amount = rest
            rest -= amount
            vals_list.append(
                self._prepare_payment_vals(
                    move.commercial_partner_id,
                    move.currency_id.round(amount),
                    payment.date,
                    currency_id=move.currency_id.id,
                    memo=move.name,
                )
            )
        return vals_list

    def _prepare_payment_vals(self, partner, amount, day, **vals):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "bank")], limit=1
        )
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.id,
            "amount": amount,
            "date": day,
            "journal_id": journal.id,
            **vals,
        }

    @api.model
    def _get_receivable_lines(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    # === SPECIAL CASES === #

    def _create_special_cases(self, customers, invoices, today):
        """Make what is not an invoice or its payment, see ``ledger.UNPAID``."""
        case = {plan.case: move for plan, move in invoices if plan.case}
        part = self._create_credit_note(
            case["part_credited"], 0.25, today - timedelta(days=20)
        )
        self._get_receivable_lines(case["part_credited"] | part).reconcile()
        self._create_credit_note(case["covered"], 1.2, today - timedelta(days=12))
        self._create_unallocated_payment(customers["rousseau"], today)
        self._create_opening_balance(customers["azur_conseil"], today)
        self._get_receivable_lines(case["excluded"]).no_followup = True
        self._hold(case, today)

    def _create_credit_note(self, invoice, share, day):
        """Create and post a credit note over a share of an invoice."""
        credit_note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": invoice.invoice_line_ids[0].name,
                            "price_unit": invoice.currency_id.round(
                                invoice.amount_untaxed * share
                            ),
                        }
                    )
                ],
            }
        )
        credit_note.action_post()
        return credit_note

    def _create_unallocated_payment(self, partner, today):
        payment = self.env["account.payment"].create(
            self._prepare_payment_vals(
                partner, 1500.0, today - timedelta(days=6), memo="VIR SEPA"
            )
        )
        payment.action_post()

    def _create_opening_balance(self, partner, today):
        """Post the balance that a former system left, as a general entry."""
        company = self.env.company
        counterpart = self.env["account.account"].search(
            [
                ("company_ids", "in", company.ids),
                ("account_type", "in", ("equity", "equity_unaffected")),
            ],
            limit=1,
        )
        day = today - timedelta(days=ledger.OLDEST + 5)
        partner = partner.with_company(company)
        lines = [
            (partner.property_account_receivable_id, 2340.0),
            (counterpart, -2340.0),
        ]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "ref": "À-nouveaux",
                "line_ids": [
                    Command.create(
                        {
                            "name": "À-nouveaux",
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in lines
                ],
            }
        )
        entry.action_post()

    def _hold(self, case, today):
        """Hold a disputed invoice, and a customer that asked for time."""
        debtors = self.env["collections.debtor"]
        debtors._ensure_for(self.env.company)
        debtors = debtors.search([("company_id", "=", self.env.company.id)])
        by_partner = {debtor.partner_id: debtor for debtor in debtors}
        disputed = by_partner[case["disputed"].commercial_partner_id]
        paused = by_partner[case["paused"].commercial_partner_id]
        self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": disputed.id,
                    "move_line_id": self._get_receivable_lines(case["disputed"]).id,
                    "reason": "disputed",
                    "date_from": today - timedelta(days=9),
                    "note": "Two pendants arrived broken",
                },
                {
                    "debtor_id": paused.id,
                    "reason": "paused",
                    "date_from": today - timedelta(days=3),
                    "date_to": today + timedelta(days=18),
                    "note": "New bookkeeper, back after the handover",
                },
            ]
        )
