import logging

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
        self.env.company.partner_id.lang = "fr_FR"
        self._load_chart(self.env.company)
        self._set_up_company(self.env.company)
        self._activate_currencies()
        today = fields.Date.context_today(self)
        customers = self._create_customers()
        invoices = self._create_invoices(customers, today)
        self._create_payments(invoices)
        self._create_special_cases(customers, invoices, today)
        self._send_past_notices(customers, today)
        case = {plan.case: move for plan, move in invoices if plan.case}
        self._make_arrangements(customers, case, today)
        self._set_up_credit(customers, case, today)
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
        account = self.env.ref("collections_dunning.res_partner_bank_demo")
        bank.bank_account_id = company.dunning_bank_account_id = account
        camille = self.env.ref("collections_dunning.res_users_camille_demo")
        vincent = self.env.ref("collections_dunning.res_users_vincent_demo")
        lea = self.env.ref("collections_dunning.res_users_lea_demo")
        (camille | vincent | lea).lang = "fr_FR"
        # Who tries it out at night wants to see messages leave as well.
        company.dunning_send_window = False
        company.dunning_responsible_id = camille
        company.dunning_procedure_id = self.env.ref(
            "collections_dunning.dunning_procedure_standard"
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
        common = {
            "company_id": self.env.company.id,
            "lang": customer.lang,
            "street": customer.street,
            "zip": customer.zip,
            "city": customer.city,
            "country_id": self.env.ref(f"base.{customer.country}").id,
        }
        return {
            **common,
            "name": customer.name,
            "is_company": customer.is_company,
            "customer_rank": 1,
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
