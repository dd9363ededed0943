from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

from ..const import LETTER_CHANNELS

# Until it is known when the postman came: so many days after the posting.
POST_DAYS = 2
# What is typed once the letter is printed.
POST_FIELDS = ("registered_number", "posted_on", "presented_on", "delivery_outcome")


class DunningNotice(models.Model):
    """What the post tells of a letter: number, days, outcome, and the deadline.

    Rule: the days of a formal notice run from its first presentation; until that is
    known, from two days after it was posted.
    """

    _inherit = "dunning.notice"

    registered_number = fields.Char(tracking=True)
    posted_on = fields.Date(tracking=True)
    presented_on = fields.Date(tracking=True)
    delivery_outcome = fields.Selection(
        tracking=True,
        help="A letter that was refused or not claimed is served all the same: its "
        "level stays. One that could not be brought to its address is not.",
    )

    _registered_number_idx = models.Index(
        "(company_id, registered_number) WHERE registered_number IS NOT NULL"
    )

    # === CONSTRAINT METHODS === #

    @api.constrains(*POST_FIELDS)
    def _check_post_fields(self):
        """Refuse what can't be true of a letter.

        :raise ValidationError: names the letter and says why.
        """
        for notice in self:
            problem = notice._get_post_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(notice)s: %(problem)s",
                        notice=notice.display_name,
                        problem=problem,
                    )
                )

    def _get_post_problem(self):
        """Return why what is known of this letter can't be true.

        :return: in the user's language; empty when nothing is wrong.
        :rtype: str
        """
        self.ensure_one()
        if not any(self[name] for name in POST_FIELDS) and self.state != "sent":
            return ""
        if self.channel not in LETTER_CHANNELS:
            return self.env._("this is not a letter.")
        return (
            self._get_number_problem()
            or self._get_posting_problem()
            or self._get_presentation_problem()
        )

    def _get_number_problem(self):
        if self.channel != "registered_letter":
            if self.registered_number or self.presented_on:
                return self.env._("this is not a registered letter.")
            return ""
        if not self.registered_number:
            return ""
        twin = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("registered_number", "=", self.registered_number),
                ("state", "!=", "cancelled"),
                ("id", "!=", self._origin.id),
            ],
            limit=1,
        )
        if twin:
            return self.env._(
                "the number %(number)s is that of %(notice)s already.",
                number=self.registered_number,
                notice=twin.display_name,
            )
        return ""

    def _get_posting_problem(self):
        if not self.posted_on:
            if self.state == "sent" or self.presented_on or self.delivery_outcome:
                return self.env._("say first when it was posted.")
            return ""
        printed_on = self._get_printed_day()
        if not printed_on:
            return self.env._("print it before you post it.")
        if self.posted_on < printed_on:
            return self.env._(
                "it was printed on %(printed)s and can't have been posted on "
                "%(posted)s.",
                printed=format_date(self.env, printed_on),
                posted=format_date(self.env, self.posted_on),
            )
        return self._get_future_problem(self.posted_on)

    def _get_presentation_problem(self):
        if self.state == "printed" and (self.presented_on or self.delivery_outcome):
            return self.env._("mark it as posted first.")
        if not self.presented_on:
            return ""
        if self.presented_on < self.posted_on:
            return self.env._(
                "it was posted on %(posted)s and can't have been presented on "
                "%(presented)s.",
                posted=format_date(self.env, self.posted_on),
                presented=format_date(self.env, self.presented_on),
            )
        return self._get_future_problem(self.presented_on)

    def _get_future_problem(self, day):
        if day <= self._get_company_today():
            return ""
        return self.env._("%(day)s has not come yet.", day=format_date(self.env, day))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._tidy_number(vals) for vals in vals_list])

    def write(self, vals):
        if not set(POST_FIELDS) & vals.keys():
            return super().write(vals)
        days = {notice: notice._get_deadline_start() for notice in self}
        outcomes = {notice: notice.delivery_outcome for notice in self}
        posted = {notice: notice.posted_on for notice in self}
        result = super().write(self._tidy_number(vals))
        for notice in self:
            notice._move_deadline(days[notice])
            if notice.state == "sent" and notice.posted_on != posted[notice]:
                notice.sudo().sent_at = notice._get_posting_time()
        self.filtered(lambda n: n.delivery_outcome != outcomes[n])._settle_outcomes()
        return result

    def _tidy_number(self, vals):
        """Return values whose registered number is written in one way."""
        number = vals.get("registered_number")
        if not number:
            return vals
        return {**vals, "registered_number": " ".join(number.split()).upper()}

    # === DAYS === #

    def _get_company_today(self):
        """Return today where the company is.

        :rtype: date
        """
        return self._get_company_day(fields.Datetime.now())

    def _get_company_day(self, moment):
        zone = self.company_id._get_dunning_tz()
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _get_printed_day(self):
        """Return the day on which this letter was printed.

        :rtype: date or None
        """
        return self.printed_at and self._get_company_day(self.printed_at) or None

    def _get_posting_time(self):
        """Return when this letter was sent: now, or at noon of an earlier day.

        :rtype: datetime
        """
        self.ensure_one()
        if not self.posted_on or self.posted_on >= self._get_company_today():
            return fields.Datetime.now()
        zone = self.company_id._get_dunning_tz()
        noon = zone.localize(datetime.combine(self.posted_on, time(12)))
        return noon.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_deadline_start(self):
        """Return the day from which the days of a formal notice run.

        :rtype: date
        """
        self.ensure_one()
        if self.presented_on:
            return self.presented_on
        posted = self.posted_on or self._get_printed_day() or self._get_company_today()
        return posted + timedelta(days=POST_DAYS)

    def _get_printed_deadline(self):
        """Return the last day to pay of a letter that is about to be printed.

        :rtype: date
        """
        self.ensure_one()
        if not self.is_formal:
            return self._get_deadline_date()
        days = timedelta(days=self._get_days_to_pay())
        return self._get_deadline_start() + days

    def _move_deadline(self, start):
        """Move the deadline of a formal notice with the day it runs from.

        By the days that were granted, whatever the level grants by now. Other letters
        name a last day to pay, which stays.

        :param date start: the day it ran from before.
        """
        self.ensure_one()
        moved = self._get_deadline_start() - start
        if self.is_formal and self.printed_at and self.deadline_date and moved:
            self.sudo().deadline_date += moved
