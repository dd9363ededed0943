from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

RIGHTS = (
    "collections_dunning.collections_dunning_group_collector",
    "account.group_account_invoice",
)


class CollectionsInterestCharge(models.Model):
    """Invoices the interest and compensation of late items."""

    _inherit = "collections.interest.charge"

    # === RIGHTS === #

    @api.model
    def _get_missing_right(self):
        """Say which right the user lacks to invoice charges.

        :return: False when none is missing.
        :rtype: str
        """
        groups = [self.env.ref(xmlid).sudo() for xmlid in RIGHTS]
        missing = [
            group for group in groups if group not in self.env.user.all_group_ids
        ]
        if self.env.su or not missing:
            return False
        return self.env._(
            "To invoice charges you also need the right “%(group)s”: ask your "
            "administrator.",
            group=" / ".join(
                f"{group.privilege_id.name}: {group.name}" for group in missing
            ),
        )

    # === WHAT CAN BE INVOICED === #

    @api.model
    def _filter_chargeable(self, items):
        """Return the items that can be late: posted receivables of something else.

        :param account.move.line items: any.
        :rtype: account.move.line
        """
        return items.filtered(
            lambda item: (
                item.account_type == "asset_receivable"
                and item.parent_state == "posted"
                and item.amount_currency > 0
                and not item.move_id.is_late_charge
            )
        )

    @api.model
    def _get_debtors(self, items):
        """Return the file of the customer of each item, made where it is missing.

        :rtype: dict(int, collections.debtor)
        """
        debtors = self.env["collections.debtor"].sudo()
        for company, own in items.grouped("company_id").items():
            partners = own.partner_id.commercial_partner_id
            debtors._ensure_for(company, partners, is_past=True)
        files = debtors.search(
            [
                ("company_id", "in", items.company_id.ids),
                ("partner_id", "in", items.partner_id.commercial_partner_id.ids),
            ]
        ).grouped(lambda debtor: (debtor.company_id, debtor.partner_id))
        return {
            item.id: files.get(
                (item.company_id, item.partner_id.commercial_partner_id),
                debtors.browse(),
            )
            for item in items
        }

    @api.model
    def _get_refusals(self, items, computed):
        """Return why charges of items can't be invoiced.

        What is disputed today waits, whatever the last day of interest: it counts
        from the due date once the dispute turns out unfounded.

        :param dict computed: ItemInterest by item id.
        :return: the reason by item id, of those that can't.
        :rtype: dict(int, str)
        """
        debtors = self._get_debtors(items)
        disputed = self._get_disputed(items, debtors)
        refusals = {}
        for item in items:
            debtor, found = debtors[item.id], computed.get(item.id)
            refused = found and found.status != "late"
            reason = refused and item._describe_no_interest(found)
            if debtor.charging == "waive":
                reason = self.env._(
                    "Waived: %(reason)s", reason=debtor.charging_reason or ""
                )
            elif item in disputed:
                reason = self.env._("Disputed: settle the dispute first.")
            if reason:
                refusals[item.id] = reason
        return refusals

    def _get_disputed(self, items, debtors):
        """Return the items that are disputed today, in part or altogether.

        One in part, too: what was charged of it can't be told apart afterwards.

        :rtype: account.move.line
        """
        today = fields.Date.context_today(self)
        holds = self.env["dunning.hold"].sudo()
        holds = holds.search(
            [
                ("debtor_id", "in", [debtor.id for debtor in debtors.values()]),
                ("reason", "=", "disputed"),
                ("date_from", "<=", today),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ]
        )
        whole = holds.filtered(lambda hold: not hold.move_line_id).debtor_id
        held = holds.move_line_id
        return items.filtered(lambda li: li in held or debtors[li.id] in whole)

    # === INVOICING === #

    @api.model
    def _invoice_items(self, items, stop_date):
        """Make one draft invoice for each debtor and currency of late items.

        What one of them bears no more is left out: somebody may have invoiced it
        since the user saw it.

        :param account.move.line items: receivable items, open or paid late.
        :param date stop_date: last day of interest.
        :return: the drafts.
        :rtype: account.move
        :raise AccessError: when the user may not invoice charges.
        :raise UserError: when nothing can be invoiced, or an account is missing.
        """
        missing = self._get_missing_right()
        if missing:
            raise AccessError(missing)
        items = items.with_env(self.env)
        items.check_access("read")
        items = self._filter_chargeable(items)
        debtors = self._get_debtors(items)
        self._lock_debtors(self.env["collections.debtor"].union(*debtors.values()))
        computed = self.env["collections.interest"]._compute_interest(items, stop_date)
        refusals = self._get_refusals(items, computed)
        groups = defaultdict(items.browse)
        for item in items.sorted(lambda li: (li.date_maturity or li.date, li.id)):
            found = computed.get(item.id)
            if item.id in refusals or not (
                found and (found.interest or found.compensation)
            ):
                continue
            groups[debtors[item.id], item.currency_id] |= item
        if not groups:
            reasons = sorted(set(refusals.values()))
            raise UserError("\n".join([self._get_nothing_text(), *reasons]))
        moves = self.env["account.move"]
        for (debtor, _currency), own in groups.items():
            moves |= self._invoice_debtor(debtor, own, computed)
        return moves

    @api.model
    def _get_nothing_text(self):
        return self.env._(
            "Nothing can be invoiced: none of these invoices is late, or their "
            "interest and compensation are invoiced already."
        )

    def _invoice_debtor(self, debtor, items, computed):
        """Make the draft invoice of one debtor, and what it charges.

        :param account.move.line items: of one debtor and currency.
        :rtype: account.move
        """
        partner = self._get_invoiced_partner(debtor, items)
        writer = self.with_context(lang=partner.lang or self.env.lang)
        due_days = items._get_due_days()
        lines = []
        for own in items.grouped("move_id").values():
            lines += writer._get_invoice_lines(own, computed, due_days)
        # Nobody but the system makes such an invoice: the rights were checked.
        moves = self.env["account.move"].sudo().with_company(debtor.company_id)
        move = moves.create(
            {
                "move_type": "out_invoice",
                "is_late_charge": True,
                "partner_id": partner.id,
                "currency_id": items.currency_id.id,
                # Outside VAT: no tax, and nothing that a position says of taxes.
                "fiscal_position_id": False,
                "invoice_payment_term_id": self._get_immediate_term().id,
                "narration": writer._get_narration(items, computed),
                "invoice_line_ids": [
                    Command.create({**vals, "sequence": place})
                    for place, (vals, _rows) in enumerate(lines)
                ],
            }
        )
        self._record_charges(debtor, move, [rows for _vals, rows in lines])
        return move.with_env(self.env)

    def _record_charges(self, debtor, move, rows_by_line):
        """Note what the lines of a new charge invoice ask for.

        :param list rows_by_line: values of charges, line by line.
        """
        common = {
            "company_id": debtor.company_id.id,
            "debtor_id": debtor.id,
            "charge_move_id": move.id,
            "currency_id": move.currency_id.id,
        }
        lines = move.invoice_line_ids.sorted("sequence")
        self.sudo().create(
            [
                {**common, **row, "charge_line_id": line.id}
                for line, rows in zip(lines, rows_by_line, strict=True)
                for row in rows
            ]
        )

    def _get_invoiced_partner(self, debtor, items):
        """Return who gets the invoice: as the late ones, else the invoice address."""
        partners = items.move_id.partner_id
        if len(partners) == 1 and partners.commercial_partner_id == debtor.partner_id:
            return partners
        address = debtor.partner_id.address_get(["invoice"])["invoice"]
        return self.env["res.partner"].browse(address)

    def _get_immediate_term(self):
        name = "account.account_payment_term_immediate"
        term = self.env.ref(name, raise_if_not_found=False)
        return term or self.env["account.payment.term"]
