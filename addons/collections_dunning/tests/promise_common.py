from datetime import timedelta

from freezegun import freeze_time

from odoo import Command

from .common import DunningCommon


class PromiseCommon(DunningCommon):
    """A customer who says when he pays, and what follows the days after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.after_stop = cls.env["dunning.level"].create(
            {
                "procedure_id": cls.procedure.id,
                "name": "New date",
                "event": "after_stop",
                "day_offset": 0,
                "days_to_pay": 8,
                "approval": "automatic",
                "text_ids": [
                    Command.create({"subject": "New date", "body": "Pay, please."})
                ],
            }
        )

    @classmethod
    def _promise(cls, items, amount=None, days=5, user=None, **vals):
        """Record a promise to pay these items in so many days, as a collector."""
        items = cls._item(items) if items._name == "account.move" else items
        cls.env["collections.debtor"]._ensure_for(
            items.company_id, items.partner_id.commercial_partner_id
        )
        if amount is None:
            amount = sum(items.mapped("amount_residual_currency"))
        return (
            cls.env["collections.promise"]
            .with_user(user or cls.collector)
            .create(
                {
                    "debtor_id": items[:1]._get_dunning_debtor().id,
                    "item_ids": [Command.set(items.ids)],
                    "currency_id": items.currency_id[:1].id,
                    "amount": amount,
                    "date": cls.today + timedelta(days=days),
                    **vals,
                }
            )
        )

    def _holds(self, promise):
        return promise._get_holds().sorted("move_line_id")

    def _night(self, days):
        """Decide the promises as the night does, so many days from now."""
        with freeze_time(self.today + timedelta(days=days)):
            self.env["collections.promise"]._decide(self.company)
            self.env.flush_all()
        self.env.invalidate_all()

    def _state(self, promise):
        return promise.sudo().state
