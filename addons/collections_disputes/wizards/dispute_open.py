from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import ORIGINS


class DisputeOpen(models.TransientModel):
    """What a customer objects to: items, amounts and why, in one dialog."""

    _name = "dispute.open"
    _description = "Open a Dispute"

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    notice_id = fields.Many2one("dunning.notice", readonly=True)
    origin = fields.Selection(ORIGINS, required=True, default="phone")
    reason_id = fields.Many2one("dispute.reason")
    title = fields.Char(string="Subject")
    description = fields.Html(string="What the Customer Says")
    contact_id = fields.Many2one(
        "res.partner", help="Who raised it, and gets our answers."
    )
    line_ids = fields.One2many("dispute.open.line", "wizard_id", string="Items")

    @api.model
    def _open(self, items, origin="phone", notice=None):
        """Open the dialog for these items.

        :param account.move.line items: any; only open receivables can be disputed.
        :param str origin: see ``const.ORIGINS``.
        :param dunning.notice notice: that the customer answers.
        :rtype: dict
        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing of them is open, or they are of several
            customers, companies or currencies.
        """
        self.env["dunning.notice"]._check_collector()
        left = items.filtered(
            lambda item: (
                item.account_type == "asset_receivable"
                and item.parent_state == "posted"
                and item.amount_residual_currency > 0
            )
        )._get_disputable()
        items = items.filtered(lambda item: left.get(item.id, 0) > 0)
        if not items:
            raise UserError(
                self.env._("Nothing can be disputed here: it is settled, or disputed.")
            )
        customers = items.partner_id.commercial_partner_id
        if (
            len(customers) > 1
            or len(items.company_id) > 1
            or len(items.currency_id) > 1
        ):
            raise UserError(
                self.env._(
                    "One dispute is about one customer, of one company, in one "
                    "currency."
                )
            )
        wizard = self.create(
            {
                "company_id": items.company_id.id,
                "partner_id": customers.id,
                "origin": origin,
                "notice_id": notice.id if notice else False,
                "contact_id": self._get_contact(items.company_id, customers, notice),
                "line_ids": [
                    Command.create({"move_line_id": item.id, "amount": left[item.id]})
                    for item in items.sorted(
                        lambda item: (item.date_maturity or item.date, item.id)
                    )
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a Dispute"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_contact(self, company, customer, notice):
        """Return the id of who most likely raised it: who got the notice.

        :rtype: int
        """
        recipient = notice.recipient_id if notice else customer.browse()
        if recipient.commercial_partner_id == customer:
            return recipient.id
        return customer._get_dunning_contacts(company).get(customer.id)

    def action_open(self):
        """Open the dispute, and show it.

        :rtype: dict
        :raise UserError: when an item can't be disputed, or not by that amount.
        """
        self.ensure_one()
        case = self.env["dispute.case"].action_open(
            [
                {
                    "move_line_id": line.move_line_id.id,
                    "amount": line.amount,
                    "product_id": line.product_id.id,
                }
                for line in self.line_ids
            ],
            reason_id=self.reason_id.id,
            description=self.description,
            contact_id=self.contact_id.id,
            origin=self.origin,
            notice_id=self.notice_id.id,
            title=self.title,
        )
        return case._get_records_action()
