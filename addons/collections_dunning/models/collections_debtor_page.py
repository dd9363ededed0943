from collections import defaultdict
from datetime import timedelta
from itertools import chain

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import LIVE_PLAN_STATES

# Of these we can't take the money: a receiver, an agency or a factor does.
NOT_OURS = ("insolvency", "escalated", "factored")
# Days for which the page says what has become of an arrangement.
RECENT_DAYS = 30
# What was agreed with the customer, and holds items.
ORIGINS = (
    "collections.promise",
    "collections.payment.plan",
    "collections.settlement",
)


class CollectionsDebtor(models.Model):
    """What a customer sees on his own page: one debtor, read as superuser."""

    _inherit = "collections.debtor"

    def _get_portal_account(self):
        """Return what is open on this customer's account, in his words.

        :return: a dict for each currency, see :meth:`_get_statements`; ``sections``
            are the items by section. Each of them has, besides: ``move``, ``words``
            (list of sentences), ``payable`` (amount that can be paid online, 0: none),
            ``is_chosen`` (proposed to be paid) and ``has_copy``.
        :rtype: list(dict)
        """
        self.ensure_one()
        blocks = self._get_statements()[self.id]
        ids = [item["id"] for block in blocks for item in block["items"]]
        lines = self.env["account.move.line"].browse(ids)
        holds = self._get_portal_holds(lines)
        origins = self._get_portal_origins(holds)
        on_their_way = self._get_portal_paid_moves(lines.move_id)
        moves = {line.id: line.move_id for line in lines}
        for block in blocks:
            block["sections"] = {name: [] for name in block["amounts"]}
            for item in block["items"]:
                move = moves[item["id"]]
                item.update(
                    self._describe_portal_item(
                        block["currency"],
                        item,
                        move,
                        holds.get(item["id"], []) + holds.get(False, []),
                        origins,
                        move in on_their_way,
                    )
                )
                block["sections"][item["section"]].append(item)
        return blocks

    def _get_portal_holds(self, lines):
        """Return the holds in force by item id; those of the whole debtor by False.

        :rtype: dict(int, list(dunning.hold))
        """
        today = fields.Date.context_today(self)
        domain = Domain(
            [
                ("debtor_id", "=", self.id),
                ("move_line_id", "in", [*lines.ids, False]),
                ("date_from", "<=", today),
            ]
        ) & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        holds = self.env["dunning.hold"].search(domain, order="id")
        return {
            line.id: list(found)
            for line, found in holds.grouped("move_line_id").items()
        }

    def _get_portal_origins(self, holds):
        """Return what was agreed and holds items, as far as it still exists.

        :param dict holds: see :meth:`_get_portal_holds`.
        :return: record by model and id.
        :rtype: dict
        """
        ids = defaultdict(set)
        for hold in chain.from_iterable(holds.values()):
            ids[hold.origin_model].add(hold.origin_id)
        return {
            (name, record.id): record
            for name in ORIGINS
            for record in self.env[name].browse(ids[name]).exists()
        }

    def _get_portal_paid_moves(self, moves):
        """Return the invoices for which a payment is under way.

        :rtype: account.move
        """
        domain = [
            ("invoice_ids", "in", moves.ids),
            ("state", "in", ("pending", "authorized", "done")),
            ("provider_code", "not in", ("none", "custom")),
            ("payment_id", "=", False),
        ]
        transactions = self.env["payment.transaction"].search(domain)
        return transactions.invoice_ids | moves.filtered(
            lambda move: move.payment_state == "in_payment"
        )

    def _describe_portal_item(
        self, currency, item, move, holds, origins, is_on_its_way
    ):
        """Return what the page says of an item besides its figures.

        :param res.currency currency: of the item.
        :param dict item: see ``_get_statement_sql``.
        :param account.move move: its entry.
        :param list(dunning.hold) holds: in force on it.
        :param dict origins: see :meth:`_get_portal_origins`.
        :param bool is_on_its_way: whether a payment is under way.
        :rtype: dict
        """
        words = [
            self._describe_portal_hold(
                currency, item, hold, origins.get((hold.origin_model, hold.origin_id))
            )
            for hold in holds
        ]
        if is_on_its_way:
            words.append(self.env._("A payment is on its way."))
        reasons = {hold.reason for hold in holds}
        undisputed = currency.round(item["residual"] - item["disputed"])
        can_be_paid = (
            item["residual"] > 0
            and move._has_to_be_paid()
            and not is_on_its_way
            and not reasons.intersection(NOT_OURS)
        )
        return {
            "move": move,
            "lateness": self.env._("1 day late")
            if item["days_late"] == 1
            else self.env._("%(days)s days late", days=item["days_late"]),
            "words": list(dict.fromkeys(filter(None, words))),
            "payable": (undisputed or item["residual"]) if can_be_paid else 0.0,
            "is_chosen": can_be_paid
            and item["section"] == "overdue"
            and bool(undisputed)
            and not reasons.intersection(("payment_plan", "promise", "retention")),
            "has_copy": move.is_sale_document(),
        }

    def _describe_portal_hold(self, currency, item, hold, origin):
        """Return why an item is held, as one tells the customer; never our own notes.

        :param origin: the promise, plan or offer behind the hold, if there is one.
        :rtype: str
        """
        if hold.reason == "disputed":
            if not currency.compare_amounts(item["disputed"], item["residual"]):
                return self.env._("You dispute this invoice: we are looking into it.")
            return self.env._(
                "You dispute %(amount)s of it: we are looking into it.",
                amount=currency.format(item["disputed"]),
            )
        if hold.reason == "promise":
            date = origin.date if origin else hold.date_to
            return date and self.env._(
                "You announced a payment for %(date)s.",
                date=format_date(self.env, date),
            )
        if hold.reason == "payment_plan":
            if not origin or not origin.name:
                return self.env._("Part of a payment plan.")
            return self.env._("Part of payment plan %(number)s.", number=origin.name)
        if origin and origin._name == "collections.settlement":
            return self.env._("Part of our offer %(number)s.", number=origin.name or "")
        if hold.reason == "paused" and hold.date_to:
            return self.env._(
                "No reminder before %(date)s.",
                date=format_date(self.env, hold.date_to + timedelta(days=1)),
            )
        if hold.reason == "retention":
            return self.env._("Retention money, as agreed.")
        if hold.reason in NOT_OURS:
            return self.env._("Please contact us before you pay this.")
        return ""

    # === ARRANGEMENTS === #

    def _get_portal_arrangements(self):
        """Return what was agreed with this customer, or waits for his answer.

        What ended is shown for 30 days more.

        :return: ``promises``, ``plans`` and ``settlements``, as records.
        :rtype: dict
        """
        self.ensure_one()
        since = fields.Date.context_today(self) - timedelta(days=RECENT_DAYS)
        own = Domain("debtor_id", "=", self.id)
        promises = Domain("state", "=", "open") | (
            Domain("state", "in", ("kept", "partly", "broken"))
            & Domain("decided_on", ">=", since)
        )
        plans = (
            Domain("state", "in", ("proposed", *LIVE_PLAN_STATES))
            | Domain("state", "=", "draft") & Domain("origin", "=", "portal")
            | Domain("state", "in", ("broken", "completed"))
            & Domain("ended_on", ">=", since)
        )
        settlements = Domain("state", "in", ("offered", "accepted")) | (
            Domain("state", "=", "paid") & Domain("date", ">=", since)
        )
        return {
            "promises": self.env["collections.promise"].search(own & promises),
            "plans": self.env["collections.payment.plan"].search(own & plans),
            "settlements": self.env["collections.settlement"].search(own & settlements),
        }

    # === WHAT IS HIS === #

    def _get_portal_move(self, move_id):
        """Return one of this customer's invoices or credit notes, whoever asks.

        :param int move_id: which one: any number anybody typed.
        :return: empty when it is another customer's, another company's, or a draft.
        :rtype: account.move
        """
        if not self:
            return self.env["account.move"]
        return self.env["account.move"].search(
            [
                ("id", "=", move_id),
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.partner_id.id),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                ("state", "=", "posted"),
            ]
        )

    def _get_portal_agreement(self, kind, record_id):
        """Return one of this customer's plans or settlement offers, once proposed.

        :param str kind: ``plan`` or ``settlement``.
        :param int record_id: which one: any number anybody typed.
        :return: empty when it is another customer's, or still being prepared.
        :rtype: collections.payment.plan or collections.settlement
        """
        model = {"plan": "collections.payment.plan"}.get(kind, "collections.settlement")
        if not self:
            return self.env[model]
        return self.env[model].search(
            [
                ("id", "=", record_id),
                ("debtor_id", "=", self.id),
                ("state", "not in", ("draft", "cancelled")),
            ]
        )
