from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import SQL, remove_accents

from ..const import ACTIVITY_CHANNELS, LETTER_CHANNELS

DAY_REPORT_ACTION = "collections_dunning.dunning_letter_day_report_action"


class DunningNotice(models.Model):
    """A day's letters: printed in the order of their envelopes, then posted."""

    _inherit = "dunning.notice"

    # === ACTION METHODS === #

    def action_print_day(self):
        """Print all letters that wait, as one PDF with its deposit slip.

        In the order of their envelopes: registered letters first, then by name.
        Whatever is selected: the letters of the companies that are looked at.

        :return: the action that downloads the PDF, or tells why there is none.
        :rtype: dict
        :raise AccessError: when the user is no Collector.
        """
        self.browse().check_access("write")
        self._check_collector()
        letters = self.search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("state", "=", "queued"),
                ("channel", "in", LETTER_CHANNELS),
            ]
        )
        return letters._in_envelope_order()._print_with(DAY_REPORT_ACTION)

    def action_post(self):
        """Record that the printed letters were posted, or the calls made.

        This is the moment the notice is sent and its level counts: today, or the day
        typed as that of the posting.

        What was paid since a letter was printed is no more what it says: it is posted
        with ``dunning_post_paid`` in the context alone, or when it was posted before
        the day of the payment.

        :raise UserError: when a letter was not printed, or the notice is an e-mail;
            and in test mode.
        :raise RedirectWarning: names the letters that were paid meanwhile, and offers
            to post them all the same.
        :raise ValidationError: when the day of the posting can't be true.
        """
        self.check_access("write")
        self._check_collector()
        self._check_postable()
        letters = self.filtered(lambda notice: notice.channel in LETTER_CHANNELS)
        if not self.env.context.get("dunning_post_paid"):
            letters._check_unpaid()
        (self - letters)._set_sent()
        for own in letters.grouped("company_id").values():
            undated = own.filtered(lambda notice: not notice.posted_on)
            undated.posted_on = own[:1]._get_company_today()
            for same_day in own.grouped("posted_on").values():
                same_day._set_sent(same_day[:1]._get_posting_time())
        return True

    def _check_postable(self):
        if self._filter_tests():
            raise UserError(
                self.env._("Nothing is posted in test mode: letters are specimens.")
            )
        for notice in self:
            expected = "queued" if notice.channel in ACTIVITY_CHANNELS else "printed"
            if notice.channel == "email" or notice.state != expected:
                raise UserError(
                    self.env._(
                        "%(notice)s can't be marked: print a letter before you post "
                        "it, and leave e-mails to the scheduled action.",
                        notice=notice.display_name,
                    )
                )

    def _check_unpaid(self):
        """Stop before letters are posted that claim what was paid or held meanwhile.

        :raise RedirectWarning: names the letters.
        """
        paid = self._filter_paid_since_printed()
        if not paid:
            return
        raise RedirectWarning(
            self.env._(
                "Paid, in whole or in part, or withdrawn since it was printed:\n"
                "%(letters)s\n\nCancel such a letter, or post it all the same.",
                letters="\n".join(
                    f"{letter.display_name} · {letter.partner_id.name}"
                    for letter in paid
                ),
            ),
            self.env.ref("collections_dunning.dunning_notice_action_post_paid").id,
            self.env._("Post All the Same"),
            {
                "active_model": self._name,
                "active_ids": self.ids,
                "active_id": self[:1].id,
            },
        )

    def _filter_paid_since_printed(self):
        """Return the letters that claim more of an item than was owed when posted.

        Because it was paid, or held: paused, promised, disputed, stopped by a judgment
        of insolvency. What came after the typed day of posting came too late.

        :rtype: dunning.notice
        """
        if not self:
            return self
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["dunning.hold"].flush_model()
        self.flush_recordset(["posted_on"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT n.id
                  FROM dunning_notice n
                  JOIN dunning_notice_line nl ON nl.notice_id = n.id
                                             AND nl.kind = '1_item'
             LEFT JOIN account_move_line i ON i.id = nl.move_line_id
                                          AND i.move_id = nl.move_id
                                          AND i.parent_state = 'posted'
             LEFT JOIN LATERAL (
                       SELECT sum(p.debit_amount_currency) AS amount
                         FROM account_partial_reconcile p
                         JOIN account_move_line c ON c.id = p.credit_move_id
                        WHERE p.debit_move_id = i.id
                          AND c.date > n.posted_on) later ON TRUE
            CROSS JOIN LATERAL (
                       SELECT coalesce(n.posted_on, %(today)s) AS day) posting
             LEFT JOIN LATERAL (
                       SELECT CASE WHEN bool_or(coalesce(h.amount, 0) = 0)
                                   THEN nl.amount_residual
                                   ELSE sum(h.amount) END AS amount
                         FROM dunning_hold h
                        WHERE h.debtor_id = n.debtor_id
                          AND coalesce(h.move_line_id, i.id) = i.id
                          AND h.date_from <= posting.day
                          AND coalesce(h.date_to, posting.day) >= posting.day
                       ) held ON TRUE
                 WHERE n.id = ANY(%(ids)s)
                   AND (i.id IS NULL
                        OR i.amount_residual_currency + coalesce(later.amount, 0)
                           < nl.amount_residual
                        OR held.amount > nl.amount_held)
                """,
                ids=self.ids,
                today=self[0]._get_company_today(),
            )
        )
        paid_ids = {notice_id for (notice_id,) in rows}
        return self.filtered(lambda letter: letter.id in paid_ids)

    # === BUSINESS METHODS === #

    def _in_envelope_order(self):
        """Return these letters as they are put into envelopes and handed in.

        Company by company, registered letters first, then by the name on the
        envelope.

        :rtype: dunning.notice
        """

        def get_key(notice):
            recipient = notice.recipient_id
            return (
                notice.company_id.id,
                notice.channel != "registered_letter",
                remove_accents(recipient.commercial_partner_id.name or "").casefold(),
                remove_accents(recipient.name or "").casefold(),
                notice.id,
            )

        return self.sorted(get_key)
