"""The dialogs that open from several places: hold this, and why?"""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_dunning_explain(self):
        """Open the dialog that says why this invoice is or is not dunned."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why?"),
            "res_model": "dunning.explain",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_dunning_hold(self):
        """Open the dialog that holds this invoice; of installments, one is chosen."""
        self.ensure_one()
        items = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        action = items[:1].action_dunning_hold()
        if len(items) > 1:
            del action["context"]["default_move_line_id"]
        return action


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_dunning_hold(self):
        """Open the dialog that holds this item, or a part of it."""
        self.ensure_one()
        debtor = self.env["collections.debtor"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.commercial_partner_id.id),
            ]
        )
        action = debtor.action_hold()
        action["context"]["default_move_line_id"] = self.id
        return action


class DunningHold(models.Model):
    _inherit = "dunning.hold"

    # The dialog offers the items of this customer.
    partner_id = fields.Many2one(related="debtor_id.partner_id")


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def action_hold(self):
        """Open the dialog that holds the debtor of this notice."""
        self.ensure_one()
        return self.debtor_id.action_hold()


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    def action_hold(self):
        """Open the dialog that holds the item of this line."""
        self.ensure_one()
        return self.move_line_id.action_dunning_hold()
