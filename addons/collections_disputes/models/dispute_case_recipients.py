from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, email_normalize_all, formataddr


class DisputeCase(models.Model):
    """Who receives what is written about a dispute, and where answers go."""

    _inherit = "dispute.case"

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._check_contact()
        return cases

    def write(self, vals):
        result = super().write(vals)
        if "contact_id" in vals:
            self._check_contact()
        return result

    def _check_contact(self):
        """Refuse a contact who may not read what we answer.

        No constraint: those run as superuser, as do mails of whom nobody knows yet.

        :raise UserError: names who is not of the customer's company.
        """
        if self.env.su:
            return
        for case in self:
            if case.partner_id and case.contact_id:
                case._check_answer_recipients(case.contact_id)

    def message_post(self, **kwargs):
        """What leaves us goes to the customer alone, or in test mode to ourselves.

        What came in by mail is the customer's word, or a note among ourselves.

        :raise UserError: names who is not of the customer's company.
        """
        if kwargs.get("message_type") == "email":
            kwargs.update(self._get_incoming_values(kwargs))
        partners = self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        outside = partners.sudo().filtered("partner_share")
        addresses = kwargs.get("outgoing_email_to")
        if outside or addresses:
            self.ensure_one()
            self._check_answer_recipients(outside, addresses)
            if self.company_id._is_dunning_test_mode():
                kwargs.update(self._get_answer_test_values(kwargs, outside))
        return super().message_post(**kwargs)

    def _check_answer_recipients(self, partners, addresses=None):
        """Refuse whoever may not read about this case.

        :param res.partner partners: whom we write to.
        :param str addresses: more e-mail addresses.
        :raise UserError: names the first who may not.
        """
        self.ensure_one()
        family = self._get_answer_family(partners)
        strangers = (partners - family).mapped("display_name")
        known = set(family.mapped("email_normalized"))
        known.add(self.company_id.sudo().root_id.dunning_test_email)
        strangers += set(email_normalize_all(addresses or "")) - known
        if strangers:
            raise UserError(
                self.env._(
                    "%(name)s is not of the company of %(customer)s. Record and "
                    "approve outside recipients on the customer's file.",
                    name=strangers[0],
                    customer=self.sudo().partner_id.display_name
                    or self.sudo().email_from
                    or self.display_name,
                )
            )

    def _get_answer_test_values(self, values, outside):
        """Return what a message is posted with instead, in test mode.

        :param dict values: what it would have been posted with.
        :param res.partner outside: those of its recipients who are no colleagues.
        :rtype: dict
        """
        colleagues = set(values.get("partner_ids") or []) - set(outside.ids)
        debtors = self.env["collections.debtor"].sudo()
        return {
            "partner_ids": list(colleagues),
            "outgoing_email_to": self.company_id.sudo().root_id.dunning_test_email,
            "subject": debtors._mark_as_test(
                values.get("subject") or self.display_name, outside
            ),
        }

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Followers who are neither colleagues nor of the customer get no e-mail."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        outside = [data["id"] for data in recipients if data["share"] and data["id"]]
        if not self or not outside:
            return recipients
        outside = self.env["res.partner"].sudo().browse(outside)
        strangers = set((outside - self._get_answer_family(outside)).ids)
        return [data for data in recipients if data["id"] not in strangers]

    def _message_add_suggested_recipients(self, force_primary_email=False):
        """Suggest nobody who would be refused: a copy of a mail names anybody."""
        suggested = super()._message_add_suggested_recipients(
            force_primary_email=force_primary_email
        )
        for case in self:
            values = suggested[case.id]
            values["partners"] = values["partners"].filtered(
                lambda p, case=case: (
                    not p.sudo().partner_share or case._get_answer_family(p)
                )
            )
            values["email_to_lst"] = [
                address
                for address in values["email_to_lst"]
                if case._is_known_sender(email_normalize(address))
            ]
        return suggested

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Answers come to the alias of the company, not to everybody's catch-all."""
        result = super()._notify_get_reply_to_batch(defaults, author_ids)
        for case in self:
            if address := case.company_id._get_dispute_email():
                result[case.id] = formataddr((case.company_id.sudo().name, address))
        return result

    def _notify_by_email_get_headers(self, headers=None):
        """Say that nobody typed this: no absence is to be answered to it."""
        headers = super()._notify_by_email_get_headers(headers=headers)
        if self.env.context.get("dispute_automatic"):
            headers = dict(headers or {})
            headers["Auto-Submitted"] = "auto-replied"
            headers["X-Auto-Response-Suppress"] = "All"
        return headers

    def _mail_get_partners(self, introspect_fields=False):
        """Who raised the case is whom we talk to; the customer when nobody did."""
        partners = super()._mail_get_partners(introspect_fields=introspect_fields)
        for case in self:
            partners[case.id] = case.contact_id or case.partner_id
        return partners
