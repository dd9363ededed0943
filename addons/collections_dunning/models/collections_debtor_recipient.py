from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CollectionsDebtorRecipient(models.Model):
    _name = "collections.debtor.recipient"
    _description = "Approved Outside Recipient"
    _rec_name = "partner_id"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Recipient",
        required=True,
        index=True,
        ondelete="restrict",
        help="Somebody outside the customer's company who may receive its notices: "
        "an accountant, a lawyer, an administrator.",
    )
    role = fields.Selection(
        [
            ("other", "Other"),
            ("public_accountant", "Public Accountant"),
            ("administrator", "Administrator"),
        ],
        required=True,
        default="other",
        help="The public accountant pays for a public buyer, and gets a copy of the "
        "levels that say so; so does the administrator of insolvency proceedings, who "
        "is recorded with them.",
    )
    reason = fields.Char(required=True)
    document = fields.Binary(
        attachment=True, help="The mandate, judgment or letter that allows it."
    )
    document_name = fields.Char()
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)

    _debtor_partner_uniq = models.UniqueIndex(
        "(debtor_id, partner_id)", "This recipient is recorded already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_no_approval_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_no_approval_vals(vals)
        if {"partner_id", "role", "reason", "document", "debtor_id"} & vals.keys():
            # An approval covers what was approved, nothing else.
            vals = {**vals, "approved_by_id": False, "approved_on": False}
        return super().write(vals)

    def _check_no_approval_vals(self, vals):
        """Only :meth:`action_approve` approves; never a value sent by a client."""
        if self.env.su:
            return
        if vals.get("approved_by_id") or vals.get("approved_on"):
            raise AccessError(self.env._("Approve a recipient by its button."))

    def action_approve(self):
        """Approve these recipients: notices may be sent to them from now on.

        The drafts that lacked a copy to a public accountant get it.

        :raise AccessError: when the user is no Credit Manager.
        :raise ValidationError: when a recipient has no document.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        for recipient in self:
            if not recipient.document:
                raise ValidationError(
                    self.env._(
                        "Attach the document that allows %(name)s to be written to.",
                        name=recipient.partner_id.display_name,
                    )
                )
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        drafts = self.sudo().debtor_id.notice_ids.filtered(
            lambda n: n.review_reason == "missing_copy" or n.copy_note
        )
        drafts._add_copies()
