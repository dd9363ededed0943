from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .account_move_line import LEDGER_GROUPS


class AccountMove(models.Model):
    """Charges of late invoices, and the invoices that ask for them."""

    _inherit = "account.move"

    dunning_charge_count = fields.Integer(
        compute="_compute_dunning_charge_count",
        groups=LEDGER_GROUPS,
        help="Of an invoice paid late: invoices of its interest. Of such an invoice: "
        "the late ones.",
    )
    dunning_paid_late = fields.Boolean(
        string="Paid Late, Interest Not Invoiced",
        compute="_compute_dunning_paid_late",
        search="_search_dunning_paid_late",
        groups=LEDGER_GROUPS,
        help="Settled after its due date, by days whose interest was not invoiced.",
    )

    # === COMPUTE METHODS === #

    def _compute_dunning_charge_count(self):
        charges = self.env["collections.interest.charge"]
        counts = {}
        for here, there in (
            ("move_id", "charge_move_id"),
            ("charge_move_id", "move_id"),
        ):
            groups = charges._read_group(
                [(here, "in", self.ids)], [here], [f"{there}:count_distinct"]
            )
            for move, count in groups:
                counts[move.id] = counts.get(move.id, 0) + count
        for move in self:
            move.dunning_charge_count = counts.get(move._origin.id, 0)

    def _compute_dunning_paid_late(self):
        found = set(self._find_paid_late(self.ids))
        for move in self:
            move.dunning_paid_late = move._origin.id in found

    def _search_dunning_paid_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [("id", "in", self._find_paid_late())]

    def _find_paid_late(self, move_ids=None):
        """Return the ids of invoices that ``dunning_paid_late`` means.

        Not of who owes interest from a formal notice on only, nor under no regime.

        :param list move_ids: among these; None: among all.
        :rtype: list(int)
        """
        interest = self.env["collections.interest"]
        interest._flush()
        rows = self.env.execute_query_dict(self._get_paid_late_sql(move_ids))
        regimes = interest._get_regimes(rows)
        owing = {
            regime
            for regime in set(regimes.values())
            if regime and regime.starts == "due_date"
        }
        return list({row["move_id"] for row in rows if regimes[row["id"]] in owing})

    def _get_paid_late_sql(self, move_ids):
        """Return the query of the items of settled invoices that were paid late.

        :param list move_ids: of these invoices; None: of all.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT l.id, l.move_id, l.company_id, d.id AS debtor_id,
                   p.commercial_partner_id AS partner_id
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
         LEFT JOIN res_partner p ON p.id = l.partner_id
         LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                       AND d.company_id = l.company_id
             WHERE l.company_id = ANY(%(companies)s)
               AND m.state = 'posted' AND m.move_type = 'out_invoice'
               AND m.is_late_charge IS NOT TRUE
               AND a.account_type = 'asset_receivable'
               AND l.reconciled AND l.amount_currency > 0
               AND d.charging IS DISTINCT FROM 'waive'
               AND %(among)s
               AND EXISTS (%(late)s)
            """,
            among=SQL("TRUE")
            if move_ids is None
            else SQL("l.move_id = ANY(%s)", list(move_ids)),
            companies=self.env.companies.ids,
            late=self._get_late_payment_sql(),
        )

    def _get_late_payment_sql(self):
        """Return the query of payments of an item (``l``) on days not invoiced.

        A credit note that reverses the invoice is no payment. The day is that of the
        receipt: the invoice itself may have been booked later.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT
              FROM account_partial_reconcile part
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_move credit ON credit.id = other.move_id
             WHERE part.debit_move_id = l.id
               AND part.debit_amount_currency <> 0
               AND credit.reversed_entry_id IS DISTINCT FROM l.move_id
               AND other.date > greatest(%(clock)s, (
                   SELECT max(c.date_to) FROM (%(live)s) c
                    WHERE c.move_id = l.move_id
                      AND coalesce(c.move_line_id, l.id) = l.id))
            """,
            clock=self.env["account.move.line"]._get_clock_sql(
                fields.Date.context_today(self)
            ),
            live=self.env["collections.interest.charge"]._get_live_sql(),
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "currency_id", "move_type")
    def _check_late_charge(self):
        """What was computed for one customer is not made another's."""
        charges = self.env["collections.interest.charge"].sudo()
        late = self.filtered("is_late_charge")
        for charge in charges.search([("charge_move_id", "in", late.ids)]):
            move, partner = charge.charge_move_id, charge.debtor_id.partner_id
            if (
                move.commercial_partner_id != partner
                or move.currency_id != charge.currency_id
                or move.move_type != "out_invoice"
            ):
                raise ValidationError(
                    self.env._(
                        "Its interest was computed for %(customer)s in %(currency)s: "
                        "delete this draft and invoice the charges anew.",
                        customer=partner.display_name,
                        currency=charge.currency_id.name,
                    )
                )

    # === BUSINESS METHODS === #

    def copy_data(self, default=None):
        """An invoice of interest has no duplicate: it would ask twice for its days.

        :raise UserError: unless it is credited.
        """
        kind = (default or {}).get("move_type")
        for move in self:
            if move.is_late_charge and kind in (None, move.move_type):
                raise UserError(
                    self.env._(
                        "%(move)s asks for late interest and can't be made again: "
                        "credit it, then invoice the charges anew.",
                        move=move.display_name,
                    )
                )
        return super().copy_data(default)

    def _post(self, soft=True):
        """What changed since a draft was made is not asked for."""
        invoices = self.filtered("is_late_charge")
        charges = self.env["collections.interest.charge"].sudo()
        charges.search([("charge_move_id", "in", invoices.ids)])._check_still_owed()
        return super()._post(soft)

    def button_draft(self):
        """A charge that counts again must not meet another of the same days."""
        result = super().button_draft()
        invoices = (self | self.reversed_entry_id).filtered("is_late_charge")
        charges = self.env["collections.interest.charge"].sudo()
        charges.search([("charge_move_id", "in", invoices.ids)])._check_not_twice()
        return result

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """What credits interest is no turnover either."""
        reverses = super()._reverse_moves(default_values_list, cancel=cancel)
        late = reverses.filtered("reversed_entry_id.is_late_charge")
        late.sudo().is_late_charge = True
        return reverses

    # === ACTION METHODS === #

    def action_dunning_invoice_charges(self):
        """Open the dialog that invoices interest and compensation of these invoices.

        :rtype: dict
        :raise UserError: when none is a posted customer invoice of something else.
        """
        late = self.filtered(
            lambda move: move.is_sale_document() and move.state == "posted"
        )
        if not late:
            raise UserError(self.env._("Choose posted customer invoices."))
        if all(move.is_late_charge for move in late):
            raise UserError(self.env._("An invoice of late interest bears none."))
        return late.line_ids.action_dunning_invoice_charges()

    def action_open_dunning_charges(self):
        """Open the charges of a late invoice, or the late ones of a charge invoice."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_interest_charge_action"
        )
        here = "charge_move_id" if self.is_late_charge else "move_id"
        return {**action, "domain": [(here, "=", self.id)], "context": {}}
