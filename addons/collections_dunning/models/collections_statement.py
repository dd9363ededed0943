from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import creditor_reference, statement_xlsx
from .collections_aged_item import BUCKETS, get_bucket_sql

# The parts of a statement, in their order.
SECTIONS = ("overdue", "coming", "credit")


class CollectionsDebtor(models.Model):
    """The statement of account: what is open, coming, credited and disputed today."""

    _inherit = "collections.debtor"

    # === ACTION METHODS === #

    def action_statement(self):
        """Open the dialog that prints and sends these debtors' statements."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "collections_dunning.collections_statement_action"
            ),
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    # === BUSINESS METHODS === #

    def _get_statements(self):
        """Return what the statements of these debtors show, in one query.

        :return: by debtor id, one dict for each currency: ``currency``, ``items`` (see
            :meth:`_get_statement_sql`), ``amounts`` (sum by section), ``buckets`` (sum
            by age), ``disputed`` and ``balance``. Amounts are in that currency.
        :rtype: dict(int, list(dict))
        """
        today = fields.Date.context_today(self)
        rows = self.env.execute_query_dict(self._get_statement_sql(today))
        items = defaultdict(list)
        for row in rows:
            items[row.pop("debtor_id"), row.pop("currency_id")].append(row)
        statements = {debtor.id: [] for debtor in self}
        for (debtor_id, currency_id), found in items.items():
            currency = self.env["res.currency"].browse(currency_id)
            statements[debtor_id].append(self._add_up_statement(currency, found))
        return statements

    @api.model
    def _add_up_statement(self, currency, items):
        """Return the items of one currency with their sums."""
        amounts = dict.fromkeys(SECTIONS, 0.0)
        buckets = {key: 0.0 for key, _label in BUCKETS}
        for item in items:
            amounts[item["section"]] += item["residual"]
            buckets[item["bucket"]] += item["residual"]
        return {
            "currency": currency,
            "items": items,
            "amounts": {key: currency.round(sum_) for key, sum_ in amounts.items()},
            "buckets": {key: currency.round(sum_) for key, sum_ in buckets.items()},
            "disputed": currency.round(sum(item["disputed"] for item in items)),
            "balance": currency.round(sum(item["residual"] for item in items)),
        }

    def _get_statement_sql(self, today):
        """Return the query of the open items of these debtors, in their order.

        Trade receivables alone: what is lent to an employee is no business of the
        customer's accountant. An item is disputed by as much as its holds say.

        :param date today: day as of which items are late and disputed.
        :rtype: SQL
        """
        for name in (
            "account.move.line",
            "account.move",
            "collections.payment.plan",
            "collections.payment.plan.line",
            "collections.promise",
            "dunning.hold",
            self._name,
        ):
            self.env[name].flush_model()
        days_late = SQL("(%s - coalesce(l.date_maturity, l.date))", today)
        return SQL(
            """
            SELECT item.*,
                   CASE WHEN residual < 0 THEN 'credit'
                        WHEN days_late > 0 THEN 'overdue'
                        ELSE 'coming' END AS section
              FROM (SELECT d.id AS debtor_id, l.currency_id, l.id,
                           l.move_name AS number,
                           CASE WHEN m.move_type IN ('out_invoice', 'out_receipt')
                                THEN 'invoice'
                                WHEN m.move_type = 'out_refund' THEN 'refund'
                                WHEN j.type IN ('bank', 'cash', 'credit')
                                THEN 'payment'
                                ELSE 'entry' END AS kind,
                           m.ref AS reference,
                           coalesce(m.invoice_date, l.date) AS date,
                           coalesce(l.date_maturity, l.date) AS due,
                           %(days_late)s AS days_late,
                           l.amount_currency AS amount,
                           l.amount_residual_currency AS residual,
                           %(bucket)s AS bucket,
                           planned.name AS plan,
                           (SELECT min(promise.date)
                              FROM collections_promise_item_rel promised
                              JOIN collections_promise promise
                                ON promise.id = promised.promise_id
                               AND promise.state = 'open'
                             WHERE promised.move_line_id = l.id) AS promised,
                           greatest(least(coalesce(dispute.amount, 0),
                                          l.amount_residual_currency), 0) AS disputed
                      FROM collections_debtor d
                      JOIN res_partner p ON p.commercial_partner_id = d.partner_id
                      JOIN account_move_line l
                        ON l.partner_id = p.id AND l.company_id = d.company_id
                      JOIN account_account a ON a.id = l.account_id
                      JOIN account_move m ON m.id = l.move_id
                      JOIN account_journal j ON j.id = l.journal_id
                 LEFT JOIN LATERAL (
                           SELECT sum(coalesce(nullif(h.amount, 0),
                                               l.amount_residual_currency)) AS amount
                             FROM dunning_hold h
                            WHERE h.debtor_id = d.id
                              AND coalesce(h.move_line_id, l.id) = l.id
                              AND h.reason = 'disputed'
                              AND h.date_from <= %(today)s
                              AND (h.date_to IS NULL OR h.date_to >= %(today)s)
                           ) dispute ON TRUE
                 LEFT JOIN LATERAL (
                           SELECT plan.name
                             FROM collections_payment_plan_line planned
                             JOIN collections_payment_plan plan
                               ON plan.id = planned.plan_id
                              AND plan.state IN ('accepted', 'late')
                            WHERE planned.move_line_id = l.id
                         ORDER BY plan.id DESC
                            LIMIT 1) planned ON TRUE
                     WHERE d.id = ANY(%(ids)s)
                       AND l.parent_state = 'posted'
                       AND l.reconciled IS NOT TRUE
                       AND l.amount_residual_currency <> 0
                       AND a.account_type = 'asset_receivable'
                       AND a.non_trade IS NOT TRUE) item
          ORDER BY debtor_id, currency_id, residual < 0, due, number, id
            """,
            ids=self.ids,
            today=today,
            days_late=days_late,
            bucket=get_bucket_sql(SQL("l.amount_residual_currency"), days_late),
        )

    def _get_statement_lang(self):
        """Return the language of this debtor's statement.

        :rtype: str
        """
        self.ensure_one()
        partner = self.contact_id or self.partner_id
        return (
            partner.lang
            or self.partner_id.lang
            or self.company_id.partner_id.lang
            or self.env.lang
            or "en_US"
        )

    def _get_statement_reference(self):
        """Return the reference to quote with a payment on account.

        ``CU`` keeps it apart from the references of notices and invoices; a search of
        debtors finds it.

        :rtype: str
        """
        self.ensure_one()
        return creditor_reference.build(f"CU{self.id:08d}")

    @api.model
    def _search_display_name(self, operator, value):
        """Find a debtor by the reference that a bank statement carries, too."""
        domain = super()._search_display_name(operator, value)
        if not isinstance(value, str) or not creditor_reference.is_valid(value):
            return domain
        carried = value.replace(" ", "").upper()[4:]
        if not carried.startswith("CU") or not carried[2:].isdigit():
            return domain
        return [("id", "=", int(carried[2:]))]

    # === WORDS === #

    @api.model
    def _get_statement_labels(self):
        """Return the words of a statement, in the language of the context."""
        buckets = dict(
            self.env["collections.aged.item"]
            ._fields["bucket"]
            ._description_selection(self.env)
        )
        return {
            "title": self.env._("Statement of account"),
            "number": self.env._("Number"),
            "kind": self.env._("Kind"),
            "reference": self.env._("Your reference"),
            "date": self.env._("Date"),
            "due": self.env._("Due date"),
            "days_late": self.env._("Days late"),
            "amount": self.env._("Amount"),
            "residual": self.env._("Open amount"),
            "disputed": self.env._("Disputed"),
            "plan": self.env._("Payment plan"),
            "promised": self.env._("Promised for"),
            "section": self.env._("Section"),
            "balance": self.env._("Balance"),
            "total": self.env._("Total"),
            "currency": self.env._("Currency"),
            "buckets": buckets,
            "sections": {
                "overdue": self.env._("Overdue"),
                "coming": self.env._("Not yet due"),
                "credit": self.env._("Credit notes and payments to allocate"),
            },
            "kinds": {
                "invoice": self.env._("Invoice"),
                "refund": self.env._("Credit note"),
                "payment": self.env._("Payment"),
                "entry": self.env._("Entry"),
            },
        }

    def _get_statement_name(self, extension):
        """Return the name of a file with the statements of these debtors."""
        title = self.env._("Statement of account")
        if len(self) == 1:
            title = f"{title} {self.partner_id.name}"
        today = fields.Date.context_today(self)
        return f"{title} {today}.{extension}".replace("/", "-")

    # === XLSX === #

    def _get_statement_xlsx(self, statements=None):
        """Return the statements of these debtors as a workbook, a sheet for each.

        :param dict statements: see :meth:`_get_statements`, when read already.
        :rtype: bytes
        """
        statements = statements or self._get_statements()
        sheets = []
        for debtor in self:
            localized = debtor.with_context(lang=debtor._get_statement_lang())
            sheets.append(
                {
                    "labels": localized._get_statement_labels(),
                    "customer": debtor.partner_id.name or "",
                    "customer_ref": debtor.partner_id.ref or "",
                    "company": debtor.company_id.name,
                    "date": fields.Date.context_today(debtor),
                    "blocks": [
                        {
                            **block,
                            "currency": block["currency"].name,
                            "decimals": block["currency"].decimal_places,
                        }
                        for block in statements[debtor.id]
                    ],
                }
            )
        return statement_xlsx.build(sheets)
