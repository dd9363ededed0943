from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

OFFER = "collections_dunning.mail_template_settlement_offer"
SIGNED = "collections_dunning.mail_template_settlement_signed"


class CollectionsSettlement(models.Model):
    """From the draft to the offer in the customer's hands, and his signature."""

    _inherit = "collections.settlement"

    # === ACTION METHODS === #

    def action_refresh(self):
        """Read anew what is open of the items; the share to pay stays.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when the offer is no draft.
        """
        self.ensure_one()
        self._check_collector()
        self._check_state("draft")
        self.write({"percent": self.percent})
        return True

    def action_request_approval(self):
        """Ask a Credit Manager to approve this offer.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when the offer is no draft, or can't be made.
        """
        self.ensure_one()
        self._check_collector()
        self._check_state("draft")
        self._check_offer()
        manager = self.company_id.sudo()._get_dunning_manager(self.env.user)
        if not self._get_tasks(manager):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Approve the settlement offer"),
                user_id=manager.id,
            )
        return True

    def action_offer(self):
        """Approve this offer, unless it is, number it and mail it to the customer.

        Its items are held until the day to pay by, and the days of grace.

        :raise AccessError: when it is not approved and the user is no Credit Manager.
        :raise UserError: when the offer is no draft.
        :raise ValidationError: when it can't be made.
        """
        self.ensure_one()
        self._check_collector()
        self._check_state("draft")
        self._check_offer()
        if not self.approved_by_id:
            self.env["dunning.notice"]._check_credit_manager()
            self._approve()
        self.sudo()._make()
        return True

    def action_approve(self):
        """Approve this offer as it stands: a Collector can make it then.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when the offer is no draft.
        """
        self.ensure_one()
        self._check_collector()
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("draft")
        self._check_offer()
        self._approve()
        return True

    def action_accept(self, signed_by=None, scan=None, scan_name=None):
        """Record that the customer accepted this offer: in writing, or on the phone.

        :param str signed_by: name of who did; None: the contact, or the customer.
        :param str scan: the signed offer, a PDF or image, in base64.
        :param str scan_name: name of that file.
        :raise AccessError: when the user is no Collector.
        :raise UserError: when it is not offered any more.
        """
        self.ensure_one()
        self._check_collector()
        attachment = self.env["ir.attachment"]
        if scan:
            attachment = attachment.create(
                {
                    "name": scan_name or self.env._("Signed offer"),
                    "datas": scan,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        self._accept(
            {
                "acceptance": "hand",
                "signed_by": signed_by or (self.contact_id or self.partner_id).name,
                "signed_on": fields.Datetime.now(),
                "scan_attachment_id": attachment.id,
            }
        )
        return True

    def action_cancel(self):
        """Take this offer back: its items are dunned again.

        What the customer accepted, a Credit Manager alone takes back.

        :raise AccessError: when the user may not.
        :raise UserError: when the offer is past.
        """
        self._check_collector()
        self._check_state("draft", "offered", "accepted")
        if any(offer.state == "accepted" for offer in self):
            self.env["dunning.notice"]._check_credit_manager()
        self.sudo()._close("cancelled")
        return True

    def action_open_debtor(self):
        """Open the customer's file."""
        self.ensure_one()
        return self.debtor_id._get_records_action()

    def action_open_write_off(self):
        """Open the entry that writes the rest off."""
        self.ensure_one()
        return self.write_off_move_id._get_records_action()

    def _check_collector(self):
        """Refuse who may not work offers.

        :raise AccessError: when the user is no Collector.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()

    # === BUSINESS METHODS === #

    def _approve(self):
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        self._get_tasks().action_feedback()

    def _get_tasks(self, user=None):
        """Return what people were asked to do with these offers.

        :param res.users user: only what this one was.
        :rtype: mail.activity
        """
        tasks = self.sudo().activity_ids
        return tasks.filtered(lambda task: task.user_id == user) if user else tasks

    def _make(self):
        """Number this offer, hold its items and mail it."""
        self.ensure_one()
        sequences = self.env["ir.sequence"].with_company(self.company_id)
        debtor = self.debtor_id
        self.write(
            {
                "name": self.name or sequences.next_by_code(self._name),
                "state": "offered",
                "offered_on": fields.Date.context_today(self),
                "offered_at": self.env.cr.now().replace(microsecond=0),
                "until_date": self._get_until_date(),
                "lang": self.lang or debtor._get_statement_lang(),
                "contact_id": (self.contact_id or self._get_own_contact()).id,
            }
        )
        self._hold_items()
        self._log_on_debtor(
            self.env._("Settlement offer: %(what)s", what=self._describe())
        )
        self._send_offer()

    def _get_own_contact(self):
        """Return the dunning contact, when he is of the customer's company.

        :rtype: res.partner
        """
        contact = self.debtor_id.contact_id
        is_own = contact.commercial_partner_id == self.partner_id
        return contact if is_own else contact.browse()

    def _hold_items(self, date_to=None):
        """Keep the items from being dunned while the offer stands.

        :param date date_to: last day; None: that of the offer; False: no end.
        """
        self.ensure_one()
        self._end_holds()
        env = self.debtor_id._get_company_env()
        self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": self.debtor_id.id,
                    "move_line_id": item.id,
                    "reason": "paused",
                    "date_to": self.until_date if date_to is None else date_to,
                    "note": env._("Settlement offer %(number)s", number=self.name),
                    "origin_model": self._name,
                    "origin_id": self.id,
                }
                for item in self.item_ids
            ]
        )

    def _accept(self, values):
        """Record that the customer accepted this offer.

        Rights, identity and the code are the caller's.

        :param dict values: fields of ``collections.agreement``: who signed, when, how,
            and the proof.
        :raise UserError: when it is not offered any more.
        """
        offer = self.sudo()
        offer.ensure_one()
        # Two clicks, or a customer and a collector at once: the second one is told.
        offer.lock_for_update()
        offer.invalidate_recordset(["state"])
        offer._check_state("offered")
        if offer.until_date < fields.Date.context_today(offer):
            raise UserError(offer.env._("This offer has lapsed."))
        offer.write({"state": "accepted", **values})
        offer._store_agreement()
        offer._log_on_debtor(
            offer.env._(
                "%(offer)s accepted by %(name)s",
                offer=offer.name,
                name=offer.signed_by or "",
            )
        )

    def _send_offer(self):
        """Mail this offer to the customer, as PDF.

        :return: whether there was anybody to write to.
        """
        self.ensure_one()
        return self._write_to_customer(OFFER, self._freeze_offer())

    def _send_agreement(self):
        """Mail the customer his copy of the offer that he accepted.

        :return: whether there was anybody to write to.
        """
        self.ensure_one()
        document = self.sudo().agreement_attachment_id or self._store_agreement()
        return self._write_to_customer(SIGNED, document)

    def _describe(self):
        """Return number, amounts and date of this offer in one line.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(number)s: %(amount)s of %(due)s by %(date)s",
            number=self.name,
            amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
            due=formatLang(self.env, self.amount_due, currency_obj=self.currency_id),
            date=format_date(self.env, self.date),
        )
