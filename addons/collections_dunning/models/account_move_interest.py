from odoo import fields, models


class AccountMove(models.Model):
    """What late interest has to know of an invoice."""

    _inherit = "account.move"

    is_late_charge = fields.Boolean(
        string="Invoice of Late Interest",
        readonly=True,
        copy=False,
        help="Made of interest and compensation: it bears none itself.",
    )
    # What starts and stops the clock of a public buyer.
    dunning_deposit_date = fields.Date(
        string="Deposited On",
        copy=False,
        tracking=True,
        help="Day on which a public buyer could read the invoice on its portal: its "
        "days to pay run from here.",
    )
    dunning_suspended_on = fields.Date(
        string="Suspended On",
        copy=False,
        tracking=True,
        help="From this day on the public buyer waits for something of ours: its "
        "days to pay stand still.",
    )
    dunning_resumed_on = fields.Date(
        string="Resumed On",
        copy=False,
        tracking=True,
        help="Day on which it got what it waited for: 30 new days to pay begin, or "
        "those that were left when they are more.",
    )

    _dunning_suspension_ordered = models.Constraint(
        "CHECK (dunning_resumed_on IS NULL OR dunning_suspended_on IS NOT NULL "
        "AND dunning_resumed_on >= dunning_suspended_on)",
        "A suspension ends after it began.",
    )
