from odoo import Command, fields, models
from odoo.exceptions import UserError


class CollectionsPromise(models.Model):
    """What a person decides about a promise: its history stays."""

    _inherit = "collections.promise"

    def action_keep(self):
        """Decide that these promises were kept, whatever the ledger says.

        :raise AccessError: when the user is no Collector.
        :raise UserError: on a promise that was cancelled.
        """
        self._decide_by_hand("kept")
        return True

    def action_break(self):
        """Decide that these promises were not kept: dunning goes on.

        :raise AccessError: when the user is no Collector.
        :raise UserError: on a promise that was cancelled.
        """
        self._decide_by_hand("broken")
        return True

    def action_cancel(self):
        """Drop these open promises, as if they had not been made: dunning goes on.

        :raise AccessError: when the user is no Collector.
        :raise UserError: on a promise that was decided.
        """
        self._check_collector()
        if any(promise.state != "open" for promise in self):
            raise UserError(
                self.env._(
                    "Only an open promise can be cancelled: the others are past."
                )
            )
        self.sudo()._close("cancelled")
        return True

    def action_replace(self):
        """Open the dialog of a promise that replaces this one: put off, or changed.

        :raise AccessError: when the user is no Collector.
        """
        self.ensure_one()
        self._check_collector()
        items = self.item_ids.filtered(
            lambda item: item.parent_state == "posted" and not item.reconciled
        )
        action = self.debtor_id._action_promise(items)
        action["name"] = self.env._("Put Off the Promise")
        left = self.currency_id.round(self.amount - self.amount_paid)
        action["context"].update(
            default_previous_id=self.id,
            default_item_ids=[Command.set(items.ids)],
            default_currency_id=self.currency_id.id,
            default_amount=left,
            default_contact_id=self.contact_id.id,
            default_origin=self.origin,
            default_date=fields.Date.to_string(self.date),
        )
        return action

    def _decide_by_hand(self, state):
        self._check_collector()
        if any(promise.state == "cancelled" for promise in self):
            raise UserError(self.env._("A cancelled promise stays cancelled."))
        self.filtered(lambda promise: promise.state != state).sudo()._close(state)

    def _check_collector(self):
        """Refuse who may not work promises.

        :raise AccessError: when the user is no Collector.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()

    def _replace(self):
        """End these promises: another one takes their place from now on."""
        self.filtered(lambda promise: promise.state == "open")._close("cancelled")
