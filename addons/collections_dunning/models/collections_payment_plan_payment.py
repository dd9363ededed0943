from odoo import fields, models

from ..tools import installment_matching


class CollectionsPaymentPlan(models.Model):
    """What the ledger says of a plan: payments, the oldest installment first.

    Only what is allocated to the items of the plan counts, since it was proposed.
    """

    _inherit = "collections.payment.plan"

    def _get_matches(self, settled=None):
        """Return what has come of each installment, read from the ledger as it is now.

        Nothing is written: notices, pages of customers and screens may ask.

        :param dict settled: see ``_read_settled`` of the lines, when read already.
        :return: by installment id: see ``installment_matching.Match``.
        :rtype: dict(int, Match)
        """
        plans = self.sudo()
        if settled is None:
            settled = plans.line_ids._read_settled()
        matches = {}
        for plan in plans:
            installments = plan.installment_ids.sorted(
                lambda each: (each.date, each.id)
            )
            payments, credited = plan._sort_settled(settled)
            found = installment_matching.match_payments(
                [plan._to_decimal(each.amount) for each in installments],
                payments,
                credited,
            )
            matches.update(zip(installments.ids, found, strict=True))
        return matches

    def _sort_settled(self, settled):
        """Return the payments and the credit of this plan since it was proposed.

        :param dict settled: see ``_read_settled`` of the lines.
        :return: (day, Decimal) in order of the days; Decimal.
        :rtype: tuple(list, Decimal)
        """
        payments, credited = [], self._to_decimal(self._get_missing_charges())
        for line in self.line_ids:
            item = line.move_line_id
            if item.move_id != line.move_id or item.parent_state != "posted":
                # The debt is gone: the invoice was cancelled, or is made anew.
                credited += self._to_decimal(line.amount)
                continue
            paid = self._skip_earlier(
                [entry[:2] for entry in settled.get(line.id, []) if not entry[2]],
                line.paid_before,
            )
            payments += paid
            # What is neither paid nor open was credited, or never owed: a corrected
            # invoice may ask for less.
            rest = self._to_decimal(line.amount)
            rest -= self._to_decimal(item.amount_residual_currency)
            credited += max(rest - sum(part for _day, part in paid), 0)
        return sorted(payments, key=lambda entry: entry[0]), credited

    def _get_missing_charges(self):
        """Return what this plan asks for of charges that none of its items bears.

        They could not be invoiced when it was accepted, or were invoiced beside it:
        nothing can be allocated to them here, and nobody is behind because of them.

        :return: in the currency of the plan.
        :rtype: float
        """
        self.ensure_one()
        if not self.accepted_on:
            return 0.0
        invoiced = self.line_ids.filtered("is_charge").mapped("amount")
        return max(self.amount_charges - sum(invoiced), 0.0)

    def _skip_earlier(self, entries, amount):
        """Return the payments that came after the first ``amount`` of them.

        :param list entries: (day, float), in order of the days.
        :rtype: list(tuple(date, Decimal))
        """
        before, later = self._to_decimal(amount), []
        for day, paid in entries:
            paid = self._to_decimal(paid)
            part = min(before, paid)
            before -= part
            if paid > part:
                later.append((day, paid - part))
        return later

    def _match_payments(self, settled=None):
        """Note on the installments what was paid, and what each has come to.

        As long as one of its invoices is a draft a plan stays as it was: nobody knows
        yet what it will ask for, and its payments are taken off it.

        :param dict settled: see ``_read_settled`` of the lines, when read already.
        """
        plans = self.sudo().filtered(lambda plan: not plan._get_draft_lines())
        matches = plans._get_matches(settled)
        today = fields.Date.context_today(self)
        for plan in plans:
            for installment in plan.installment_ids:
                match = matches[installment.id]
                vals = {
                    "amount_paid": float(match.covered),
                    "paid_on": match.paid_on or False,
                    "state": plan._get_installment_state(installment, match, today),
                }
                changed = {k: v for k, v in vals.items() if installment[k] != v}
                if changed:
                    installment.write(changed)
            paid = sum(plan.installment_ids.mapped("amount_paid"))
            if plan.currency_id.compare_amounts(paid, plan.amount_paid):
                plan.amount_paid = paid

    def _get_draft_lines(self):
        """Return the items whose invoices are drafts again, to be corrected.

        :rtype: collections.payment.plan.line
        """
        return self.line_ids.filtered(
            lambda line: (
                line.move_id == line.move_line_id.move_id
                and line.move_id.state == "draft"
            )
        )

    def _get_installment_state(self, installment, match, today):
        """Return what an installment has come to on a day.

        A transfer takes its time: it is missed once the company's days of grace are
        over.

        :param Match match: what was paid of it.
        :rtype: str
        """
        if match.covered >= self._to_decimal(installment.amount):
            return "paid"
        grace = self.company_id.dunning_promise_grace
        if fields.Date.add(installment.date, days=grace) < today:
            return "missed"
        return "partly" if match.covered else "coming"
