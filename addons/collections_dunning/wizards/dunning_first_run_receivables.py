from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..models.dunning_run_bank import BANK_WORKING_DAYS

# Longest term between businesses (code de commerce, art. L441-10 I): 60 days from
# the invoice.
LONGEST_TERM = 60
RECEIPT_JOURNALS = ("bank", "cash", "credit")


class DunningFirstRun(models.TransientModel):
    """Second block: what is in the ledger, and what in it would go wrong."""

    _inherit = "dunning.first.run"

    receivables = fields.Json(compute="_compute_receivables")
    receivables_done = fields.Boolean(compute="_compute_receivables")
    sent_outside = fields.Boolean(
        string="Invoices Are Sent outside Odoo",
        compute="_compute_sent_outside",
        inverse="_inverse_sent_outside",
        readonly=False,
        help="Otherwise an invoice that was never sent is not dunned.",
    )

    @api.depends("company_id")
    def _compute_sent_outside(self):
        for page in self:
            page.sent_outside = page.company_id.sudo().root_id.dunning_sent_outside

    def _inverse_sent_outside(self):
        companies = self.company_id.root_id
        companies._check_dunning_settings()
        for page in self:
            page.company_id.root_id.sudo().dunning_sent_outside = page.sent_outside

    @api.depends("company_id", "sent_outside")
    def _compute_receivables(self):
        for page in self:
            figures = page._get_receivables()
            page.receivables = figures
            page.receivables_done = all(
                figure["done"] is not False for figure in figures
            )

    # === FIGURES === #

    def _get_receivables(self):
        """Return the figures of the second block, in their order.

        :rtype: list(dict)
        """
        return [
            self._get_figure("open", self.env._("Open items"), *self._count_open()),
            self._get_figure("overdue", self.env._("Overdue"), *self._count_overdue()),
            self._get_email_figure(),
            self._get_receipt_figure(),
            self._get_unsent_figure(),
            self._get_opening_figure(),
            self._get_term_figure(),
            self._get_last_receipt_figure(),
        ]

    def _count_open(self):
        return self._count_items(self._get_claim_domain())

    def _count_overdue(self):
        return self._count_items(self._get_overdue_domain())

    def _get_email_figure(self):
        count = len(self._get_contacts_without_email())
        return self._get_figure(
            "no_email",
            self.env._("Customers without an e-mail address"),
            count,
            done=not count,
            help=self.env._("They get letters, or nothing."),
        )

    def _get_receipt_figure(self):
        count, amount = self._count_items(self._get_receipt_domain())
        return self._get_figure(
            "receipts",
            self.env._("Receipts that are not allocated"),
            count,
            -amount,
            done=not count,
            help=self.env._("Allocate them, or you remind customers who have paid."),
        )

    def _get_unsent_figure(self):
        count, amount = self._count_items(self._get_unsent_domain())
        return self._get_figure(
            "unsent",
            self.env._("Invoices never sent"),
            count,
            amount,
            done=not count or self.sent_outside,
            help=self.env._("They are not dunned, unless you send them outside Odoo."),
        )

    def _get_opening_figure(self):
        count, amount = self._count_items(self._get_opening_domain())
        return self._get_figure(
            "opening",
            self.env._("Opening balances excluded from dunning"),
            count,
            amount,
            done=not count,
            help=self.env._("Open the list and bring back what is to be dunned."),
        )

    def _get_term_figure(self):
        count, amount = self._count_items([("id", "in", self._get_long_term_sql())])
        return self._get_figure(
            "terms",
            self.env._("Terms over 60 days"),
            count,
            amount,
            # Nothing to mend at once: what was agreed stays agreed.
            done=None if count else True,
            help=self.env._("Due more than 60 days after the invoice date."),
        )

    def _get_last_receipt_figure(self):
        today = fields.Date.context_today(self)
        run = self.env["dunning.run"].new(
            {"company_id": self.company_id, "date": today}
        )
        date = run._get_last_receipt_date()
        since = self.company_id._add_working_days(today, -BANK_WORKING_DAYS)
        return self._get_figure(
            "last_receipt",
            self.env._("Last receipt recorded"),
            None,
            format_date(self.env, date) if date else self.env._("none"),
            done=bool(date and date >= since),
            help=self.env._(
                "Older than 3 working days, notices wait for a person: some "
                "customers may have paid."
            ),
        )

    # === WHAT IS COUNTED === #

    def _get_claim_domain(self):
        return [("amount_residual", ">", 0)]

    def _get_overdue_domain(self):
        today = fields.Date.context_today(self)
        return [*self._get_claim_domain(), ("date_maturity", "<", today)]

    def _get_receipt_domain(self):
        return [
            ("amount_residual", "<", 0),
            ("journal_id.type", "in", RECEIPT_JOURNALS),
            ("move_id.move_type", "=", "entry"),
        ]

    def _get_unsent_domain(self):
        return [
            *self._get_claim_domain(),
            ("move_id.move_type", "=", "out_invoice"),
            ("move_id.is_move_sent", "=", False),
        ]

    def _get_opening_domain(self):
        return [
            *self._get_claim_domain(),
            ("no_followup", "=", True),
            ("journal_id.type", "=", "general"),
        ]

    def _get_long_term_sql(self):
        """Return the query of the items due more than 60 days after their invoice.

        :rtype: SQL
        """
        return SQL(
            """(
            SELECT l.id
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
             WHERE l.company_id = %s AND l.parent_state = 'posted'
               AND a.account_type = 'asset_receivable'
               AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
               AND m.move_type = 'out_invoice'
               AND l.date_maturity - m.invoice_date > %s)""",
            self.company_id.id,
            LONGEST_TERM,
        )

    def _get_contacts_without_email(self):
        """Return whom the reminders of customers with debts would go to, in vain.

        :rtype: res.partner
        """
        groups = self.env["account.move.line"]._read_group(
            self._get_item_domain(self._get_claim_domain()), ["partner_id"]
        )
        customers = self.env["res.partner"].union(*(partner for (partner,) in groups))
        contacts = customers._get_dunning_contacts(self.company_id)
        return self.env["res.partner"].search(
            [
                ("id", "in", list(set(contacts.values()))),
                ("email_normalized", "=", False),
            ]
        )

    # === THEIR RECORDS === #

    def _get_figure_actions(self):
        return {
            **super()._get_figure_actions(),
            "open": lambda: self._open_items(
                self.env._("Open Items"), self._get_claim_domain()
            ),
            "overdue": lambda: self._open_items(
                self.env._("Overdue"), self._get_overdue_domain()
            ),
            "no_email": self._open_contacts,
            "receipts": lambda: self._open_items(
                self.env._("Receipts to Allocate"), self._get_receipt_domain()
            ),
            "unsent": self._open_unsent,
            "opening": lambda: self._open_items(
                self.env._("Opening Balances"),
                self._get_opening_domain(),
                "account_move_line_view_list_opening",
            ),
            "terms": lambda: self._open_items(
                self.env._("Terms over 60 Days"),
                domain=[("id", "in", self._get_long_term_ids())],
            ),
            "last_receipt": self._open_receipts,
        }

    def _open_items(self, name, domain, view="account_move_line_view_list_open_items"):
        search = self.env.ref(
            "collections_dunning.account_move_line_view_search_open_items"
        )
        return {
            **self._open_list(
                "account.move.line", name, self._get_item_domain(domain), view
            ),
            "search_view_id": [search.id, "search"],
        }

    def _get_long_term_ids(self):
        rows = self.env.execute_query(self._get_long_term_sql())
        return [line_id for (line_id,) in rows]

    def _open_contacts(self):
        return self._open_list(
            "res.partner",
            self.env._("Customers without an E-Mail Address"),
            domain=[("id", "in", self._get_contacts_without_email().ids)],
            view="res_partner_view_list_no_email",
        )

    def _open_unsent(self):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("is_move_sent", "=", False),
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice"
        )
        name = self.env._("Invoices Never Sent")
        return {**action, "name": name, "domain": domain, "context": {}}

    def _open_receipts(self):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("journal_id.type", "in", RECEIPT_JOURNALS),
            ("state", "=", "posted"),
        ]
        return self._open_list("account.move", self.env._("Receipts"), domain)
