from odoo import fields, models
from odoo.tools import email_normalize, formataddr

from ..const import OPEN_STATES

ACKNOWLEDGEMENT = "collections_disputes.mail_template_acknowledgement"
OUTCOME = "collections_disputes.mail_template_outcome"
# What the customer wrote himself stands before our answer to it.
WRITTEN_ORIGINS = ("email", "portal")


class DisputeCase(models.Model):
    """What we write to the customer, and who he is."""

    _inherit = "dispute.case"

    # === OUR LETTERS === #

    def _on_opened(self):
        """Acknowledge these cases; after the customer's own words, where he wrote."""
        result = super()._on_opened()
        for case in self:
            # Now, so that nobody who only looks at it changes it.
            case._portal_ensure_token()
        written = self.filtered(lambda case: case.origin in WRITTEN_ORIGINS)
        (self - written)._acknowledge()
        return result

    def _acknowledge(self):
        """Tell the customers of these cases that we know, and when we answer.

        Once for each case. Without a customer or an address nothing leaves: who
        qualifies the case sees it in the chatter. No machine is answered by a machine.
        """
        if self._is_machine():
            return
        waiting = self.filtered(
            lambda case: not case.acknowledged_at and case.state in OPEN_STATES
        )
        for case in waiting:
            if case._write_to_customer(ACKNOWLEDGEMENT):
                case.sudo().acknowledged_at = fields.Datetime.now()

    def _send_outcome(self, attachments=None):
        """Tell the customer how this case ended, and what he owes.

        :param ir.attachment attachments: documents that go with it.
        :return: whether the customer is told.
        :rtype: bool
        """
        self.ensure_one()
        files = self._get_outcome_files()
        return self._write_to_customer(OUTCOME, files, attachments)

    def _write_to_customer(self, template, files=(), attachments=None):
        """Post a letter to the customer in the chatter; core's mail queue sends it.

        :param str template: XML id of the ``mail.template``.
        :param list(tuple) files: name and content of what is attached.
        :param ir.attachment attachments: more of it.
        :return: whether the customer is told: not when there is nobody to write to,
            nor in test mode, when it goes to the test address.
        :rtype: bool
        """
        self.ensure_one()
        recipient = self._get_answer_recipient()
        if not recipient:
            self._message_log(
                body=self._get_company_env()._(
                    "Nothing was sent to the customer: no e-mail address is known."
                )
            )
            return False
        template = self.env.ref(template).sudo()
        letter = template._generate_template(self.ids, ["subject", "body_html"])
        case = self.sudo().with_context(dispute_automatic=True)
        case.message_post(
            body=letter[self.id]["body_html"],
            subject=letter[self.id]["subject"],
            partner_ids=recipient.ids,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self._get_answer_author().id,
            email_from=self._get_answer_sender(),
            attachments=list(files),
            attachment_ids=(attachments or self.env["ir.attachment"]).ids,
            email_add_signature=False,  # the letter is signed
            force_send=False,
        )
        return not self.company_id._is_dunning_test_mode()

    def _forget_told(self):
        """Our letter was stopped by test mode before it left: it tells nothing.

        A new date to pay that nobody was told stops no dunning.
        """
        self.ensure_one()
        if self.state in OPEN_STATES:
            self.acknowledged_at = False
        elif self.new_date_to_pay:
            self.new_date_to_pay = False
            self.line_ids.hold_id.filtered("told_date").told_date = False

    def _get_outcome_files(self):
        """Return the PDF of the posted credit notes of this case.

        One that can't be printed keeps nobody from hearing how it ended.

        :return: name and content of each.
        :rtype: list(tuple(str, bytes))
        """
        self.ensure_one()
        if not self.env.registry.ready:
            return []  # demo data: no server answers yet for the style of a PDF
        moves = self._get_posted_credit_notes()
        copies = moves._get_stored_copies()
        missing = moves.filtered(lambda move: move.id not in copies)
        if missing:
            copies.update(self.env["dunning.notice"].sudo()._print_safely(missing))
        return [
            (move._get_invoice_report_filename(), copies[move.id])
            for move in moves
            if move.id in copies
        ]

    def _get_posted_credit_notes(self):
        """Return what the customer was credited for certain.

        :rtype: account.move
        """
        self.ensure_one()
        return self.sudo().credit_note_ids.filtered(lambda m: m.state == "posted")

    def _get_open_balance(self):
        """Return what is open now of the items of this case, in its currency.

        :rtype: float
        """
        self.ensure_one()
        items = self.sudo().line_ids.move_line_id
        return self.currency_id.round(sum(items.mapped("amount_residual_currency")))

    def _get_undisputed_amount(self):
        """Return what of the items of this case remains payable, in its currency.

        :rtype: float
        """
        self.ensure_one()
        left = self.sudo().line_ids.move_line_id._get_disputable()
        return self.currency_id.round(sum(max(amount, 0.0) for amount in left.values()))

    def _get_payable_amounts(self):
        """Return what of each item remains payable while the case is open.

        :return: in its currency, by id of the line; what is disputed but not held too.
        :rtype: dict(int, float)
        """
        self.ensure_one()
        items = self.sudo().line_ids.move_line_id
        payable = items._get_disputable()
        for line in self._get_open_lines(items).filtered("unheld_reason"):
            payable[line.move_line_id.id] += line.amount
        return {
            line.id: max(payable.get(line.move_line_id.id, 0.0), 0.0)
            for line in self.sudo().line_ids
        }

    def _get_item_names(self):
        """Return the numbers of the invoices of this case, each once.

        :rtype: list(str)
        """
        self.ensure_one()
        names = self.sudo().line_ids.mapped("move_name")
        return list(dict.fromkeys(name for name in names if name))

    # === WHO === #

    def _get_answer_recipient(self):
        """Return whom we write to: who raised it, else the dunning contact.

        :return: somebody with an e-mail address, or nobody.
        :rtype: res.partner
        """
        self.ensure_one()
        case = self.sudo()
        if case.contact_id.email_normalized:
            return case.contact_id
        customer = case.partner_id.commercial_partner_id
        contacts = customer._get_dunning_contacts(case.company_id)
        contact = customer.browse(contacts.get(customer.id)) or customer
        return contact.filtered("email_normalized")

    def _get_answer_lang(self):
        """Return the language we write to the customer in.

        :rtype: str
        """
        self.ensure_one()
        case = self.sudo()
        recipient = case._get_answer_recipient()
        company = case.company_id.partner_id
        return recipient.lang or case.partner_id.lang or company.lang or self.env.lang

    def _get_answer_author(self):
        """Return who signs: the owner, else the company.

        :rtype: res.partner
        """
        self.ensure_one()
        owner = self.user_id.sudo().filtered("active").partner_id
        return owner or self.company_id.sudo().partner_id

    def _get_answer_sender(self):
        """Return whom our letters come from: the company, at the owner's address.

        :rtype: str
        """
        self.ensure_one()
        company = self.company_id.sudo()
        author = self._get_answer_author()
        address = author.email_normalized or company.partner_id.email_normalized
        return formataddr((company.name, address)) if address else False

    def _get_answer_family(self, partners):
        """Return those of some people who may read about this case.

        Those of the customer's company, and outside recipients a Credit Manager has
        approved; without a customer, who wrote the mail that opened it.

        :param res.partner partners: the people.
        :rtype: res.partner
        """
        self.ensure_one()
        case = self.sudo()
        partners = partners.sudo()
        customer = case.partner_id.commercial_partner_id
        if not customer:
            sender = email_normalize(case.email_from or "")
            return partners.filtered(lambda p: sender and p.email_normalized == sender)
        approved = case.debtor_id.outside_recipient_ids.filtered("approved_by_id")
        return partners.filtered(
            lambda p: p.commercial_partner_id == customer or p in approved.partner_id
        )
