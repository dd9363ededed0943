from odoo import models
from odoo.exceptions import UserError
from odoo.tools import remove_accents

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

        :raise UserError: when a letter was not printed, or the notice is an e-mail;
            and in test mode.
        :raise ValidationError: when the day of the posting can't be true.
        """
        self.check_access("write")
        self._check_collector()
        self._check_postable()
        letters = self.filtered(lambda notice: notice.channel in LETTER_CHANNELS)
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
