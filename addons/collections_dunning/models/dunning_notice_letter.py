from odoo import fields, models
from odoo.exceptions import UserError

from ..const import LETTER_CHANNELS
from ..tools import creditor_reference

LETTER_REPORT_ACTION = "collections_dunning.dunning_letter_report_action"


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    printed_address = fields.Text(
        readonly=True,
        copy=False,
        help="Address in the window of the envelope.",
    )

    # === ACTION METHODS === #

    def action_print(self):
        """Number and print these letters, in their order, as one PDF.

        They are held against the ledger first: what was settled meanwhile leaves the
        letter, or cancels it. A letter is printed once: printed again, it is the
        stored PDF. A wrong text makes its notice failed and leaves the others alone.
        In test mode it is a specimen: nothing is numbered, stored or moved.

        :return: the action that downloads the PDF, or tells why there is none.
        :rtype: dict
        :raise AccessError: when the user is no Collector, or no Credit Manager and
            a formal notice is not approved.
        :raise UserError: when a notice is no letter, or can't be printed any more.
        """
        self.check_access("write")
        self._check_collector()
        self._check_printable()
        return self._print_with(LETTER_REPORT_ACTION)

    def _print_with(self, report):
        """Print the letters among these that are not printed yet.

        :param str report: the report action that downloads them.
        :rtype: dict
        """
        fresh = self.filtered(lambda notice: not notice.pdf_attachment_id)
        if fresh._filter_tests():
            fresh._check_specimens()
            return self.env.ref(report).report_action(self, config=False)
        if fresh:
            fresh._queue_and_print(alone=len(self) == 1)
        printed = self.filtered("pdf_attachment_id")
        action = {}
        if printed:
            action = self.env.ref(report).report_action(printed, config=False)
            if printed == self:
                return action
        return (self - printed)._get_not_printed_action(action)

    def _check_printable(self):
        for notice in self:
            if notice.channel not in LETTER_CHANNELS:
                raise UserError(
                    self.env._(
                        "%(notice)s is not a letter.", notice=notice.display_name
                    )
                )
            if not notice.pdf_attachment_id and notice.state not in ("draft", "queued"):
                raise UserError(
                    self.env._(
                        "%(notice)s can't be printed in its state.",
                        notice=notice.display_name,
                    )
                )

    def _get_not_printed_action(self, next_action):
        """Return what tells that these letters were not printed, and why.

        :param dict next_action: downloads the others; empty when there are none.
        """
        reasons = {
            f"{notice.partner_id.name}: {notice.error}"
            for notice in self.filtered("error")
        } | self.filtered("salesperson_wait_until")._describe_waiting()
        title = self.env._("%(count)s letters were not printed", count=len(self))
        if not self:
            reasons = {self.env._("No letter waits to be printed.")}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title if next_action else self.env._("Nothing was printed"),
                "message": "\n".join(sorted(reasons)),
                "type": "warning",
                "sticky": True,
                "next": next_action
                or {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    def _queue_and_print(self, alone=False):
        """Approve and queue the drafts among these letters, then print them all.

        Drafts that a salesperson may still object to are approved, but stay.

        :param bool alone: see :meth:`_wait_unless_by_hand`.
        """
        # Two people at the same letters: the second waits for nothing, or retries.
        self.sudo().lock_for_update()
        drafts = self.filtered(lambda notice: notice.state == "draft")
        drafts.action_approve()
        waiting = drafts._wait_unless_by_hand(alone)
        (drafts - waiting)._queue()
        self.env["dunning.proposal"].sudo()._refresh_notices(self.sudo())
        letters = self.filtered(lambda notice: notice.state == "queued")
        letters._freeze_texts()._print_letters()

    def _freeze_texts(self):
        """Keep the texts that go into these letters; fail those that are wrong.

        :return: the letters to print.
        :rtype: dunning.notice
        """
        texts = self._render_texts()
        returned = self._get_returned_addresses()
        for notice in self:
            text = texts[notice.id]
            problem = text["error"] or notice._get_letter_problem(returned)
            if problem:
                notice._set_state("failed", error=problem)
                continue
            notice.sudo().write(
                {
                    "subject": text["subject"],
                    "body": text["body"],
                    "deadline_date": notice._get_printed_deadline(),
                    "printed_address": notice._get_window_address(),
                }
            )
        return self.filtered(lambda notice: notice.state == "queued")

    def _get_letter_problem(self, returned):
        """Return why a letter can't be addressed, in the user's language.

        :param dict returned: see :meth:`_get_returned_addresses`.
        :rtype: str (empty when it can)
        """
        self.ensure_one()
        recipient = self.recipient_id
        if not recipient:
            return self.env._("The letter has no recipient.")
        strangers = self._get_strangers()
        if strangers:
            return self.env._(
                "%(name)s may not receive notices of this customer any more.",
                name=strangers[0].display_name,
            )
        street = recipient.street or recipient.street2
        if not street or not (recipient.zip or recipient.city):
            return self.env._(
                "%(name)s has no complete postal address.", name=recipient.display_name
            )
        if self._is_returned_address(returned.get(recipient.id, ())):
            return self.env._(
                "A letter to %(name)s came back from this address: correct it first.",
                name=recipient.display_name,
            )
        return ""

    def _get_window_address(self):
        """Return the address that stands in the window of the envelope.

        :rtype: str
        """
        self.ensure_one()
        notice = self.sudo().with_context(lang=self.lang)
        report = self.env["report.collections_dunning.dunning_letter_report"]
        return "\n".join(report._get_address_lines(notice))

    def _print_letters(self):
        """Number these letters, print them and keep their PDFs."""
        self._assign_names()
        printing = self.env["ir.actions.report"]._print_dunning_letters(self)
        for notices, letters in printing:
            attachments = notices._store_letters(notices._annex_copies(letters))
            for notice, attachment in zip(notices, attachments, strict=True):
                notice.sudo().pdf_attachment_id = attachment
            notices._set_state("printed", printed_at=fields.Datetime.now())
            attachments.invalidate_recordset(["raw", "datas"])  # memory

    def _get_payment_reference(self):
        """Return the reference that a payment of this notice is asked to carry.

        An ISO 11649 creditor reference made of the id: the same in a draft, in an
        e-mail and on paper. ``DN`` keeps it apart from core's references of invoices.

        :return: electronic form, see ``creditor_reference.format_printed``.
        :rtype: str
        """
        self.ensure_one()
        return creditor_reference.build(f"DN{self.id or self._origin.id or 0:08d}")
