from odoo import fields, models
from odoo.exceptions import UserError

READERS = "account.group_account_readonly,account.group_account_invoice"


class AccountMove(models.Model):
    """Why an invoice is paid late, as the customer or a colleague said.

    Written by ``_set_late_cause`` alone: who collects reads invoices and does not
    write them.
    """

    _inherit = "account.move"

    late_cause_id = fields.Many2one(
        "collections.late.cause",
        string="Cause of Lateness",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=READERS,
    )
    late_cause_remark = fields.Char(
        string="Remark on the Cause",
        readonly=True,
        copy=False,
        groups=READERS,
    )
    late_cause_user_id = fields.Many2one(
        "res.users",
        string="Cause Recorded By",
        readonly=True,
        copy=False,
        groups=READERS,
    )
    late_cause_date = fields.Date(
        string="Cause Recorded On", readonly=True, copy=False, groups=READERS
    )

    # === ACTION METHODS === #

    def action_open_late_cause(self):
        """Open the dialog that asks why these invoices are paid late.

        :rtype: dict
        :raise AccessError: when the user is no Collector.
        :raise UserError: when none of them is an invoice that was posted.
        """
        self.env["dunning.notice"]._check_collector()
        return self.env["collections.late.cause.dialog"]._open(
            self._filter_late_cause()
        )

    def action_set_late_cause(self, cause_id, remark=False):
        """Record why these invoices are paid late, in place of what was recorded.

        :param int cause_id: collections.late.cause; False takes the cause off.
        :param str remark: in whose words, or what was said besides.
        :return: True
        :raise AccessError: when the user is no Collector, or may not see the invoices.
        :raise UserError: when there is no such cause, or one of them is no invoice of
            a customer.
        """
        self.check_access("read")
        self.env["dunning.notice"]._check_collector()
        cause = self.env["collections.late.cause"].browse(cause_id or ()).exists()
        if cause_id and not cause:
            raise UserError(self.env._("There is no such cause."))
        if self - self._filter_late_cause():
            raise UserError(
                self.env._("Only a posted invoice of a customer has a cause.")
            )
        self._set_late_cause(cause, remark=remark)
        return True

    # === BUSINESS METHODS === #

    def _filter_late_cause(self):
        """Return those of these entries that a customer can pay late.

        :rtype: account.move
        """
        return self.filtered(
            lambda move: (
                move.state == "posted"
                and move.is_sale_document(True)
                and move.move_type != "out_refund"
            )
        )

    def _set_late_cause(self, cause, remark=False):
        """Record the cause of these invoices, with who said it and when.

        :param collections.late.cause cause: empty: nobody knows.
        :param str remark: what was said besides.
        """
        # No amount changes: nothing to compute or to balance anew, invoice by invoice.
        self.sudo().with_context(skip_invoice_sync=True).write(
            {
                "late_cause_id": cause.id,
                "late_cause_remark": bool(cause) and remark,
                "late_cause_user_id": bool(cause) and self.env.uid,
                "late_cause_date": bool(cause) and fields.Date.context_today(self),
            }
        )
