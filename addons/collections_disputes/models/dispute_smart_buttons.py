"""The disputes of an invoice, a notice, a customer; the disputed part of an item."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..const import OPEN_STATES

LEDGER_GROUPS = "account.group_account_invoice,account.group_account_readonly"


class AccountMove(models.Model):
    _inherit = "account.move"

    dispute_count = fields.Integer(
        string="Disputes", compute="_compute_dispute_count", groups=LEDGER_GROUPS
    )

    def _compute_dispute_count(self):
        counts = dict(
            self.env["dispute.case.line"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["case_id:count_distinct"]
            )
        )
        for move in self:
            move.dispute_count = counts.get(move._origin, 0)

    def action_open_disputes(self):
        """Open the disputes about these invoices, those that are over too."""
        return self.env["dispute.case"]._open_cases(
            Domain("line_ids.move_id", "in", self.ids)
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    dispute_line_ids = fields.One2many(
        "dispute.case.line", "move_line_id", groups=LEDGER_GROUPS
    )
    amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_amount_disputed",
        currency_field="currency_id",
        groups=LEDGER_GROUPS,
        help="Part of this item that open disputes are about.",
    )

    @api.depends("dispute_line_ids.amount", "dispute_line_ids.case_id.state")
    def _compute_amount_disputed(self):
        amounts = dict(
            self.env["dispute.case.line"]._read_group(
                [
                    ("move_line_id", "in", self.ids),
                    ("case_id.state", "in", OPEN_STATES),
                ],
                ["move_line_id"],
                ["amount:sum"],
            )
        )
        for line in self:
            line.amount_disputed = amounts.get(line._origin, 0)

    @api.depends("date_maturity")
    @api.depends_context("dispute_item_name")
    def _compute_display_name(self):
        """Of items that are chosen to be disputed: the number, and when it was due."""
        if not self.env.context.get("dispute_item_name"):
            super()._compute_display_name()
            return
        for line in self:
            due = line.date_maturity and format_date(self.env, line.date_maturity)
            line.display_name = " · ".join(filter(None, [line.move_name, due]))


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    dispute_count = fields.Integer(
        string="Open Disputes", compute="_compute_dispute_count"
    )

    def _compute_dispute_count(self):
        counts = dict(
            self.env["dispute.case"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "in", OPEN_STATES)],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.dispute_count = counts.get(debtor, 0)

    def action_open_disputes(self):
        """Open the disputes of these customers, those that are over too."""
        return self.env["dispute.case"]._open_cases(Domain("debtor_id", "in", self.ids))


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    dispute_count = fields.Integer(string="Disputes", compute="_compute_dispute_count")

    def _compute_dispute_count(self):
        items = self.line_ids.move_line_id
        by_item = dict(
            self.env["dispute.case.line"]._read_group(
                [("move_line_id", "in", items.ids)],
                ["move_line_id"],
                ["case_id:recordset"],
            )
        )
        by_notice = dict(
            self.env["dispute.case"]._read_group(
                [("notice_id", "in", self.ids)], ["notice_id"], ["id:recordset"]
            )
        )
        nothing = self.env["dispute.case"]
        for notice in self:
            cases = by_notice.get(notice, nothing)
            for item in notice.line_ids.move_line_id:
                cases |= by_item.get(item, nothing)
            notice.dispute_count = len(cases)

    def action_open_disputes(self):
        """Open the disputes about this notice, or about an item on it."""
        self.ensure_one()
        return self.env["dispute.case"]._open_cases(self._get_dispute_domain())

    def _get_dispute_domain(self):
        """Return the disputes about this notice, or about an item on it.

        :rtype: Domain
        """
        items = self.line_ids.move_line_id
        return Domain("notice_id", "=", self.id) | Domain(
            "line_ids.move_line_id", "in", items.ids
        )


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    @api.model
    def _open_cases(self, domain):
        """Open disputes as a list, or the only one as a form.

        :param Domain domain: which.
        :rtype: dict
        """
        cases = self.search(domain, limit=2)
        if len(cases) == 1:
            return cases._get_records_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_disputes.dispute_case_action_all"
        )
        return {**action, "domain": list(domain), "context": {}}
