from odoo import api, fields, models

CLOCK_FIELDS = ("dunning_deposit_date", "dunning_suspended_on", "dunning_resumed_on")


class DunningDeposit(models.TransientModel):
    """Deposit and suspension of a public buyer's invoice, recorded by a Collector.

    Who collects reads invoices and does not write them; these dates are not the
    ledger's.
    """

    _name = "dunning.deposit"
    _description = "Deposit of an Invoice on the Portal of a Public Buyer"

    move_id = fields.Many2one("account.move", required=True, readonly=True)
    dunning_deposit_date = fields.Date(
        string="Deposited On",
        help="Day on which the public buyer could read the invoice on its portal: its "
        "days to pay run from here.",
    )
    dunning_suspended_on = fields.Date(
        string="Suspended On",
        help="From this day on the public buyer waits for something of ours: its days "
        "to pay stand still.",
    )
    dunning_resumed_on = fields.Date(
        string="Resumed On",
        help="Day on which it got what it waited for: 30 new days to pay begin, or "
        "those that were left when they are more.",
    )

    @api.model
    def default_get(self, fields_list):
        """Start from what is recorded."""
        values = super().default_get(fields_list)
        move = self.env["account.move"].browse(values.get("move_id"))
        if move:
            move.check_access("read")
            values.update(
                {name: move[name] for name in CLOCK_FIELDS if name in fields_list}
            )
        return values

    def action_save(self):
        """Record these dates on the invoice.

        :raise AccessError: when the user is no Collector, or may not see the invoice.
        :raise ValidationError: when the dates can't be, see ``account.move``.
        """
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        self.move_id.check_access("read")
        self.move_id.sudo().write({name: self[name] for name in CLOCK_FIELDS})
        return {"type": "ir.actions.client", "tag": "soft_reload"}
