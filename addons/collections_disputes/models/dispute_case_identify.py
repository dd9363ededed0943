from odoo import Command, api, models
from odoo.tools import email_normalize

from ..const import OPEN_STATES
from ..tools import mail_text


class DisputeCase(models.Model):
    """Whose mail it is, and which open items it names.

    A sender's address can be forged: it opens a case in the customer's name, and holds
    what the customer is known to write about, once. See ``_get_unheld_reason``.
    """

    _inherit = "dispute.case"

    @api.model
    def _identify(self, msg_dict, company):
        """Return who wrote a mail, and the open items that it names.

        One address may stand for several customers, an accountant's say: then the
        numbers decide. Nobody when they don't.

        :param dict msg_dict: what core has read in the mail.
        :param res.company company: whose alias it was sent to.
        :return: the contact, and items of one company and currency.
        :rtype: tuple(res.partner, account.move.line)
        """
        cases = self.with_company(company)
        contacts = cases._find_contacts(email_normalize(msg_dict["email_from"] or ""))
        customers = contacts.commercial_partner_id
        items = self._find_named_items(customers, company, self._get_text(msg_dict))
        if len(customers) > 1:
            customers = items.partner_id
        if len(customers) != 1:
            return contacts.browse(), items.browse()
        items = items.filtered(lambda item: item.partner_id == customers)
        first = items[:1]
        same = items.filtered(
            lambda item: (
                (item.company_id, item.currency_id)
                == (first.company_id, first.currency_id)
            )
        )
        contacts = contacts.filtered(lambda c: c.commercial_partner_id == customers)
        return contacts[:1], same

    @api.model
    def _get_text(self, msg_dict):
        """Return what the sender of a mail wrote himself, subject and all.

        :rtype: str
        """
        words = mail_text.get_own_words(msg_dict.get("body"))
        return f"{msg_dict.get('subject') or ''}\n{words}"

    @api.model
    def _find_contacts(self, address):
        """Return the customers' contacts that have an address; never colleagues.

        :param str address: normalized.
        :rtype: res.partner
        """
        if not address:
            return self.env["res.partner"]
        company = self.env.company.sudo()
        domain = [
            ("email_normalized", "=", address),
            ("company_id", "in", [False, company.id]),
        ]
        contacts = self.env["res.partner"].sudo().search(domain)
        ours = company._get_dunning_lineage().partner_id
        return contacts.filtered(
            lambda c: c.partner_share and c.commercial_partner_id not in ours
        )

    @api.model
    def _find_named_items(self, customers, company, text):
        """Return the open items of customers whose invoice a text names.

        :param res.partner customers: commercial partners.
        :param res.company company: the items of its branches too.
        :param str text: what somebody wrote.
        :rtype: account.move.line
        """
        items = self.env["account.move.line"].sudo()
        if not customers:
            return items
        items = items.search(
            [
                ("company_id", "child_of", company.id),
                ("partner_id", "in", customers.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity, id",
        )
        named = mail_text.find_numbers(text, items.mapped("move_name"))
        return items.filtered(lambda item: item.move_name in named)

    @api.model
    def _find_case_of_items(self, items):
        """Return the open case about these items, when each has one already.

        A second mail about the same adds words to it, and holds nothing more.

        :param account.move.line items: of one customer.
        :return: the last one; nothing when one of the items is new.
        :rtype: dispute.case
        """
        lines = self._get_open_lines(items)
        if not items or items - lines.move_line_id:
            return self.browse()
        return lines.case_id.sorted("id")[-1:]

    @api.model
    def _get_open_lines(self, items):
        """Return what open cases dispute of items.

        :rtype: dispute.case.line
        """
        return (
            self.env["dispute.case.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", items.ids),
                    ("case_id.state", "in", OPEN_STATES),
                ]
            )
        )

    @api.model
    def _prepare_lines(self, items, text):
        """Return the items that a mail disputes, those not in an open case yet.

        Of one item by the amount that is named, if just one is: "we do not pay the 300
        € of transport". Else by all of it: nobody guesses which of two amounts is meant
        until a person has read it, and what is disputed must not be dunned meanwhile.

        :param account.move.line items: that the mail names.
        :param str text: what the customer wrote.
        :return: commands for ``line_ids``.
        :rtype: list
        """
        new = items - self._get_open_lines(items).move_line_id
        reasons = self._get_unheld_reason(new)
        lines = [
            {"move_line_id": item.id, "unheld_reason": reasons.get(item.id)}
            for item in new
        ]
        if len(items) == len(new) == 1:
            currency = new.currency_id
            names = (currency.symbol, currency.name, currency.currency_unit_label)
            amounts = mail_text.find_amounts(text, names)
            if len(amounts) == 1 and 0 < amounts[0] < new.amount_residual_currency:
                lines[0]["amount"] = currency.round(amounts[0])
        return [Command.create(line) for line in lines]
