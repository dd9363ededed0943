import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

_logger = logging.getLogger(__name__)

REVIEW = "collections_dunning.mail_activity_type_credit_review"
# A limit is looked at again after so many years.
REVIEW_YEARS = 1


class CollectionsCreditRequest(models.Model):
    """From the request to the limit in force, its reviews and its end."""

    _inherit = "collections.credit.request"

    # === ACTION METHODS === #

    def action_ask(self):
        """Ask a Credit Manager to decide: an activity.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when this is no draft.
        :raise ValidationError: when the limit would have ended already.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self._check_state("draft")
        self._check_end()
        self.sudo().state = "asked"
        manager = self.company_id.sudo()._get_dunning_manager(self.env.user)
        request = self.with_context(lang=manager.lang or self.env.lang)
        request.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=request.env._("Decide on the credit limit"),
            user_id=manager.id,
        )
        return True

    def action_grant(self):
        """Grant this limit: from now on it is the customer's own.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when it was decided before.
        :raise ValidationError: when it would have ended already.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("draft", "asked")
        self._check_end()
        self.sudo()._grant()
        return True

    def action_refuse(self):
        """Refuse this limit, with a reason.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when it was decided before, or no reason is given.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("asked")
        if not self.decision_note:
            raise UserError(self.env._("Say why: write the reason of the decision."))
        self.sudo()._decide("refused")
        return True

    def action_cancel(self):
        """Withdraw this request.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when it was decided.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self._check_state("draft", "asked")
        self._drop_questions()
        self.sudo().state = "cancelled"
        return True

    def action_end(self):
        """Take this limit back today: that of the credit policy is in force.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when it is not in force.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("granted")
        self.sudo()._end()
        return True

    def action_review(self):
        """Record that this limit was looked at and stays as it is.

        :raise AccessError: when the user is no Credit Manager.
        :raise UserError: when it is not in force.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        self._check_state("granted")
        self.sudo()._set_reviewed()
        return True

    def action_renew(self):
        """Draft a new request from this one: it replaces this one when granted."""
        self.ensure_one()
        self.check_access("read")
        self.env["dunning.notice"]._check_collector()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "context": {
                "default_debtor_id": self.debtor_id.id,
                "default_amount": self.amount_granted,
                "default_reason": self.reason,
            },
        }

    # === CHECKS === #

    def _check_state(self, *states):
        """Refuse what can't be done with a request in its state.

        :raise UserError: names the request and its state.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self:
            if request.state not in states:
                raise UserError(
                    self.env._(
                        "%(request)s: this can't be done, its status is “%(state)s”.",
                        request=request.display_name,
                        state=labels[request.state],
                    )
                )

    def _check_end(self):
        """Refuse a limit that would have ended already.

        :raise ValidationError: says so.
        """
        if self.date_to < fields.Date.context_today(self):
            raise ValidationError(
                self.env._(
                    "The end, %(date)s, is in the past.",
                    date=format_date(self.env, self.date_to),
                )
            )

    # === BUSINESS METHODS === #

    def _decide(self, state):
        """Note who decided what on this request.

        :param str state: the decision.
        """
        self.ensure_one()
        self._drop_questions()
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Date.context_today(self),
            }
        )

    def _grant(self):
        """Make this the limit of its customer, instead of a former one."""
        self.ensure_one()
        former = self._get_granted()
        former._close("replaced")
        self._decide("granted")
        self._write_limit(self.amount_granted)
        self._plan_review(fields.Date.context_today(self))
        self._log_on_debtor(
            self.env._(
                "Credit limit granted: %(amount)s until %(date)s",
                amount=self._format_amount(),
                date=format_date(self.env, self.date_to),
            )
        )

    def _end(self):
        """End these limits; one that somebody has changed since stays as it is."""
        for request in self:
            request._close("ended")
            partner = request._get_limited_partner()
            if request.currency_id.compare_amounts(
                partner.credit_limit, request.amount_granted
            ):
                text = self.env._(
                    "The granted credit limit has ended; another one was entered on "
                    "the customer since, and stays."
                )
            else:
                partner.use_partner_credit_limit = False
                text = self.env._(
                    "The credit limit of %(amount)s has ended: that of the credit "
                    "policy is in force.",
                    amount=request._format_amount(),
                )
            request._log_on_debtor(text)

    def _close(self, state):
        """End what these limits ask of people.

        :param str state: what becomes of them.
        """
        self.activity_unlink(["mail.mail_activity_data_todo", REVIEW])
        self.write({"state": state, "review_date": False})

    def _get_granted(self):
        """Return the other limits of this customer in force, of any branch.

        :rtype: collections.credit.request
        """
        self.ensure_one()
        return self.search(
            [
                ("id", "!=", self.id),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "child_of", self.company_id.root_id.id),
                ("state", "=", "granted"),
            ]
        )

    def _get_limited_partner(self):
        """Return the customer as the root company sees him: there limits are kept.

        :rtype: res.partner
        """
        self.ensure_one()
        return self.partner_id.with_company(self.company_id.root_id)

    def _write_limit(self, amount):
        self._get_limited_partner().credit_limit = amount

    def _restore_limit(self):
        """Give these limits to the customers to whom the requests have moved."""
        for request in self:
            if not request._get_limited_partner().use_partner_credit_limit:
                request._write_limit(request.amount_granted)

    def _format_amount(self):
        return formatLang(self.env, self.amount_granted, currency_obj=self.currency_id)

    def _log_on_debtor(self, text):
        self.debtor_id._message_log(body=text)

    # === REVIEWS === #

    def _plan_review(self, today):
        """Ask for the yearly review, unless the limit ends before.

        :param date today: day of the grant, or of the last review.
        """
        self.ensure_one()
        day = fields.Date.add(today, years=REVIEW_YEARS)
        if day >= self.date_to:
            self.review_date = False
            return
        self.review_date = day
        user = (
            self.decided_by_id.filtered("active")
            or self.company_id._get_dunning_manager()
            or self._get_attendant()
        )
        request = self.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        request.activity_schedule(
            REVIEW,
            summary=request.env._("Review the credit limit"),
            user_id=user.id,
            date_deadline=day,
        )

    def _set_reviewed(self):
        """Note a review, and ask for the next one."""
        today = fields.Date.context_today(self)
        for request in self:
            request.activity_unlink([REVIEW])
            request.reviewed_on = today
            request._plan_review(today)

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_watch(self):
        """Every night: end the limits whose day has come, tell of what ends soon."""
        today = fields.Date.context_today(self)
        over = self.search([("state", "=", "granted"), ("date_to", "<", today)])
        for request in over:
            try:
                with self.env.cr.savepoint():
                    request._end()
            except Exception:  # one limit must not keep the others in force
                _logger.exception("Ending %s failed", request)
        self._watch()
        self.env["collections.guarantee"]._watch()
        insurances = self.env["collections.credit.insurance"]
        insurances._watch()
        insurances._watch_declarations()
