from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.tools import format_date

LIVE = ("offered", "accepted")
# Paid, but what is waived is not written off yet: the payment may come back.
WAITING = [("state", "=", "paid"), ("write_off_move_id.state", "=", "draft")]


class CollectionsSettlement(models.Model):
    """Paid or lapsed: what the ledger says, read every night."""

    _inherit = "collections.settlement"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_decide(self):
        """Decide the offers of each company."""
        offers = self.search(["|", ("state", "in", LIVE), "&", *WAITING])
        companies = offers.company_id
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._decide(company)
            if not progress(1):
                break

    @api.model
    def _decide(self, company):
        """Decide what has become of the offers of a company, as of today.

        :param res.company company: whose offers are looked at.
        """
        self = self.sudo().with_company(company)
        self._reopen_unpaid(company)
        offers = self.search([("company_id", "=", company.id), ("state", "in", LIVE)])
        if not offers:
            return
        today = fields.Date.context_today(self)
        receipts = offers.item_ids._get_receipts()
        decided = defaultdict(self.browse)
        missing = {}
        for offer in offers:
            paid, late = offer._sum_receipts(receipts)
            if offer.currency_id.compare_amounts(offer.amount_paid, paid):
                offer.amount_paid = paid
            state = offer._get_outcome(paid, late, today)
            if state == "lapsed":
                missing[offer] = offer.amount - paid
            decided[state] |= offer
        waiting = offers._get_waiting(missing, today)
        waiting._wait()
        for state in ("paid", "lapsed", "cancelled"):
            (decided[state] - waiting)._close_safely(state)

    @api.model
    def _reopen_unpaid(self, company):
        """Take back the write-offs that wait of offers whose payment came back.

        :param res.company company: whose offers are looked at.
        """
        paid = self.search([("company_id", "=", company.id), *WAITING])
        receipts = paid.item_ids._get_receipts()
        today = fields.Date.context_today(self)
        for offer in paid:
            amount, _late = offer._sum_receipts(receipts)
            if offer.currency_id.compare_amounts(amount, offer.amount_paid) >= 0:
                continue
            offer._get_tasks().unlink()
            offer.write_off_move_id.button_cancel()
            offer.state = "accepted" if offer.signed_on else "offered"
            offer.decided_on = False
            if today <= offer.until_date:
                offer._hold_items()

    def _sum_receipts(self, receipts):
        """Return what was paid for this offer: in time, and too late.

        :param list(Receipt) receipts: payments of its items, and of others.
        :rtype: tuple(float, float)
        """
        self.ensure_one()
        items = set(self.item_ids.ids)
        mine = [
            receipt
            for receipt in receipts
            if receipt.item_id in items and receipt.matched_at >= self.offered_at
        ]
        late = sum(r.amount for r in mine if r.date > self.until_date)
        paid = sum(r.amount for r in mine if r.date <= self.until_date)
        # A payment taken off the items and allocated anew is not another payment.
        decrease = max(self.amount_due - self._get_open_amount(), 0.0)
        return self.currency_id.round(min(paid, decrease)), self.currency_id.round(late)

    def _get_outcome(self, paid, late, today):
        """Return what has become of this offer.

        What was credited since lowers what is owed, and so what is left to pay.

        :rtype: str
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        is_settled = compare(self._get_open_amount(), 0) <= 0
        drafts = self.item_ids.filtered(lambda item: item.parent_state == "draft")
        if compare(paid, self.amount) >= 0:
            return "paid"
        if is_settled and not late and not drafts:
            return "paid" if compare(paid, 0) > 0 else "cancelled"
        if today > self.until_date:
            return "lapsed"
        return self.state

    def _close(self, state):
        """Record what has become of these offers.

        Once one is paid the rest is drafted as a write-off, and its items are held
        until that is posted: the customer owes nothing more. Else all is due again.

        :param str state: the outcome.
        """
        if not self:
            return
        self.write({"state": state, "decided_on": fields.Date.context_today(self)})
        self._get_tasks().unlink()
        texts = {
            "paid": self.env._("Settlement offer paid"),
            "lapsed": self.env._("Settlement offer lapsed: all is due again"),
            "cancelled": self.env._("Settlement offer cancelled"),
        }
        for offer in self:
            if state == "paid":
                offer._write_off()
            else:
                offer._end_holds()
            if offer.name:
                offer._log_on_debtor(f"{texts[state]}: {offer._describe()}")

    # === WRITE-OFF === #

    def _write_off(self):
        """Draft the entry that writes the rest off; an accountant posts it."""
        self.ensure_one()
        items = self.item_ids.filtered(
            lambda item: item.parent_state == "posted" and not item.reconciled
        )
        if not items:
            self._end_holds()
            return
        self.write_off_move_id = self.env["account.move"].create(
            self._prepare_write_off(items)
        )
        self._hold_items(date_to=False)
        user = self.approved_by_id.filtered("active")
        user = user or self.company_id._get_dunning_manager(self.responsible_id)
        offer = self.with_context(lang=user.lang or self.env.lang)
        offer.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=offer.env._("Post the write-off of the settlement"),
            note=offer.env._(
                "The customer paid %(paid)s by %(date)s. Check the draft entry, its "
                "account and the tax, and post it: the invoices are settled then.",
                paid=offer._format_amount(self.amount_paid),
                date=format_date(offer.env, self.date),
            ),
            user_id=user.id,
        )

    def _prepare_write_off(self, items):
        """Return the draft entry that settles what is left of some items.

        :param account.move.line items: open items of this offer.
        :rtype: dict
        """
        company = self.company_id
        env = self.debtor_id._get_company_env()
        journal = env["account.journal"].search(
            [
                *env["account.journal"]._check_company_domain(company),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        label = env._("Settlement offer %(number)s", number=self.name)
        lines = [vals for item in items for vals in self._prepare_lines(item, label)]
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": journal.id,
            "date": fields.Date.context_today(self),
            "ref": label,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    def _reconcile_write_off(self):
        """Settle the items of this offer with the entry that was posted."""
        self.ensure_one()
        lines = self.write_off_move_id.line_ids | self.item_ids
        receivable = lines.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )
        for same_account in receivable.grouped("account_id").values():
            same_account.reconcile()
        self._end_holds()
        self._get_tasks().action_feedback()

    def _prepare_lines(self, item, label):
        """Return the two lines that settle what is left of an item.

        :param account.move.line item: an open item.
        :param str label: what the lines are about.
        :rtype: list(dict)
        """
        accounts = ((-1, item.account_id), (1, self.write_off_account_id))
        return [
            {
                "name": f"{label} · {item.move_name}",
                "partner_id": item.partner_id.id,
                "currency_id": item.currency_id.id,
                "account_id": account.id,
                "balance": sign * item.amount_residual,
                "amount_currency": sign * item.amount_residual_currency,
            }
            for sign, account in accounts
        ]


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Settle the invoices of an offer once what was waived is written off."""
        posted = super()._post(soft)
        offers = (
            self.env["collections.settlement"]
            .sudo()
            .search([("write_off_move_id", "in", posted.ids)])
        )
        for offer in offers:
            offer._reconcile_write_off()
        return posted
