import logging
from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.tools import SQL
from odoo.tools.mail import plaintext2html

from ..const import ACTIVITY_CHANNELS, LETTER_CHANNELS

_logger = logging.getLogger(__name__)
# Who is outside the customer's company: only whom somebody approved, for a reason.
OUTSIDE_ROLES = ("public_accountant", "administrator")


class DunningNotice(models.Model):
    """Who gets a copy besides the main recipient, as the level says."""

    _inherit = "dunning.notice"

    copy_note = fields.Char(
        string="Copy Missing",
        compute="_compute_copy_note",
        help="Why somebody who should get a copy gets none.",
    )

    @api.depends("copy_ids", "level_id.copy_role", "channel")
    def _compute_copy_note(self):
        lacking = self._filter_without_outsider()
        for notice in self:
            notice.copy_note = notice in lacking and notice._describe_missing_copy()

    def _filter_without_outsider(self):
        """Return the notices whose copy to somebody outside is missing.

        A public accountant, or the administrator of insolvency proceedings.
        """
        due = self.filtered(
            lambda notice: (
                notice.level_id.copy_role in OUTSIDE_ROLES
                and notice.channel not in ACTIVITY_CHANNELS
            )
        )
        return due.filtered(
            lambda notice: (
                not notice.copy_ids
                & notice.debtor_id.sudo()
                .outside_recipient_ids.filtered(
                    lambda recipient: recipient.role == notice.level_id.copy_role
                )
                .partner_id
            )
        )

    def _describe_missing_copy(self):
        if self.level_id.copy_role == "administrator":
            return self.env._(
                "The copy to the administrator is missing: record who the court "
                "appointed, with an e-mail address, and attach the judgment."
            )
        return self.env._(
            "The copy to the public accountant is missing: record one who has an "
            "e-mail address among the customer's outside recipients, and approve it."
        )

    def _add_copies(self):
        """Give these drafts the copies that their levels ask for.

        A decision-maker, the dunning contact when the notice goes to the registered
        office, or the public accountant; only who has an address that works, and that
        is not the main recipient's. Machine work: the drafts don't count as edited.

        Where no public accountant or administrator is known, a person looks at the
        draft.
        """
        drafts = self.sudo().filtered(
            lambda notice: (
                notice.state == "draft"
                and notice.level_id.copy_role
                and notice.channel not in ACTIVITY_CHANNELS
            )
        )
        pairs = [
            (notice.id, partner.id)
            for company, own in drafts.grouped("company_id").items()
            for notice, partners in own._find_copies(company).items()
            for partner in partners
        ]
        if pairs:
            self._insert_copies(pairs)
        lacking = drafts._filter_without_outsider()
        unseen = lacking.filtered(lambda notice: not notice.review_reason)
        unseen.write({"review_reason": "missing_copy", "approved": False})
        found = (drafts - lacking).filtered(lambda n: n.review_reason == "missing_copy")
        found.review_reason = False

    def _insert_copies(self, pairs):
        """Write who gets a copy.

        :param list(tuple) pairs: id of a notice, id of a partner.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dunning_notice_copy_rel (dunning_notice_id, res_partner_id)
                     SELECT * FROM unnest(%s, %s) ON CONFLICT DO NOTHING
                """,
                [notice_id for notice_id, _partner_id in pairs],
                [partner_id for _notice_id, partner_id in pairs],
            )
        )
        self.invalidate_recordset(
            ["copy_ids", "recipient_ids", "copy_note"], flush=False
        )

    def _find_copies(self, company):
        """Return who gets a copy of each of these notices of one company.

        :rtype: dict(dunning.notice, res.partner)
        """
        by_role = {
            "decision_maker": self._find_decision_makers(company),
            "contact": self._find_contacts(company),
            **{role: self._find_outsiders(role) for role in OUTSIDE_ROLES},
        }
        everybody = self.env["res.partner"].union(
            *(found for role in by_role.values() for found in role.values())
        )
        refused = self._find_refused_addresses(everybody)
        result = {}
        for notice in self:
            # What the main recipient gets by post, it may get by e-mail too.
            by_email = notice.channel not in LETTER_CHANNELS
            known = notice.recipient_id.email_normalized if by_email else False
            taken = {False, known, *refused}
            result[notice] = self.env["res.partner"]
            for partner in by_role[notice.level_id.copy_role][notice.partner_id]:
                if partner.email_normalized not in taken:
                    taken.add(partner.email_normalized)
                    result[notice] |= partner
        return result

    def _find_refused_addresses(self, partners):
        """Return the addresses among those of ``partners`` that don't work.

        :rtype: set(str)
        """
        return {
            address
            for (address,) in self.env["dunning.notice"]._read_group(
                [
                    ("email_refused", "=", True),
                    ("email_to", "in", partners.mapped("email_normalized")),
                ],
                ["email_to"],
            )
        }

    def _find_decision_makers(self, company):
        """Return the decision-makers of the customers of these notices.

        :rtype: dict(res.partner, res.partner)
        """
        partners = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("is_dunning_decision_maker", "=", True),
                ("company_id", "in", (False, company.id)),
            ],
            order="id",
        )
        result = defaultdict(self.env["res.partner"].browse)
        result.update(partners.grouped("commercial_partner_id"))
        return result

    def _find_contacts(self, company):
        """Return the dunning contact of the customers of these notices."""
        contacts = self.partner_id._get_dunning_contacts(company)
        partners = self.env["res.partner"].browse(set(contacts.values()))
        by_id = partners.grouped("id")
        return {
            customer: by_id.get(contacts.get(customer.id), partners.browse())
            for customer in self.partner_id
        }

    def _find_outsiders(self, role):
        """Return who outside the customers of these notices has a role in them.

        :param str role: one of ``OUTSIDE_ROLES``.
        :return: those that were approved as outside recipients, by customer.
        :rtype: dict(res.partner, res.partner)
        """
        recipients = self.env["collections.debtor.recipient"].search(
            [
                ("debtor_id", "in", self.debtor_id.ids),
                ("role", "=", role),
                ("approved_by_id", "!=", False),
            ],
            order="id",
        )
        result = defaultdict(self.env["res.partner"].browse)
        for recipient in recipients:
            result[recipient.debtor_id.partner_id] |= recipient.partner_id
        return result

    # === COPIES OF LETTERS === #

    def _mail_copies(self):
        """E-mail the pages of these posted letters to those who get a copy.

        A copy is no notice: no level, no deadline and no claim hangs on it, it only
        says what was posted. So core's queue sends it, as it does any message: at any
        hour and on any day, outside the sending hours, and once more when somebody
        retries it. In test mode none is made, and none leaves. One that can't be made
        keeps no letter from being posted.
        """
        letters = self.sudo().filtered(lambda n: n.copy_ids and n.pdf_attachment_id)
        letters -= letters._filter_tests()
        for notice in letters:
            try:
                with self.env.cr.savepoint():
                    notice._mail_copy()
            except Exception:
                _logger.exception("The copy of letter %s can't be mailed", notice.name)
        if letters:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _mail_copy(self):
        """Have core's queue send this letter to its copies."""
        self.ensure_one()
        partners = (self.copy_ids - self._get_strangers()).filtered("email_normalized")
        author = self._get_signatory().partner_id or self.company_id.partner_id
        sender = self._prepare_sender()
        env = self.with_context(lang=self.lang).env
        text = env._(
            "Please find attached a copy of our letter “%(subject)s”, posted today to "
            "%(recipient)s.",
            subject=self.subject,
            recipient=self.recipient_id.name,
        )
        self.env["mail.mail"].create(
            {
                "model": self._name,
                "res_id": self.id,
                "message_type": "email_outgoing",
                "subtype_id": self._get_record_id("mail.mt_comment"),
                "subject": env._("Copy: %(subject)s", subject=self.subject),
                "body_html": plaintext2html(f"{text}\n\n{self.company_id.name}"),
                "author_id": author.id,
                "email_from": sender["email_from"],
                "reply_to": sender["reply_to"],
                "recipient_ids": [Command.set(partners.ids)],
                "attachment_ids": [Command.link(self.pdf_attachment_id.id)],
                "auto_delete": False,
            }
        )
