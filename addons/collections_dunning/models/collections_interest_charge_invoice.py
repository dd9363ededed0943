from collections import defaultdict
from decimal import Decimal

from odoo import Command, api, models
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
    def _get_refusals(self, items, computed, stop_date):
        """Return why charges of items can't be invoiced.

        What is disputed waits: its interest counts from the due date once the dispute
        turns out unfounded.

        :param dict computed: ItemInterest by item id.
        :return: the reason by item id, of those that can't.
        :rtype: dict(int, str)
        """
        debtors = self._get_debtors(items)
        disputed = self._get_disputed(items, debtors, stop_date)
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

    def _get_disputed(self, items, debtors, day):
        """Return the items that are disputed on a day, in part or altogether.

        :rtype: account.move.line
        """
        holds = self.env["dunning.hold"].sudo()
        holds = holds.search(
            [
                ("debtor_id", "in", [debtor.id for debtor in debtors.values()]),
                ("reason", "=", "disputed"),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
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
        items.check_access("read")
        debtors = self._get_debtors(items)
        self._lock_debtors(self.env["collections.debtor"].union(*debtors.values()))
        computed = self.env["collections.interest"]._compute_interest(items, stop_date)
        refusals = self._get_refusals(items, computed, stop_date)
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
        lines = []
        for own in items.grouped("move_id").values():
            lines += writer._get_invoice_lines(own, computed)
        moves = self.env["account.move"].with_company(debtor.company_id)
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
        return move

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

    # === LINES === #

    def _get_invoice_lines(self, items, computed):
        """Return the lines of one late invoice, with the charges that each makes.

        One for interest and one for compensation; together where they have the same
        account.

        :param account.move.line items: of one late invoice.
        :return: values of an invoice line, values of charges.
        :rtype: list(tuple(dict, list(dict)))
        """
        charges = {"interest": ([], []), "compensation": ([], [])}
        for item in items:
            found = computed[item.id]
            round_amount = item.currency_id.round
            row = {"move_line_id": item.id, "move_id": item.move_id.id}
            interest = round_amount(float(found.interest))
            if interest:
                texts, rows = charges["interest"]
                texts += self._describe_segments(item, found.segments)
                rows.append(
                    {
                        **row,
                        "date_from": found.segments[0].first_day,
                        "date_to": found.segments[-1].last_day,
                        "amount_interest": interest,
                        "segments": [segment.as_row() for segment in found.segments],
                    }
                )
            compensation = round_amount(float(found.compensation))
            if compensation:
                texts, rows = charges["compensation"]
                texts.append(self._describe_compensation(item))
                rows.append({**row, "amount_compensation": compensation})
        return self._join_by_account(items.company_id, charges)

    def _join_by_account(self, company, charges):
        lines = {}
        for kind, (texts, rows) in charges.items():
            if rows:
                account = company._get_charge_account(kind)
                joined_texts, joined_rows = lines.setdefault(account, ([], []))
                joined_texts += texts
                joined_rows += rows
        return [
            (
                {
                    "name": "\n".join(texts),
                    "account_id": account.id,
                    "quantity": 1,
                    "price_unit": self._sum_rows(rows),
                    "tax_ids": [Command.clear()],
                },
                rows,
            )
            for account, (texts, rows) in lines.items()
        ]

    def _sum_rows(self, rows):
        names = ("amount_interest", "amount_compensation")
        amounts = [Decimal(str(row.get(name, 0))) for row in rows for name in names]
        return float(sum(amounts))
