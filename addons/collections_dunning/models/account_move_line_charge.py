from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    """Lines that ask for interest, and the late items they are asked for."""

    _inherit = "account.move.line"

    # === COMPUTE METHODS === #

    def _get_computed_taxes(self):
        """Interest and compensation are outside VAT, whatever account they are on.

        Judgment C-222/81 of the Court of Justice of the European Union.
        """
        if self.move_id.is_late_charge:
            return self.env["account.tax"]
        return super()._get_computed_taxes()

    # === CONSTRAINT METHODS === #

    @api.constrains("price_unit", "quantity", "discount", "tax_ids")
    def _check_charged_amount(self):
        """The amount of a charge is that of its days: a line is removed, not changed.

        Who wants less adds a line with a negative amount, or credits a part.
        """
        late = self.filtered(lambda line: line.move_id.is_late_charge)
        charges = self.env["collections.interest.charge"].sudo()
        charges = charges.search([("charge_line_id", "in", late.ids)])
        for line, own in charges.grouped("charge_line_id").items():
            amount = sum(own.mapped("amount_interest"))
            amount += sum(own.mapped("amount_compensation"))
            change = line.price_unit * line.quantity * (1 - line.discount / 100)
            if line.tax_ids or line.currency_id.compare_amounts(change, amount):
                raise ValidationError(
                    self.env._(
                        "This amount was computed day by day, outside VAT. Remove the "
                        "line to leave it out, or add a line with a negative amount."
                    )
                )

    # === BUSINESS METHODS === #

    def _get_due_days(self):
        """Return the last day on which each item was not late, by its own clock.

        :return: by id; that of the ledger while the clock stands.
        :rtype: dict(int, date)
        """
        self.env["collections.interest"]._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, coalesce(%s, l.date_maturity, l.date)
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                           AND d.company_id = l.company_id
                 WHERE l.id = ANY(%s)
                """,
                self._get_clock_sql(fields.Date.context_today(self)),
                self.ids,
            )
        )
        return dict(rows)

    # === ACTION METHODS === #

    def action_dunning_invoice_charges(self):
        """Open the dialog that invoices interest and compensation of these items.

        :raise UserError: when nothing of them can ever be invoiced.
        """
        return self.env["collections.interest.invoice"]._open(self)
