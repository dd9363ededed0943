from odoo import fields, models
from odoo.exceptions import UserError

from ..const import VOID_OUTCOMES


class CollectionsInsolvency(models.Model):
    """The end of proceedings: a Credit Manager says how they ended."""

    _inherit = "collections.insolvency"

    # === ACTION METHODS === #

    def action_adopt_plan(self):
        """Record that the court adopted a plan: later claims are ordinary ones again.

        What was born before stays stopped: the plan says when it is paid.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when the proceedings are not under way.
        """
        self._check_manager()
        if any(r.state != "open" or r.kind == "liquidation" for r in self):
            raise UserError(
                self.env._(
                    "The court adopts a plan in safeguard or receivership under way."
                )
            )
        self.sudo().state = "plan"
        return True

    def action_close(self, outcome, closed_on=None):
        """Close these proceedings.

        What was born before stays stopped, to be written off; when the judgment was
        set aside, or recorded by mistake, dunning goes on.

        :param str outcome: one of ``const.INSOLVENCY_OUTCOMES``.
        :param date closed_on: None: today.
        :return: True
        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when they are closed, or the day is in the future.
        """
        self._check_manager()
        today = fields.Date.context_today(self)
        closed_on = fields.Date.to_date(closed_on) or today
        if any(record.state == "closed" for record in self):
            raise UserError(self.env._("These proceedings are closed."))
        if closed_on > today or any(r.judgment_date > closed_on for r in self):
            raise UserError(
                self.env._("Proceedings end between their judgment and today.")
            )
        records = self.sudo()
        records._update_items()
        records.write(
            {
                "state": "closed",
                "outcome": outcome,
                "closed_on": closed_on,
                "closed_by_id": self.env.uid,
            }
        )
        records.activity_ids.unlink()
        for record in records:
            record._finish()
        return True

    def action_open_close(self):
        """Open the dialog that closes these proceedings."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close the Proceedings"),
            "res_model": "collections.insolvency.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_insolvency_id": self.id},
        }

    def _check_manager(self):
        """Refuse who may not decide on proceedings.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()

    # === BUSINESS METHODS === #

    def _finish(self):
        """Do what the outcome of these closed proceedings asks for."""
        self.ensure_one()
        self._remove_recipients(self._get_recipients())
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        self._log_on_debtor(
            self.env._(
                "%(what)s closed: %(outcome)s",
                what=self._get_title(),
                outcome=outcomes[self.outcome],
            )
        )
        if self.outcome in VOID_OUTCOMES:
            self._get_holds()._end()
        elif self.item_ids.filtered(lambda item: item.amount_claimed > 0):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Write off what is left of the claim"),
                note=self.env._(
                    "It is neither dunned nor paid any more. The VAT comes back with "
                    "a duplicate of each invoice."
                ),
                user_id=self.closed_by_id.id,
            )
