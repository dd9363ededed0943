from odoo import api, fields, models

from ..const import REASONS


class AccountMove(models.Model):
    _inherit = "account.move"

    # Derived from notices and decisions, never written: see account.move.line.
    dunning_level_id = fields.Many2one(
        "dunning.level",
        compute="_compute_dunning",
        groups="account.group_account_readonly,account.group_account_invoice",
        help="Highest level of the notices sent about this invoice.",
    )
    dunning_last_notice_id = fields.Many2one(
        "dunning.notice",
        compute="_compute_dunning",
        string="Last Notice",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    dunning_sent_date = fields.Date(
        compute="_compute_dunning",
        string="Last Notice On",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    dunning_notice_count = fields.Integer(
        compute="_compute_dunning",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    dunning_reason = fields.Selection(
        REASONS,
        compute="_compute_dunning_reason",
        groups="account.group_account_readonly,account.group_account_invoice",
        help="Why this invoice is or is not dunned, as of the last run.",
    )
    dunning_next_date = fields.Date(
        compute="_compute_dunning_reason",
        string="Next Dunning Date",
        groups="account.group_account_readonly,account.group_account_invoice",
    )

    def _compute_dunning(self):
        lines = self._get_dunning_lines()
        by_move = lines.grouped("move_id")
        for move in self:
            own = by_move.get(move._origin, lines.browse())
            sent = own.filtered(lambda line: line.notice_id.state == "sent").sorted(
                lambda line: (line.notice_id.sent_at, line.day_offset)
            )
            leveled = sent.filtered("level_id").sorted("day_offset")
            notice = sent[-1:].notice_id
            move.dunning_level_id = leveled[-1:].level_id
            move.dunning_last_notice_id = notice
            move.dunning_sent_date = notice.sent_at
            move.dunning_notice_count = len(own.notice_id)

    def _get_dunning_lines(self):
        """Return the lines of the notices about these entries, for who may see them.

        :rtype: dunning.notice.line
        """
        return self.env["dunning.notice.line"].search(
            [
                ("move_id", "in", self.ids),
                ("live", "=", True),
                ("kind", "in", ("1_item", "2_covered")),
            ]
        )

    def _compute_dunning_reason(self):
        order = {key: place for place, (key, _label) in enumerate(REASONS)}
        decisions = self.env["dunning.decision"].search(
            [
                ("move_id", "in", self.ids),
                ("closed_run_id", "=", False),
                ("move_line_id.reconciled", "=", False),
            ]
        )
        by_move = decisions.grouped("move_id")
        for move in self:
            own = by_move.get(move._origin, decisions.browse())
            # The item furthest on tells most: dunned before waiting before not due.
            first = own.sorted(lambda d: order.get(d.reason, 0), reverse=True)[:1]
            move.dunning_reason = first.reason
            move.dunning_next_date = min(
                (d.next_date for d in own if d.next_date), default=False
            )

    # === ACTION METHODS === #

    def action_open_dunning_notices(self):
        """Open the notices about these invoices."""
        notices = self._get_dunning_lines().notice_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_notice_action"
        )
        return {**action, "domain": [("id", "in", notices.ids)], "context": {}}

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        """Make the debtor files of the customers that owe something now."""
        posted = super()._post(soft)
        for company, moves in posted.grouped("company_id").items():
            partners = moves.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            ).partner_id.commercial_partner_id
            if partners:
                self.env["collections.debtor"]._ensure_for(company, partners)
        return posted

    @api.readonly
    def get_dunning_explanation(self):
        """Say why this invoice is or is not dunned today.

        Assessed anew by the very tests of a run; nothing is written.

        :return: ``sentence``, ``reason`` and ``reason_label``, ``level`` (name),
            ``next_date`` (ISO, or False); ``items``: one dict for each open item with
            ``name``, ``date_maturity``, ``amount_residual``, ``amount_claimed``,
            ``sentence`` and ``tests`` (``reason``, ``label``, ``result``: passed,
            refused or not_reached, ``detail``); ``history``: the notices sent
            (``date``, ``level``, ``channel``, ``notice_id``, ``name``).
        :rtype: dict
        :raise AccessError: when the user may not read the invoice.
        """
        self.ensure_one()
        self.check_access("read")
        self.env["dunning.notice"].check_access("read")
        return self.env["dunning.assessment"].sudo()._explain(self.sudo())
