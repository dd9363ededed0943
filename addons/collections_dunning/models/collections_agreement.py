from odoo import fields, models


class CollectionsAgreement(models.AbstractModel):
    """What a customer agreed to: who, when, from where, and the proof."""

    _name = "collections.agreement"
    _description = "Agreement of a Customer"

    signed_by = fields.Char(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signed_ip = fields.Char(string="From Address", readonly=True, copy=False)
    signed_email = fields.Char(
        string="Confirmed By",
        readonly=True,
        copy=False,
        help="Address to which the one-time code was mailed.",
    )
    signature = fields.Binary(attachment=True, readonly=True, copy=False)
    acceptance = fields.Selection(
        [("portal", "Customer Portal"), ("hand", "By Hand")],
        string="Accepted Through",
        readonly=True,
        copy=False,
    )
    agreement_attachment_id = fields.Many2one(
        "ir.attachment", string="Agreement", readonly=True, copy=False
    )
    scan_attachment_id = fields.Many2one(
        "ir.attachment", string="Signed Scan", readonly=True, copy=False
    )
