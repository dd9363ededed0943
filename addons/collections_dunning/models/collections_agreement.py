from odoo import fields, models


class CollectionsAgreement(models.AbstractModel):
    """What a customer agreed to: who, when, from where, and the proof."""

    _name = "collections.agreement"
    _description = "Agreement of a Customer"

    signed_by = fields.Char(string="Signed By", readonly=True, copy=False)
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

    # === HOOKS === #

    def _freeze_offer(self):
        """Keep the document as it is shown to the customer; return it."""
        return self.env["ir.attachment"]

    def _store_agreement(self):
        """Keep the document with the proof of who agreed to it; return it."""
        return self.env["ir.attachment"]

    def _write_to_customer(self, template, attachments=None):
        """Mail a letter to the customer; return whether there was anybody."""
        return False
