from odoo import Command, fields, models
from odoo.exceptions import UserError


class CollectionsLateCauseDialog(models.TransientModel):
    """Asks why invoices are late: from invoices, or once a call was made."""

    _name = "collections.late.cause.dialog"
    _description = "Why Is It Late?"

    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    notice_id = fields.Many2one("dunning.notice", string="Call", readonly=True)
    cause_id = fields.Many2one("collections.late.cause", string="Why Late?")
    remark = fields.Char(help="In the customer's words.")

    def _open(self, moves, notice=None):
        """Return the action of this dialog.

        :param account.move moves: invoices to tell the cause of.
        :param dunning.notice notice: the call that was made, if any.
        :rtype: dict
        :raise UserError: when there is nothing to ask.
        """
        if not moves and not notice:
            raise UserError(
                self.env._("Only a posted invoice of a customer has a cause.")
            )
        causes = moves.late_cause_id
        remark = moves[:1].late_cause_remark if len(moves) == 1 else False
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call Made") if notice else self.env._("Why Late?"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_move_ids": [Command.set(moves.ids)],
                "default_notice_id": notice.id if notice else False,
                "default_cause_id": causes.id if len(causes) == 1 else False,
                "default_remark": remark,
            },
        }

    def action_save(self):
        """Record the cause of these invoices; a call is done, with what was said.

        :raise AccessError: when the user is no Collector, or may not see the invoices.
        :raise UserError: when the call was made already.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        if self.cause_id:
            self.move_ids.action_set_late_cause(self.cause_id.id, self.remark)
        elif not self.notice_id:
            self.move_ids.action_set_late_cause(False)
        if self.notice_id:
            self.notice_id._log_call(self.remark)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
