from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

# What is held for one of these reasons can't be promised: it is not owed as it stands,
# or the customer has said already when it comes.
TAKEN_REASONS = ("insolvency", "disputed", "promise", "payment_plan")
# What was promised stays as it was; another date or amount is another promise.
WORDING = {"debtor_id", "currency_id", "amount", "date", "item_ids", "previous_id"}


class CollectionsPromise(models.Model):
    """From the promise to the holds of its items."""

    _inherit = "collections.promise"

    @api.model_create_multi
    def create(self, vals_list):
        """Record promises, and hold what they cover.

        :raise AccessError: when the user is no Collector.
        :raise ValidationError: when the date is past, an item is not the debtor's to
            pay, or more is promised than is open.
        """
        self.env["dunning.notice"]._check_collector()
        promises = super().create(vals_list)
        for promise in promises:
            promise._start()
        return promises

    def write(self, vals):
        """Refuse to change what the customer said.

        :raise UserError: tells to replace the promise.
        """
        if not self.env.su and WORDING & vals.keys():
            raise UserError(
                self.env._(
                    "What the customer promised stays on record. Put it off instead: "
                    "the new promise replaces this one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_holds(self):
        self._get_holds().unlink()

    # === CHECKS === #

    def _check_date(self):
        """Refuse a promise for a day that has passed.

        :raise ValidationError: says so.
        """
        for promise in self:
            if promise.date < fields.Date.context_today(self):
                raise ValidationError(
                    self.env._("A payment can't be promised for a day in the past.")
                )

    def _check_amount(self, free):
        """Refuse more than what is open.

        :param float free: what can be promised of the items.
        :raise ValidationError: says how much it is.
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        if compare(free, 0) <= 0:
            raise ValidationError(
                self.env._(
                    "Nothing of these invoices can be promised: they are paid, "
                    "disputed, promised already or in a payment plan."
                )
            )
        if compare(self.amount, free) > 0:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than what can be promised of these invoices: "
                    "%(free)s.",
                    amount=self._format_amount(self.amount),
                    free=self._format_amount(free),
                )
            )

    # === HOLDS === #

    def _start(self):
        """Hold what this new promise covers; the one it replaces ends."""
        self.ensure_one()
        self._check_date()
        self.sudo().previous_id._replace()
        free = self.item_ids._get_promisable()
        self._check_amount(sum(free.values()))
        self.sudo().write(
            {
                "amount_open": sum(self.item_ids.mapped("amount_residual_currency")),
                "until_date": self._get_until_date(),
                "item_names": ", ".join(
                    dict.fromkeys(filter(None, self.item_ids.mapped("move_name")))
                ),
            }
        )
        self._finish_call()
        self.env["dunning.hold"].sudo().create(self._prepare_holds(free))
        self._log_on_debtor(
            self.env._("Promise to pay: %(what)s", what=self._describe())
        )
        if self.send_confirmation:
            self._confirm()

    def _prepare_holds(self, free):
        """Return the holds of this promise: the oldest items first, as far as it goes.

        An item that is covered whole is held whole; of the last one perhaps a part.

        :param dict(account.move.line, float) free: what can be promised of each item.
        :rtype: list(dict)
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        left = self.amount
        vals_list = []
        for item, amount in free.items():
            part = self.currency_id.round(min(amount, left))
            if compare(part, 0) <= 0:
                continue
            left -= part
            is_whole = compare(part, item.amount_residual_currency) >= 0
            vals_list.append(
                {
                    "debtor_id": self.debtor_id.id,
                    "move_line_id": item.id,
                    "reason": "promise",
                    "amount": 0.0 if is_whole else part,
                    "date_to": self.until_date,
                    "note": self._get_summary(),
                    "origin_model": self._name,
                    "origin_id": self.id,
                }
            )
        return vals_list

    def _finish_call(self):
        """The call in which the customer said so was made."""
        call = self.sudo().notice_id
        if call.channel == "phone" and call.state == "queued":
            call.activity_ids.action_feedback(feedback=self._describe())

    # === WORDS === #

    def _get_summary(self):
        """Return amount and date of this promise, for what it holds.

        :rtype: str
        """
        self.ensure_one()
        env = self.debtor_id.sudo()._get_company_env()
        return env._(
            "%(amount)s for %(date)s",
            amount=formatLang(env, self.amount, currency_obj=self.currency_id),
            date=format_date(env, self.date),
        )

    def _describe(self):
        """Return amount, date, way, invoices and remark of this promise in one line.

        :rtype: str
        """
        self.ensure_one()
        origins = dict(self._fields["origin"]._description_selection(self.env))
        details = [
            self._format_amount(self.amount),
            format_date(self.env, self.date),
            origins[self.origin],
            self.item_names,
            self.note,
        ]
        return " · ".join(detail for detail in details if detail)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_promisable(self):
        """Return what can be promised of each of these items, the oldest first.

        What is open, less what is disputed, promised already or in a payment plan.

        :return: amounts in the currency of the item; 0 where nothing is left.
        :rtype: dict(account.move.line, float)
        """
        items = self.sudo().sorted(
            lambda item: (item.date_maturity or item.date, item.id)
        )
        today = fields.Date.context_today(self)
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("reason", "in", TAKEN_REASONS),
                    ("company_id", "in", items.company_id.ids),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                    "|",
                    ("move_line_id", "in", items.ids),
                    "&",
                    ("move_line_id", "=", False),
                    (
                        "debtor_id.partner_id",
                        "in",
                        items.partner_id.commercial_partner_id.ids,
                    ),
                ]
            )
        )
        return {item: item._get_left(holds) for item in items}

    def _get_left(self, holds):
        """Return what these holds leave of this item.

        :param dunning.hold holds: holds in force, of any items.
        :rtype: float
        """
        self.ensure_one()
        if self.parent_state != "posted" or self.reconciled:
            return 0.0
        mine = holds.filtered(
            lambda hold: (
                hold.move_line_id == self
                or not hold.move_line_id
                and hold.debtor_id.partner_id == self.partner_id.commercial_partner_id
            )
        )
        if any(not hold.amount for hold in mine):
            return 0.0
        left = self.amount_residual_currency - sum(mine.mapped("amount"))
        return max(self.currency_id.round(left), 0.0)
