from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools import installment_schedule


class CollectionsPaymentPlan(models.Model):
    """The schedule: made from the terms while they are typed, editable, exact."""

    _inherit = "collections.payment.plan"

    # === ONCHANGE METHODS === #

    @api.onchange("line_ids")
    def _onchange_line_ids(self):
        currency = self.line_ids.move_line_id.currency_id[:1]
        self.currency_id = currency or self.currency_id

    @api.onchange("date")
    def _onchange_date(self):
        """Offers are short: what they ask for changes from day to day."""
        if self.date:
            self.valid_until = self._get_default_valid_until(self.date)

    @api.onchange(
        "line_ids",
        "with_charges",
        "down_payment",
        "installment_count",
        "interval",
        "first_date",
        "rounding",
        "valid_until",
    )
    def _onchange_terms(self):
        """Make the schedule anew, or say why none can be made."""
        problem = self._get_terms_problem()
        if problem:
            self.installment_ids = [Command.clear()]
            return self._warn(problem) if self.line_ids else None
        self.installment_ids = self._prepare_installments()
        return None

    @api.onchange("installment_ids")
    def _onchange_installment_ids(self):
        """The last installment takes what the others leave."""
        if not self.installment_ids or not self.currency_id:
            return None
        *others, last = self.installment_ids.sorted(
            lambda each: each.date or fields.Date.to_date("9999-12-31")
        )
        rest = self.amount_total - sum(each.amount for each in others)
        if self.currency_id.compare_amounts(rest, 0) > 0:
            if self.currency_id.compare_amounts(last.amount, rest):
                last.amount = self.currency_id.round(rest)
            return None
        # A new row waits for its amount.
        return self._warn(self._describe_sum()) if last.amount else None

    def _warn(self, message):
        return {"warning": {"title": self.env._("No Schedule"), "message": message}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_default_valid_until(self, date):
        """Return the last day to accept what is offered on a day.

        :rtype: date
        """
        return fields.Date.add(date, days=10)

    def _get_terms_problem(self):
        """Return why no schedule can be made of these terms.

        :return: in the user's language; empty when one can.
        :rtype: str
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        most = installment_schedule.MOST_INSTALLMENTS
        if not self.line_ids or compare(self.amount_total, 0) <= 0:
            return self.env._("Choose the items that the plan spreads.")
        if not 1 <= self.installment_count <= most:
            return self.env._("A plan has from 1 to %(most)s installments.", most=most)
        if not self.first_date:
            return self.env._("Say when the first installment is paid.")
        if self.down_payment < 0 or compare(self.down_payment, self.amount_total) >= 0:
            return self.env._("The down payment must be less than the total.")
        share = (self.amount_total - self.down_payment) / self.installment_count
        if self.rounding < 0 or share < self._get_step():
            return self.env._(
                "An installment would be less than the amount it is rounded to: choose "
                "fewer installments or another rounding."
            )
        return ""

    def _get_step(self):
        """Return the amount of which all installments but the last are multiples."""
        return max(self.rounding, self.currency_id.rounding)

    def _prepare_installments(self):
        """Return the commands that replace the schedule by that of the terms.

        :rtype: list
        """
        self.ensure_one()
        schedule = installment_schedule.build_schedule(
            self._to_decimal(self.amount_total),
            self.installment_count,
            self.first_date,
            down_payment=self._to_decimal(self.down_payment),
            rounding=self._to_decimal(self._get_step()),
            interval=self.interval,
        )
        rows = [{"date": each.date, "amount": float(each.amount)} for each in schedule]
        if self.currency_id.compare_amounts(self.down_payment, 0) > 0:
            day = self.valid_until or self.date
            rows.insert(
                0,
                {
                    "date": min(day, self.first_date),
                    "amount": self.down_payment,
                    "is_down_payment": True,
                },
            )
        return [Command.clear(), *map(Command.create, rows)]

    def _to_decimal(self, amount):
        """Return an amount of this plan's currency, exactly."""
        places = self.currency_id.decimal_places
        return Decimal(f"{amount:.{places}f}")

    def _build_installments(self):
        """Make the schedule of these terms; none as long as there is no item.

        :raise UserError: says why none can be made.
        """
        self.ensure_one()
        if not self.line_ids:
            self.installment_ids = [Command.clear()]
            return
        problem = self._get_terms_problem()
        if problem:
            raise UserError(problem)
        self.installment_ids = self._prepare_installments()

    def _check_schedule(self):
        """Refuse a schedule that does not add up, or begins before its plan.

        :raise UserError: says what is wrong with which plan.
        """
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            if not plan.line_ids and not plan.installment_ids:
                continue
            amount = sum(plan.installment_ids.mapped("amount"))
            if plan.currency_id.compare_amounts(amount, plan.amount_total):
                raise UserError(plan._describe_sum())
            if any(each.date < plan.date for each in plan.installment_ids):
                raise UserError(
                    self.env._(
                        "An installment can't be due before the day of the plan."
                    )
                )

    def _describe_sum(self):
        """Return by how much the installments differ from the total, in words."""
        self.ensure_one()
        amount = sum(self.installment_ids.mapped("amount"))
        return self.env._(
            "The installments add up to %(amount)s, the plan is about %(total)s: "
            "%(difference)s too much or too little. Change an amount.",
            amount=formatLang(self.env, amount, currency_obj=self.currency_id),
            total=formatLang(
                self.env, self.amount_total, currency_obj=self.currency_id
            ),
            difference=formatLang(
                self.env,
                abs(amount - self.amount_total),
                currency_obj=self.currency_id,
            ),
        )
