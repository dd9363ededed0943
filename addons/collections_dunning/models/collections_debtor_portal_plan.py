from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round, format_date

from ..tools import installment_schedule

# What holds an item, and leaves it to be spread all the same.
SPREADABLE_REASONS = ("promise", "paused")


class CollectionsDebtor(models.Model):
    """What a customer may ask for alone: a payment plan within his limits."""

    _inherit = "collections.debtor"

    def _get_portal_plan_bars(self, items):
        """Return which of these items can't be spread on demand, and why.

        :param account.move.line items: of this debtor.
        :rtype: dict(account.move.line, str)
        """
        self.ensure_one()
        bars = self._get_portal_hold_bars(items, SPREADABLE_REASONS)
        asked = self.env["collections.payment.plan.line"].search(
            [
                ("move_line_id", "in", items.ids),
                ("plan_id.state", "=", "draft"),
                ("plan_id.origin", "=", "portal"),
            ]
        )
        for item in asked.move_line_id:
            bars.setdefault(item, self.env._("You have asked for a plan already."))
        for item in items - self._get_spreadable(items):
            bars.setdefault(item, self.env._("Please contact us."))
        return bars

    def _get_portal_plan_limits(self):
        """Return within which limits a customer may ask for a plan.

        Those of his credit policy, else the company's.

        :return: most months, least down payment in percent, first and last day of the
            first installment, last day of the last one, and whether it is accepted at
            once; empty: he may not ask at all.
        :rtype: dict
        """
        self.ensure_one()
        company = self.company_id
        months = company.dunning_portal_plan_months
        if not company.dunning_portal_plan or months < 1:
            return {}
        percent = company.dunning_portal_plan_down_payment
        agreed = self.applied_credit_policy_id._get_giver("plan_max_months")
        if agreed:
            months, percent = agreed.plan_max_months, agreed.plan_least_down_payment
        today = fields.Date.context_today(self)
        return {
            "months": months,
            "percent": min(max(percent, 0.0), 99.0),
            "first_day": fields.Date.add(today, days=1),
            "last_first_day": fields.Date.add(today, months=1),
            "last_day": fields.Date.add(today, months=months),
            "is_accepted": company.dunning_portal_plan_accept,
        }

    def _prepare_portal_plan(self, items, down_payment, count, first_date):
        """Return the terms of a plan that a customer may ask for, and its schedule.

        :param account.move.line items: open items of this debtor, chosen by him.
        :param float down_payment: None: the least.
        :param int count: number of monthly installments.
        :param date first_date: day of the first one.
        :return: terms for ``collections.payment.plan``; total; installments.
        :rtype: tuple(dict, float, list(Installment))
        :raise UserError: says which limit is passed.
        """
        self._check_portal_choice(items, self._get_portal_plan_bars(items))
        self._check_portal_currency(items)
        currency = items.currency_id
        total = currency.round(sum(items.mapped("amount_residual_currency")))
        down_payment = self._check_portal_down_payment(currency, total, down_payment)
        self._check_portal_dates(count, first_date)
        terms = {
            "down_payment": down_payment,
            "installment_count": count,
            "interval": "month",
            "first_date": first_date,
        }
        try:
            schedule = installment_schedule.build_schedule(
                Decimal(f"{total:.{currency.decimal_places}f}"),
                count,
                first_date,
                down_payment=Decimal(f"{down_payment:.{currency.decimal_places}f}"),
                rounding=Decimal(str(currency.rounding)),
            )
        except ValueError:
            raise UserError(
                self.env._("The amount is too small for so many installments.")
            ) from None
        return terms, total, schedule

    def _check_portal_down_payment(self, currency, total, down_payment):
        """Return the down payment of a plan, at least what the company asks for.

        :raise UserError: when it is less, or all of it.
        """
        least = float_round(
            total * self._get_portal_plan_limits()["percent"] / 100,
            precision_rounding=currency.rounding,
            rounding_method="UP",
        )
        if down_payment is None:
            return least
        compare = currency.compare_amounts
        if compare(down_payment, least) < 0 or compare(down_payment, total) >= 0:
            raise UserError(
                self.env._(
                    "The down payment must be at least %(least)s, and less than "
                    "%(total)s.",
                    least=currency.format(least),
                    total=currency.format(total),
                )
            )
        return down_payment

    def _check_portal_dates(self, count, first_date):
        """Refuse a schedule that begins too late, or takes too long.

        :raise UserError: says until when.
        """
        limits = self._get_portal_plan_limits()
        if not 1 <= count <= limits["months"]:
            raise UserError(
                self.env._(
                    "Choose from 1 to %(count)s installments.", count=limits["months"]
                )
            )
        if not limits["first_day"] <= first_date <= limits["last_first_day"]:
            raise UserError(
                self.env._(
                    "The first installment is due from %(first)s to %(last)s.",
                    first=format_date(self.env, limits["first_day"]),
                    last=format_date(self.env, limits["last_first_day"]),
                )
            )
        if installment_schedule.get_dates(count, first_date)[-1] > limits["last_day"]:
            raise UserError(
                self.env._(
                    "All must be paid by %(date)s: choose fewer installments, or an "
                    "earlier first day.",
                    date=format_date(self.env, limits["last_day"]),
                )
            )

    def _request_portal_plan(self, contact, items, terms, words, is_known):
        """Draft the plan that a customer asks for, and tell the responsible.

        Where the company says so, and nobody has to approve it, it is proposed at once
        for him to sign.

        :param res.partner contact: in whose name he asks.
        :param account.move.line items: what it spreads.
        :param dict terms: see :meth:`_prepare_portal_plan`.
        :param str words: his own, plain text; may be empty.
        :param bool is_known: whether he was logged in.
        :rtype: collections.payment.plan
        """
        plan = self.env["collections.payment.plan"]._create_from_items(
            self, items, **terms, origin="portal"
        )
        if (
            contact.commercial_partner_id == self.partner_id
            and contact.email_normalized
        ):
            plan.contact_id = contact
        env = self._get_company_env()
        title = env._(
            "Request for a payment plan: %(down)s at once, then %(count)s installments "
            "from %(date)s",
            down=plan.currency_id.with_env(env).format(plan.down_payment),
            count=plan.installment_count,
            date=format_date(env, plan.first_date),
        )
        self._post_from_portal(contact, title, words, is_known=is_known)
        if self.company_id.dunning_portal_plan_accept and not plan.approval_reason:
            plan._propose()
        else:
            plan._ask_for_answer(title, words)
        return plan
