from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

# More cases than this in a day are no longer a person's.
MAX_CASES_PER_DAY = 10
MAX_WORDS = 5000


class DisputeCase(models.Model):
    """What customers see of a dispute in the portal, and how they open one there.

    They have no rights on disputes: what they are shown is chosen field by field, and
    never who is at fault, why, or what we say among ourselves.
    """

    _inherit = "dispute.case"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/disputes/{case.id}"
        return result

    # === LOOKING === #

    @api.model
    def _get_portal_domain(self, partner):
        """Return which cases a customer sees: those of his company, no others.

        :param res.partner partner: who looks.
        :rtype: list
        """
        customer = partner.sudo().commercial_partner_id
        return [("partner_id", "=", customer.id), ("partner_id", "!=", False)]

    def _is_visible_to(self, partner):
        """Tell whether somebody may look at this case without a link to it.

        :param res.partner partner: who looks.
        :rtype: bool
        """
        self.ensure_one()
        customer = self.sudo().partner_id.commercial_partner_id
        return bool(customer) and customer == partner.sudo().commercial_partner_id

    def _get_portal_state(self):
        """Return where the case stands, in the customer's words.

        :return: the words, and the colour of the badge.
        :rtype: tuple(str, str)
        """
        self.ensure_one()
        words = {
            "new": (self.env._("Received"), "info"),
            "review": (self.env._("We are looking into it"), "info"),
            "waiting_customer": (self.env._("We wait for your answer"), "warning"),
            "waiting_us": (self.env._("We are looking into it"), "info"),
            "resolved": (self.env._("Settled"), "success"),
            "rejected": (self.env._("Not accepted"), "secondary"),
        }
        return words[self.state]

    def _get_portal_outcome(self):
        """Return how the case ended, in the customer's words.

        :return: empty while it is open.
        :rtype: str
        """
        self.ensure_one()
        words = {
            "credit_note": self.env._("You were right: we have credited the amount."),
            "corrected_invoice": self.env._("We have corrected the invoice."),
            "document": self.env._("We have sent you the document you asked for."),
            "redone": self.env._("We have delivered or done again what was missing."),
            "goodwill": self.env._(
                "We have credited the amount as a goodwill gesture."
            ),
            "rejected": self.env._("We could not accept your objection."),
            "withdrawn": self.env._("You have withdrawn your objection."),
            "paid": self.env._("You have paid the amount."),
        }
        return words.get(self.resolution, "")

    # === OPENING === #

    @api.model
    def _get_portal_reasons(self, company):
        """Return the reasons a customer may choose from.

        :param res.company company: whose invoice he objects to.
        :rtype: dispute.reason
        """
        return (
            self.env["dispute.reason"]
            .sudo()
            .search(
                [
                    ("is_portal", "=", True),
                    "|",
                    ("company_id", "=", False),
                    ("company_id", "parent_of", company.id),
                ]
            )
        )

    @api.model
    def _get_portal_items(self, move):
        """Return the items of an invoice that its customer may object to.

        :param account.move move: an invoice to a customer.
        :return: what is open and not disputed of each item, by item.
        :rtype: dict(account.move.line, float)
        """
        items = move.sudo().line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and move.move_type in ("out_invoice", "out_receipt")
                and move.state == "posted"
                and not line.reconciled
                and line.amount_residual > 0
            )
        )
        left = items._get_disputable()
        return {
            item: left[item.id]
            for item in items.sorted(lambda item: (item.date_maturity, item.id))
            if item.currency_id.compare_amounts(left[item.id], 0) > 0
        }

    @api.model
    def _check_portal_rate(self, customer):
        """Refuse a customer who opens one case after the other.

        :param res.partner customer: commercial partner.
        :raise UserError: says to wait, or to write.
        """
        since = fields.Datetime.now() - timedelta(days=1)
        domain = [
            ("partner_id", "=", customer.id),
            ("origin", "=", "portal"),
            ("create_date", ">=", since),
        ]
        if self.sudo().search_count(domain) >= MAX_CASES_PER_DAY:
            raise UserError(
                self.env._(
                    "You have contested many invoices today. Please write to us, or go "
                    "on tomorrow."
                )
            )

    @api.model
    def _open_from_portal(self, move, author, item, amount, reason, words, files):
        """Open a case for a customer, by the same method as everybody.

        :param account.move move: the invoice.
        :param res.partner author: who objects.
        :param account.move.line item: what he objects to, an item of the invoice.
        :param float amount: how much of it, in the currency of the item.
        :param dispute.reason reason: one that customers may choose.
        :param str words: his own, plain text.
        :param list(tuple) files: name and content of what he attaches.
        :rtype: dispute.case
        :raise UserError: when the item can't be disputed, or not by that amount.
        """
        customer = move.sudo().commercial_partner_id
        self._check_portal_rate(customer)
        unheld = self._get_unheld_reason(item)
        cases = self.with_user(SUPERUSER_ID).with_company(move.sudo().company_id)
        case = cases.action_open(
            [
                {
                    "move_line_id": item.id,
                    "amount": amount,
                    "unheld_reason": unheld.get(item.id),
                }
            ],
            reason_id=reason.id,
            description=plaintext2html(words[:MAX_WORDS]),
            contact_id=author.id,
            origin="portal",
            title=self.env._("Contested by %(name)s", name=author.name),
        )
        case.message_post(
            body=plaintext2html(words[:MAX_WORDS]),
            author_id=author.id,
            email_from=author.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=files,
        )
        case._tell_unheld()
        return case
