from odoo import models
from odoo.tools import format_date


class CollectionsPaymentPlan(models.Model):
    """The tables of a plan's agreement: what is owed, and what is paid when."""

    _inherit = "collections.payment.plan"

    # === TABLES === #

    def _get_agreement_items(self):
        write = self._get_writer()
        with_charges = bool(self.amount_charges)
        heads = [
            self.env._("Number"),
            self.env._("Date"),
            self.env._("Due date"),
            self.env._("Open amount"),
        ]
        if with_charges:
            heads += [self.env._("Interest"), self.env._("Compensation")]
        rows = []
        for line in self.line_ids:
            row = [
                line.move_name or "",
                self._format_day(line.invoice_date),
                self._format_day(line.date_maturity),
                write.amount(line.amount),
            ]
            if with_charges:
                row += [
                    write.amount(line[name]) if line[name] else ""
                    for name in ("amount_interest", "amount_compensation")
                ]
            rows.append(row)
        totals = [(self.env._("Sum acknowledged"), write.amount(self.amount_total))]
        if with_charges:
            totals = [
                (self.env._("Principal"), write.amount(self.amount_principal)),
                (
                    self.env._("Interest and compensation"),
                    write.amount(self.amount_charges),
                ),
                *totals,
            ]
        return {"heads": heads, "rows": rows, "totals": totals, "texts": 3}

    def _get_agreement_schedule(self):
        write = self._get_writer()
        left = self.amount_total
        number = 0
        rows = []
        for installment in self._get_installments():
            left -= installment.amount
            label = self.env._("Down payment")
            if not installment.is_down_payment:
                number += 1
                label = str(number)
            rows.append(
                [
                    label,
                    write.date(installment.date),
                    write.amount(installment.amount),
                    write.amount(self.currency_id.round(left)),
                ]
            )
        heads = [
            self.env._("Installment"),
            self.env._("Date"),
            self.env._("Amount"),
            self.env._("Remaining after it"),
        ]
        return {"heads": heads, "rows": rows, "totals": [], "texts": 2}

    def _get_installments(self):
        """Return the installments in the order of their dates."""
        return self.installment_ids.sorted(lambda each: (each.date, each.id))

    def _format_day(self, day):
        return format_date(self.env, day) if day else ""

    def _get_first_payment(self):
        return self._get_installments()[:1].amount

    def _get_handwriting(self):
        return self.env._(
            "To be written by hand: “Read and approved, valid as acknowledgement of "
            "the sum of %(amount)s.”",
            amount=self._write_amount_twice(self.amount_total),
        )
