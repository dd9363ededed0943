from odoo import models
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_dunning_bring_back(self):
        """Dun these items of general entries, which core excludes by itself.

        Opening balances are booked in a general journal, and core sets ``no_followup``
        on every item of such journals. Nothing else of the ledger is touched, and
        items that a person excluded on an invoice stay so.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.check_access("read")
        self.env["dunning.notice"]._check_credit_manager()
        items = self.filtered(
            lambda item: (
                item.no_followup
                and item.journal_id.type == "general"
                and item.account_type == "asset_receivable"
            )
        )
        # By SQL: a write on posted entries checks and synchronises whole entries,
        # and an opening entry has thousands of items.
        items.flush_recordset(["no_followup"])
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET no_followup = FALSE WHERE id = ANY(%s)",
                items.ids,
            )
        )
        items.invalidate_recordset(["no_followup"])
        return True
