from collections import Counter

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html

from ..const import (
    ON_ITS_WAY_STATES,
    PORTAL_MAX_WORDS,
    PORTAL_PROMISE_DAYS,
    PORTAL_PROMISES_PER_ITEM,
    SENT_STATES,
)

MAX_REMARK = 200
OFFER = "collections.settlement"


class CollectionsDebtor(models.Model):
    """What a customer may do alone about each of his open items, and who hears of it.

    Everything here is done as superuser in the name of somebody without rights: what
    he sent was checked against what he was offered.
    """

    _inherit = "collections.debtor"

    # === WHAT IS OFFERED === #

    def _get_portal_form_items(self):
        """Return the open items that this customer owes, the oldest first.

        :rtype: account.move.line
        """
        self.ensure_one()
        domain = [*self.action_open_items()["domain"], ("amount_residual", ">", 0)]
        return self.env["account.move.line"].search(domain, order="date_maturity, id")

    def _get_portal_hold_bars(self, items, ignored=()):
        """Return which of these items are held whole, and why, in a customer's words.

        By one hold, or by several that hold a part each.

        :param account.move.line items: of this debtor.
        :param tuple ignored: reasons of holds that don't matter.
        :rtype: dict(account.move.line, str)
        """
        self.ensure_one()
        words = self._get_portal_hold_words()
        other = self.env._("Please contact us.")
        holds = self._get_portal_holds(items)
        bars = {}
        for item in items:
            mine = [
                hold
                for hold in holds.get(item.id, []) + holds.get(False, [])
                if hold.reason not in ignored or hold.origin_model == OFFER
            ]
            whole = [hold for hold in mine if not hold.amount]
            left = item.amount_residual_currency - sum(hold.amount for hold in mine)
            if mine and (whole or item.currency_id.compare_amounts(left, 0) <= 0):
                hold = whole[0] if whole else max(mine, key=lambda hold: hold.amount)
                bars[item] = words.get(
                    OFFER if hold.origin_model == OFFER else hold.reason, other
                )
        return bars

    def _get_portal_hold_words(self):
        """Return why nothing more can be said of a held item.

        By the reason of the hold; an offer pauses its items.

        :rtype: dict(str, str)
        """
        return {
            "disputed": self.env._("Contested: we are looking into it."),
            "promise": self.env._("Promised already."),
            "payment_plan": self.env._("Part of a payment plan."),
            "paused": self.env._("We are looking into it."),
            OFFER: self.env._("Part of our offer."),
        }

    def _get_portal_promise_bars(self, items):
        """Return which of these items can't be promised online, and why.

        :param account.move.line items: of this debtor.
        :rtype: dict(account.move.line, str)
        """
        latest = self._get_portal_promise_limit()
        counts = self._count_portal_promises(items)
        formal = self._filter_formally_noticed(items)
        bars = self._get_portal_hold_bars(items)
        for item in items:
            if item in formal:
                bars[item] = self.env._("A formal notice was sent.")
            elif counts[item.id] >= PORTAL_PROMISES_PER_ITEM:
                bars.setdefault(item, self.env._("Promised twice already."))
            elif item.date_maturity and item.date_maturity > latest:
                bars.setdefault(item, self.env._("Not due yet."))
        return bars

    def _get_portal_promise_limit(self):
        """Return the last day that a customer may promise alone.

        :rtype: date
        """
        today = fields.Date.context_today(self)
        return fields.Date.add(today, days=PORTAL_PROMISE_DAYS)

    def _count_portal_promises(self, items):
        """Return how often each of these items was promised online, ever.

        :rtype: Counter(int)
        """
        promises = self.env["collections.promise"].search(
            [("origin", "=", "portal"), ("item_ids", "in", items.ids)]
        )
        return Counter(
            item_id for promise in promises for item_id in promise.item_ids.ids
        )

    def _filter_formally_noticed(self, items):
        """Return those of these items that a formal notice claims.

        One that was sent or is about to leave, of the debt as it is now.

        :rtype: account.move.line
        """
        lines = self.env["dunning.notice.line"].search(
            [
                ("move_line_id", "in", items.ids),
                ("kind", "=", "1_item"),
                ("notice_id.level_id.is_formal", "=", True),
                ("notice_id.state", "in", [*SENT_STATES, *ON_ITS_WAY_STATES]),
            ]
        )
        return lines.filtered(
            lambda line: line.date_maturity == line.move_line_id.date_maturity
        ).move_line_id

    # === PROMISES === #

    def _promise_from_portal(self, contact, items, amount, date, words):
        """Record the promise that a customer makes on his page.

        :param res.partner contact: in whose name.
        :param account.move.line items: open items of this debtor, chosen by him.
        :param float amount: None: all that is owed of them.
        :param date date: when he pays.
        :param str words: his own, plain text; may be empty.
        :return: the promise; it is confirmed by e-mail.
        :rtype: collections.promise
        :raise UserError: when he may not promise that alone.
        """
        self.ensure_one()
        self._check_portal_choice(items, self._get_portal_promise_bars(items))
        self._check_portal_currency(items)
        today = fields.Date.context_today(self)
        latest = self._get_portal_promise_limit()
        if not today <= date <= latest:
            raise UserError(
                self.env._(
                    "Choose a day from today to %(date)s.",
                    date=format_date(self.env, latest),
                )
            )
        free = sum(items._get_promisable().values())
        return self.env["collections.promise"].create(
            {
                "debtor_id": self.id,
                "contact_id": contact.id,
                "currency_id": items.currency_id.id,
                "item_ids": [Command.set(items.ids)],
                "amount": free if amount is None else amount,
                "date": date,
                "origin": "portal",
                "note": " ".join(words.split())[:MAX_REMARK],
                "send_confirmation": True,
            }
        )

    # === WHO HEARS OF IT === #

    def _get_portal_contact(self, identity):
        """Return in whose name something is done.

        :param res.partner identity: who is logged in; empty through a link, which is
            mailed to the dunning contact.
        :rtype: res.partner
        """
        self.ensure_one()
        return identity or self.contact_id or self.partner_id

    def _post_from_portal(self, contact, title, words, files=(), is_known=True):
        """Put the customer's words in the chatter of this file.

        :param res.partner contact: in whose name.
        :param str title: what he did, in the company's language.
        :param str words: his own, plain text.
        :param list(tuple) files: name and content of what he sent along.
        :param bool is_known: whether he was logged in.
        :rtype: mail.message
        """
        self.ensure_one()
        if not is_known:
            title = self._get_company_env()._(
                "%(title)s (through the link that was sent to the customer)",
                title=title,
            )
        text = f"{title}\n\n{words[:PORTAL_MAX_WORDS]}".strip()
        return self.message_post(
            body=plaintext2html(text),
            author_id=contact.id,
            email_from=contact.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _tell_responsible(self, summary, words):
        """Make a task of today for who works on this file; one of a kind is enough.

        :param function summary: returns what is to be done, for an environment.
        :param str words: more about it, plain text.
        """
        self.ensure_one()
        user = self.company_id._get_dunning_collector(self.applied_responsible_id)
        debtor = self.with_context(lang=user.lang or self.env.lang)
        text = summary(debtor.env)
        waiting = debtor.activity_ids.filtered(
            lambda a: a.user_id == user and a.summary == text
        )
        if waiting:
            note = plaintext2html(words[:PORTAL_MAX_WORDS])
            waiting[0].note = (waiting[0].note or "") + note
            return
        debtor.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=text,
            note=plaintext2html(words[:PORTAL_MAX_WORDS]),
            user_id=user.id,
        )

    def _check_portal_choice(self, items, bars):
        """Refuse what was not offered.

        :param account.move.line items: chosen by the customer.
        :param dict bars: why an item can't be chosen, by item.
        :raise UserError: says what is wrong with the choice.
        """
        if not items:
            raise UserError(self.env._("Choose at least one invoice."))
        for item in items:
            if item in bars:
                raise UserError(
                    self.env._(
                        "%(name)s can't be chosen. %(reason)s",
                        name=item.move_name,
                        reason=bars[item],
                    )
                )

    def _check_portal_currency(self, items):
        """Refuse items whose amounts can't be added.

        :raise UserError: says so.
        """
        if len(items.currency_id) > 1:
            raise UserError(self.env._("Choose invoices of one currency only."))
