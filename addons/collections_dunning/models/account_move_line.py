from odoo import api, fields, models
from odoo.tools import SQL

from ..const import REASONS

# Whoever may see a journal item may see what dunning makes of it.
LEDGER_GROUPS = "account.group_account_invoice,account.group_account_readonly"


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Derived from sent notices and open decisions, never written: the ledger is
    # left alone, and booking a payment never waits for dunning.
    dunning_level_id = fields.Many2one(
        "dunning.level",
        compute="_compute_dunning_level",
        search="_search_dunning_level_id",
        groups=LEDGER_GROUPS,
        help="Level of the last notice sent about this item.",
    )
    dunning_sent_date = fields.Date(
        compute="_compute_dunning_level",
        search="_search_dunning_sent_date",
        string="Last Notice",
        groups=LEDGER_GROUPS,
    )
    dunning_reason = fields.Selection(
        REASONS,
        compute="_compute_dunning_reason",
        search="_search_dunning_reason",
        groups=LEDGER_GROUPS,
        help="Why this item is or is not dunned, as of the last run.",
    )
    dunning_next_date = fields.Date(
        compute="_compute_dunning_reason",
        string="Next Dunning Date",
        groups=LEDGER_GROUPS,
    )

    def _get_sent_levels_sql(self, where):
        """Return the query of the last sent level of items.

        A sent level counts only while the item is still the same debt: same entry,
        same due date.

        :param SQL where: condition on ``l`` (item), ``nl`` (notice line) or ``n``.
        :rtype: SQL
        """
        for model in ("dunning.notice", "dunning.notice.line", "account.move.line"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT DISTINCT ON (nl.move_line_id)
                   nl.move_line_id, nl.level_id, n.sent_at::date AS sent_date
              FROM dunning_notice_line nl
              JOIN dunning_notice n ON n.id = nl.notice_id
              JOIN account_move_line l
                ON l.id = nl.move_line_id
               AND l.move_id = nl.move_id
               AND coalesce(l.date_maturity, l.date) = nl.date_maturity
             WHERE nl.live AND nl.level_id IS NOT NULL AND n.state = 'sent'
               AND %s
          ORDER BY nl.move_line_id, nl.cycle DESC, nl.day_offset DESC NULLS LAST,
                   n.sent_at DESC
            """,
            where,
        )

    def _compute_dunning_level(self):
        rows = self.env.execute_query(
            self._get_sent_levels_sql(SQL("l.id = ANY(%s)", self.ids))
        )
        levels = {row[0]: row[1:] for row in rows}
        for line in self:
            level_id, sent_date = levels.get(line._origin.id, (False, False))
            line.dunning_level_id = level_id
            line.dunning_sent_date = sent_date

    @api.model
    def _search_dunning_level_id(self, operator, value):
        return self._search_sent_levels("level_id", operator, value)

    @api.model
    def _search_dunning_sent_date(self, operator, value):
        return self._search_sent_levels("sent_date", operator, value)

    @api.model
    def _search_sent_levels(self, column, operator, value):
        """Search items by a column of their last sent level.

        :param str column: ``level_id`` or ``sent_date``.
        """
        sent = self._get_sent_levels_sql(SQL("TRUE"))
        name = SQL.identifier("sent", column)
        if operator in ("in", "not in"):
            values = [v for v in value if v]
            condition = SQL("%s = ANY(%s)", name, values)
            if False in value:
                condition = SQL("TRUE") if not values else condition
            positive = (operator == "in") != (False in value and not values)
        elif operator in ("<", "<=", ">", ">="):
            condition = SQL("%s %s %s", name, SQL(operator), value)
            positive = True
        else:
            return NotImplemented
        query = SQL(
            "(SELECT sent.move_line_id FROM (%s) sent WHERE %s)", sent, condition
        )
        return [("id", "in" if positive else "not in", query)]

    def _compute_dunning_reason(self):
        decisions = (
            self.env["dunning.decision"]
            .sudo()
            .search_fetch(
                [("move_line_id", "in", self.ids), ("closed_run_id", "=", False)],
                ["move_line_id", "reason", "next_date"],
            )
        )
        by_line = {decision.move_line_id.id: decision for decision in decisions}
        for line in self:
            decision = by_line.get(line._origin.id)
            open_item = decision and not line.reconciled
            line.dunning_reason = decision.reason if open_item else False
            line.dunning_next_date = decision.next_date if open_item else False

    @api.model
    def _search_dunning_reason(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        decisions = self.env["dunning.decision"].sudo()
        values = [v for v in value if v]
        domain = [("closed_run_id", "=", False), ("move_line_id", "!=", False)]
        if values or False not in value:
            domain.append(("reason", "in", values))
        positive = (operator == "in") != (False in value and not values)
        query = decisions._search(domain).subselect("move_line_id")
        return [("id", "in" if positive else "not in", query)]
