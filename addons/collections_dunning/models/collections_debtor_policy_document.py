import json
from hashlib import sha256

from babel.numbers import format_decimal

from odoo import api, models
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import NBSP, TextWriter


class CollectionsDebtor(models.Model):
    """What the credit policy of a customer says to him, on one page.

    Made of the configuration alone, in the language of ``self.env``: nobody writes it
    twice. Of a file in memory: what a policy says to any business.
    """

    _inherit = "collections.debtor"

    def _get_policy_document(self):
        """Return what the page shows, beside names and addresses.

        :return: ``rows``: label and sentences; ``steps``: see
            :meth:`_get_policy_steps`.
        :rtype: dict
        """
        self.ensure_one()
        rows = self._get_policy_rows()
        present = self._get_policy_present_rate()
        for row in rows:
            if row["name"] == "late" and present:
                row["lines"][0] = f"{row['lines'][0]} {present}"
        return {"rows": rows, "steps": self._get_policy_steps()}

    @api.model
    def _get_policy_debtor(self, company, policy):
        """Return a file in memory: a business to whom a credit policy applies.

        :param res.company company: the seller.
        :param collections.credit.policy policy: what the page is about.
        :rtype: collections.debtor
        """
        return self.sudo().new(
            {
                "company_id": company.id,
                "credit_policy_id": policy.id,
                "debtor_type": "professional",
            }
        )

    def _get_policy_fingerprint(self):
        """Return what tells one state of a policy from another.

        Not the language, nor what changes by itself: the rate of the half-year.

        :rtype: str
        """
        debtor = self.with_context(lang="en_US")
        content = [debtor._get_policy_rows(), debtor._get_policy_steps()]
        return sha256(json.dumps(content).encode()).hexdigest()

    def _get_policy_rows(self):
        """Return what is agreed, by subject; nothing that changes from day to day.

        :return: dicts of ``name``, ``label`` and ``lines``; subjects of which there is
            nothing to say are left out.
        :rtype: list(dict)
        """
        rows = [
            ("terms", self.env._("Payment"), self._get_policy_terms()),
            ("discount", self.env._("Early payment"), self._get_policy_discounts()),
            ("limit", self.env._("Credit limit"), self._get_policy_limit_lines()),
            ("late", self.env._("Late payment"), self._get_policy_charges()),
            ("plan", self.env._("Installments"), self._get_policy_plan()),
            ("hold", self.env._("Orders and deliveries"), self._get_policy_holds()),
        ]
        return [
            {"name": name, "label": label, "lines": lines}
            for name, label, lines in rows
            if lines
        ]

    def _get_policy_writer(self, currency):
        return TextWriter(babel_locale_parse(self.env.lang), currency.name)

    def _write_policy_percent(self, percent):
        locale = babel_locale_parse(self.env.lang)
        return f"{format_decimal(percent, '0.##', locale=locale)}{NBSP}%"

    # === TERMS === #

    def _get_policy_term_records(self):
        """Return the payment term of this customer, and those that are offered.

        :rtype: tuple(account.payment.term, account.payment.term)
        """
        partner = self.sudo().partner_id.with_company(self.company_id)
        own = partner.property_payment_term_id.filtered("active")
        offered = self.applied_credit_policy_id._get_value("payment_term_ids")
        lang = self.env.lang
        return own.with_context(lang=lang), (offered - own).with_context(lang=lang)

    def _get_policy_terms(self):
        own, offered = self._get_policy_term_records()
        names = " · ".join(offered.mapped("name"))
        if own and offered:
            return [
                self.env._("For your invoices: %(term)s.", term=own.name),
                self.env._("We offer as well: %(terms)s.", terms=names),
            ]
        if own:
            return [self.env._("For your invoices: %(term)s.", term=own.name)]
        if offered:
            return [self.env._("We offer: %(terms)s.", terms=names)]
        return [self.env._("Each invoice names the day until which it is to be paid.")]

    def _get_policy_discounts(self):
        own, offered = self._get_policy_term_records()
        terms = (own | offered).filtered("early_discount")
        return [
            self.env._(
                "%(percent)s discount on what is paid within %(days)s days (%(term)s).",
                percent=self._write_policy_percent(term.discount_percentage),
                days=term.discount_days,
                term=term.name,
            )
            for term in terms
        ] or [self.env._("No discount for early payment.")]

    def _get_policy_plan(self):
        agreed = self.applied_credit_policy_id._get_giver("plan_max_months")
        if not agreed.plan_max_months:
            return []
        if not agreed.plan_least_down_payment:
            return [
                self.env._(
                    "On request, a late amount can be paid in installments over at "
                    "most %(months)s months.",
                    months=agreed.plan_max_months,
                )
            ]
        return [
            self.env._(
                "On request, a late amount can be paid in installments over at most "
                "%(months)s months, with %(percent)s at once.",
                months=agreed.plan_max_months,
                percent=self._write_policy_percent(agreed.plan_least_down_payment),
            )
        ]

    # === CREDIT === #

    def _get_policy_limit_lines(self):
        if not self.has_applied_credit_limit:
            return []
        writer = self._get_policy_writer(self.company_id.sudo().root_id.currency_id)
        lines = [
            self.env._(
                "Up to %(limit)s, taxes included: your open invoices and the orders "
                "that are not invoiced yet, less your credits.",
                limit=writer.amount(self.applied_credit_limit),
            )
        ]
        action = self._get_credit_action("limit_action")
        if action == "approve":
            lines.append(self.env._("An order that goes beyond it needs our approval."))
        elif action == "block":
            lines.append(
                self.env._(
                    "An order that goes beyond it is accepted once enough is paid."
                )
            )
        return lines

    def _get_policy_holds(self):
        """Return what keeps orders and deliveries back, beside the limit."""
        days = self.applied_credit_policy_id._get_value("age_limit_days")
        action = days and self._get_credit_action("age_action")
        lines = []
        if action == "approve":
            lines.append(
                self.env._(
                    "While an invoice is more than %(days)s days late, new orders need "
                    "our approval.",
                    days=days,
                )
            )
        elif action == "block":
            lines.append(
                self.env._(
                    "While an invoice is more than %(days)s days late, new orders are "
                    "not accepted.",
                    days=days,
                )
            )
        suspending = self._get_policy_levels().filtered("suspends_deliveries")[:1]
        if suspending:
            lines.append(
                self.env._(
                    "Deliveries are suspended from this step on, until what it claims "
                    "is paid: %(step)s (%(when)s).",
                    step=suspending.name,
                    when=self._get_policy_day(suspending.day_offset),
                )
            )
        return lines
