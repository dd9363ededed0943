from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

# States in which a payment may have been taken for the promise.
COUNTING = ("open", "kept", "partly", "broken")


class Receipt(NamedTuple):
    """What a payment settled of one item, in the currency of the item."""

    item_id: int
    amount: float
    date: object
    matched_at: object


class CollectionsPromise(models.Model):
    """Kept, partly kept or broken: what the ledger says, read every night.

    Only what was allocated to the items since counts, whoever paid it. Of several
    promises about one item, the earlier one is paid first.
    """

    _inherit = "collections.promise"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_decide(self):
        """Decide the open promises of each company."""
        companies = self.search([("state", "=", "open")]).company_id
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._decide(company)
            if not progress(1):
                break

    @api.model
    def _decide(self, company):
        """Decide what has become of the open promises of a company, as of today.

        A promise that is paid is kept at once; what is missing when its grace is over
        was not paid, unless money has come that waits to be allocated.

        :param res.company company: whose promises are looked at.
        """
        self = self.sudo().with_company(company)
        promises = self.search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )
        if not promises:
            return
        today = fields.Date.context_today(self)
        found = promises._read_receipts(today)
        decided = defaultdict(self.browse)
        missing = {}
        for promise in promises:
            paid, paid_on, owed = found[promise.id]
            if promise.currency_id.compare_amounts(promise.amount_paid, paid):
                promise.amount_paid = paid
            promise.paid_on = paid_on
            state = promise._get_outcome(paid, owed, today)
            if state in ("partly", "broken"):
                missing[promise] = promise.currency_id.round(owed)
            decided[state] |= promise
        waiting = promises._get_waiting(missing, today)
        waiting._wait()
        for state in ("kept", "partly", "broken", "cancelled"):
            (decided[state] - waiting)._close_safely(state)
        decided["open"]._shrink_holds({p: found[p.id][2] for p in decided["open"]})

    def _get_outcome(self, paid, owed, today):
        """Return what has become of this promise.

        :param float paid: what was received for it.
        :param float owed: what is still to be paid of it.
        :param date today: the day of the decision.
        :return: a state.
        :rtype: str
        """
        self.ensure_one()
        is_paid = self.currency_id.compare_amounts(paid, 0) > 0
        if self.currency_id.compare_amounts(owed, 0) <= 0:
            if is_paid:
                return "kept"
            # Credited, cancelled, written off, or a draft again that may come back.
            return "cancelled" if self._is_settled(today) else "open"
        if today <= self.until_date:
            return "open"
        return "partly" if is_paid else "broken"

    def _is_settled(self, today):
        """Tell whether nothing of this promise can be owed any more."""
        self.ensure_one()
        drafts = self.item_ids.filtered(lambda item: item.parent_state == "draft")
        return not drafts or today > self.until_date

    def _close(self, state):
        """Record what has become of these promises; nothing is held any longer.

        :param str state: the outcome.
        """
        if not self:
            return
        self.write({"state": state, "decided_on": fields.Date.context_today(self)})
        self._end_holds()
        self._get_questions().unlink()
        texts = self._get_outcome_texts()
        for promise in self:
            promise._log_on_debtor(f"{texts[state]}: {promise._describe()}")

    def _get_outcome_texts(self):
        """Return what is noted on the customer's file about each outcome.

        :rtype: dict(str, str)
        """
        return {
            "kept": self.env._("Promise kept"),
            "partly": self.env._("Promise partly kept"),
            "broken": self.env._("Promise broken"),
            "cancelled": self.env._("Promise without effect"),
        }

    def _shrink_holds(self, owed):
        """Hold no larger part of an item than what is still to be paid.

        :param dict(collections.promise, float) owed: of these promises.
        """
        parts = self._get_holds().filtered("amount")
        for hold in parts:
            promise = self.browse(hold.origin_id)
            if hold.amount > owed[promise] > 0:
                hold.amount = owed[promise]

    # === THE LEDGER === #

    def _read_receipts(self, today):
        """Return what these open promises have received and what they still ask for.

        What was credited or written off since is not owed any more, and not paid.

        :param date today: day of the decision.
        :return: paid, last day on which something was, still to pay; by promise id.
        :rtype: dict(int, tuple(float, date, float))
        """
        siblings = self.search(
            [("item_ids", "in", self.item_ids.ids), ("state", "in", COUNTING)],
            order="date, id",
        )
        ordered = (siblings | self).sorted(lambda promise: (promise.date, promise.id))
        receipts = [
            [receipt, receipt.amount] for receipt in ordered.item_ids._get_receipts()
        ]
        open_amounts = {
            item.id: item.amount_residual_currency
            for item in ordered.item_ids
            if item.parent_state == "posted" and not item.reconciled
        }
        result = {}
        for promise in ordered:
            paid, late, paid_on = promise._take_receipts(receipts)
            if promise in self:
                owed = promise._take_open(open_amounts, promise.amount - paid - late)
                result[promise.id] = (paid, paid_on, owed + late)
        return result

    def _take_receipts(self, receipts):
        """Take what was received for this promise from what is left of the receipts.

        :param list(list) receipts: each with what is left of it, which is lowered.
        :return: what came in time, what came later, and the last day it came in time.
        :rtype: tuple(float, float, date)
        """
        self.ensure_one()
        is_open = self.state == "open"
        wanted = min(self.amount, self._get_decrease()) if is_open else self.amount_paid
        items = set(self.item_ids.ids)
        paid, late, paid_on = 0.0, 0.0, False
        for entry in receipts:
            receipt, left = entry
            if receipt.item_id not in items or receipt.matched_at < self.create_date:
                continue
            part = self.currency_id.round(min(left, wanted - paid - late))
            if part <= 0:
                continue
            entry[1] -= part
            if receipt.date > self.until_date:
                late += part
            else:
                paid += part
                paid_on = receipt.date
        return self.currency_id.round(paid), self.currency_id.round(late), paid_on

    def _get_decrease(self):
        """Return by how much the items are less open than when this was promised.

        A payment taken off them and allocated anew is not another payment.

        :rtype: float
        """
        self.ensure_one()
        items = self.item_ids.filtered(
            lambda item: item.parent_state == "posted" and self._is_own(item)
        )
        still_open = sum(items.mapped("amount_residual_currency"))
        return max(self.currency_id.round(self.amount_open - still_open), 0.0)

    def _take_open(self, open_amounts, wanted):
        """Take what this promise still asks for from what is open of its items.

        :param dict(int, float) open_amounts: by item id; lowered by what is taken.
        :param float wanted: what was promised and not paid.
        :return: what is still owed of it.
        :rtype: float
        """
        self.ensure_one()
        owed = 0.0
        for item in self.item_ids.sorted(lambda i: (i.date_maturity or i.date, i.id)):
            if not self._is_own(item) or item.currency_id != self.currency_id:
                continue
            part = min(open_amounts.get(item.id, 0.0), wanted - owed)
            if part > 0:
                open_amounts[item.id] -= part
                owed += part
        return self.currency_id.round(owed)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_receipts(self):
        """Return the payments allocated to these items, the earliest first.

        Money alone: neither credit notes nor what was written off.

        :rtype: list(Receipt)
        """
        for name in ("account.partial.reconcile", "account.move.line", "account.move"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.debit_move_id, partial.debit_amount_currency,
                       credit.date, partial.create_date
                  FROM account_partial_reconcile partial
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN account_move move ON move.id = credit.move_id
                  JOIN account_journal journal ON journal.id = move.journal_id
                 WHERE partial.debit_move_id = ANY(%s)
                   AND (journal.type IN ('bank', 'cash', 'credit')
                        OR move.origin_payment_id IS NOT NULL)
              ORDER BY credit.date, partial.id
                """,
                self.ids,
            )
        )
        return [Receipt(*row) for row in rows]
