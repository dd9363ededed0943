from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class CollectionsInterestCharge(models.Model):
    """Whether what was invoiced is owed still: receipts are booked afterwards."""

    _inherit = "collections.interest.charge"

    # === BUSINESS METHODS === #

    def _check_still_owed(self):
        """Refuse to ask for more than is owed now.

        :raise UserError: names each late invoice, with both figures.
        """
        texts = []
        for (_move, late), (asked, owed, reason) in self._get_owed().items():
            currency = late.currency_id
            if currency.compare_amounts(asked - owed, currency.rounding) > 0:
                text = self.env._(
                    "%(invoice)s: %(asked)s asked for, %(owed)s owed.",
                    invoice=late.display_name,
                    asked=format_amount(self.env, asked, currency),
                    owed=format_amount(self.env, owed, currency),
                )
                texts.append(f"{text} {reason}" if reason else text)
        if texts:
            title = self.env._(
                "Something changed since these charges were computed. Delete this "
                "draft and invoice the charges anew."
            )
            raise UserError("\n".join([title, *texts]))

    def _tell_too_much(self):
        """Have who invoiced them credit what turned out not to be owed."""
        too_much = defaultdict(float)
        for (move, _late), (asked, owed, _reason) in self._get_owed(False).items():
            too_much[move] += max(asked - owed, 0)
        for move, amount in too_much.items():
            credits = move.reversal_move_ids.filtered(lambda m: m.state == "posted")
            amount -= sum(credits.mapped("amount_total"))
            if move.currency_id.compare_amounts(amount, move.currency_id.rounding) > 0:
                self._schedule_credit(move, amount)

    def _schedule_credit(self, move, amount):
        user = move.create_uid.filtered("active") or self.env.user
        env = self.with_context(lang=user.lang or self.env.lang).env
        summary = env._(
            "Credit %(amount)s of late interest",
            amount=format_amount(env, amount, move.currency_id),
        )
        if summary in move.activity_ids.mapped("summary"):
            return
        move.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=env._(
                "A credit note or a receipt was allocated to a late invoice after its "
                "interest was invoiced: so much of it is not owed."
            ),
            user_id=user.id,
        )

    # === WHAT IS OWED === #

    def _get_owed(self, with_refusals=True):
        """Return what charges ask for and what is owed of it, as known now.

        :param bool with_refusals: what may not be invoiced today isn't owed.
        :return: asked, owed and why not, by charge invoice and late invoice.
        :rtype: dict(tuple, tuple(float, float, str))
        """
        today = fields.Date.context_today(self)
        by_day = defaultdict(self.browse)
        for own in self.grouped("charge_move_id").values():
            days = own.filtered("date_to").mapped("date_to")
            by_day[max(days, default=today)] |= own
        owed = {}
        for day, own in by_day.items():
            owed.update(own._get_owed_until(day, with_refusals))
        return owed

    def _get_owed_until(self, day, with_refusals):
        items = self._filter_chargeable(self.move_id.line_ids)
        # A recordset: no call from outside can leave out what was invoiced.
        interest = self.env["collections.interest"].with_context(
            collections_without_charges_of=self.charge_move_id
        )
        computed = interest._compute_interest(items, day)
        refusals = self._get_refusals(items, computed) if with_refusals else {}
        result = {}
        for key, own in self.grouped(lambda c: (c.charge_move_id, c.move_id)).items():
            late_items = items & key[1].line_ids
            due = late_items.filtered(lambda item: item.id not in refusals)
            asked = own.mapped("amount_interest") + own.mapped("amount_compensation")
            owed = own._sum_owed_interest(due, computed)
            owed += own._sum_owed_compensation(due, computed)
            reason = next(filter(None, map(refusals.get, late_items.ids)), "")
            result[key] = sum(asked), owed, reason
        return result

    def _sum_owed_interest(self, items, computed):
        """Return the interest of the days that these charges, of one invoice, name.

        :rtype: float
        """
        total = 0.0
        for item, own in self.grouped(lambda charge: charge._get_item(items)).items():
            found = computed.get(item.id)
            amounts = [
                charge._get_owed_part(segment)
                for charge in own.filtered("date_to")
                for segment in (found.segments if found else [])
            ]
            total += own.currency_id.round(float(sum(amounts)))
        return total

    def _get_owed_part(self, segment):
        """Return the interest of the days of a segment that this charge asks for.

        :rtype: Decimal
        """
        first = max(self.date_from, segment.first_day)
        last = min(self.date_to, segment.last_day)
        days = max((last - first).days + 1, 0)
        return segment.amount * Decimal(days) / segment.days

    def _sum_owed_compensation(self, items, computed):
        """Return the compensation that is owed of what these charges ask for.

        Which installment carries it may change; in an entry each item has its own.

        :rtype: float
        """
        own = self.filtered("amount_compensation")
        if not self.move_id.is_invoice():
            items = items.browse().union(*(charge._get_item(items) for charge in own))
        owed = sum(float(computed[item.id].compensation) for item in items)
        return min(sum(own.mapped("amount_compensation")), owed)

    def _get_item(self, items):
        """Return the item that is charged: if made anew, the one due on the day.

        :rtype: account.move.line
        """
        found = items & self.move_line_id
        same_day = items.filtered(lambda item: item.date_maturity == self.date_maturity)
        if self.move_line_id or len(same_day) != 1:
            return found
        return same_day
