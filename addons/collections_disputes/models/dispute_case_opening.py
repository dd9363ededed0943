"""How a case is opened: what is checked, and what is filled in."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.collections_dunning.models.system_fields import (
    check_system_fields,
    without_system_defaults,
)

from ..const import CLOSED_STATES, OPEN_STATES

# Whose dispute it is.
WHOM = {"company_id", "currency_id", "debtor_id", "partner_id"}


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Fill in who the case is with, who answers it and until when.

        :raise UserError: when an item can't be disputed.
        """
        for vals in vals_list:
            check_system_fields(self, vals)
            if vals.get("state") in CLOSED_STATES and not self.env.su:
                self._refuse_closing()
        vals_list = [self._complete_vals(vals) for vals in vals_list]
        cases = super(DisputeCase, without_system_defaults(self)).create(vals_list)
        for case in cases:
            # Of one that nobody works on yet, somebody has to know.
            case._plan_answer(None if case.user_id else case._get_responsible())
        cases._on_opened()
        return cases

    def write(self, vals):
        """A case is closed, and opened again, by its buttons alone."""
        check_system_fields(self, vals)
        if "state" in vals and not self.env.su:
            self._check_state_by_hand(vals["state"])
        if WHOM & vals.keys() and not self.env.su:
            self._check_no_items()
        owners = {case: case.user_id for case in self} if "user_id" in vals else {}
        result = super().write(vals)
        if "partner_id" in vals and "debtor_id" not in vals:
            self._find_debtor()
        if {"reason_id", "date_open"} & vals.keys():
            self._renew_deadlines()
        if {"cause_id", "side"} & vals.keys():
            qualified = self.filtered(lambda c: c.needs_cause and c.cause_id and c.side)
            qualified.sudo().needs_cause = False
        for case, owner in owners.items():
            if case.user_id != owner:
                case._hand_over(owner)
        return result

    def _check_state_by_hand(self, state):
        """Refuse to close a case without saying how it ended.

        :raise UserError: says which button to use.
        """
        if any(case.state != state for case in self):
            if state in CLOSED_STATES:
                self._refuse_closing()
            if any(case.state in CLOSED_STATES for case in self):
                raise UserError(
                    self.env._("This dispute has ended: use the button Reopen.")
                )

    def _check_no_items(self):
        """Refuse another customer than that of the items.

        :raise UserError: names the case.
        """
        for case in self:
            if case.line_ids:
                raise UserError(
                    self.env._(
                        "The items of %(dispute)s say whose dispute it is: remove them "
                        "first.",
                        dispute=case.name,
                    )
                )

    def _find_debtor(self):
        """Take the file of the customer that somebody has found out."""
        for case in self.sudo().filtered(lambda case: not case.line_ids):
            customer = case.partner_id.commercial_partner_id
            debtor = self._get_debtor(case.company_id, customer)
            case.write({"partner_id": customer.id, "debtor_id": debtor.id})

    def _refuse_closing(self):
        raise UserError(
            self.env._("Say how the dispute ended: use the button Resolve.")
        )

    # === ACTION METHODS === #

    @api.model
    def action_open(
        self,
        lines,
        reason_id=False,
        description=False,
        contact_id=False,
        origin="phone",
        notice_id=False,
        title=False,
    ):
        """Open a dispute about receivable items of one customer.

        What is disputed is not dunned from now on; the rest is.

        :param list lines: dicts of ``move_line_id``, ``amount`` (in the item's
            currency; left out: all that is not disputed yet) and ``product_id``.
        :param int reason_id: dispute.reason; gives owner and deadlines.
        :param str description: what the customer says; text or HTML.
        :param int contact_id: res.partner who raised it and gets our answers.
        :param str origin: see ``const.ORIGINS``.
        :param int notice_id: dunning.notice that it answers.
        :param str title: subject.
        :return: the case.
        :rtype: dispute.case
        :raise AccessError: when the user is no Collector, or may not see an item.
        :raise UserError: when an item can't be disputed, or not by that amount.
        """
        self.env["dunning.notice"]._check_collector()
        self.check_access("create")
        if not lines:
            raise UserError(self.env._("Say which invoice is disputed."))
        items = self.env["account.move.line"].browse(
            line["move_line_id"] for line in lines
        )
        items.check_access("read")
        return self.create(
            {
                "title": title,
                "reason_id": reason_id,
                "description": description,
                "contact_id": contact_id,
                "origin": origin,
                "notice_id": notice_id,
                "line_ids": [Command.create(dict(line)) for line in lines],
            }
        )

    def action_add_items(self, lines):
        """Add items to an open case.

        :param list lines: see :meth:`action_open`.
        :raise AccessError: when the user is no Collector.
        :raise UserError: when the case has ended, or an item can't be disputed.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self.write({"line_ids": [Command.create(dict(line)) for line in lines]})
        return True

    def action_reopen(self):
        """Go on with a case that had ended: what is still open of it is held again.

        What other cases dispute by now is theirs. How it ended is forgotten.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when a case has not ended, or nothing of it is open.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        if any(case.state not in CLOSED_STATES for case in self):
            raise UserError(self.env._("Only a dispute that has ended is reopened."))
        for case in self.sudo():
            case._forget_credited()
            case.write(
                {
                    "state": "review",
                    "resolution": False,
                    "date_closed": False,
                    "new_date_to_pay": False,
                    "needs_cause": False,
                    "answer": False,
                    "cause_id": False,
                    "side": False,
                    "amount_credited": 0,
                }
            )
            case.line_ids.unheld_reason = False
            case._cut_to_disputable()
            case._follow_items()
            if case.line_ids and case.state in CLOSED_STATES:
                raise UserError(self.env._("Nothing of it is open any more."))
            case._plan_answer()
        return True

    # === BUSINESS METHODS === #

    def _complete_vals(self, vals):
        """Return the values of a new case with what follows from its items."""
        items = self.env["account.move.line"].browse(
            command[2]["move_line_id"]
            for command in vals.get("line_ids") or ()
            if command[0] == Command.CREATE and command[2].get("move_line_id")
        )
        vals = dict(vals)
        if items:
            first = items[0].sudo()
            vals.setdefault("company_id", first.company_id.id)
            vals["currency_id"] = first.currency_id.id
            vals["partner_id"] = first.partner_id.commercial_partner_id.id
        company = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id
        )
        partner = self.env["res.partner"].browse(vals.get("partner_id") or ())
        vals["partner_id"] = partner.commercial_partner_id.id
        debtor = self._get_debtor(company, partner.commercial_partner_id)
        vals["debtor_id"] = debtor.id
        reason = self.env["dispute.reason"].browse(vals.get("reason_id") or ())
        owner = vals.get("user_id") or self._get_owner(company, debtor, reason).id
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        return {
            "name": sequence.next_by_code("dispute.case"),
            **self._get_deadlines(company, reason, fields.Date.context_today(self)),
            **vals,
            "user_id": owner,
        }

    @api.model
    def _get_debtor(self, company, partner):
        """Return the file of a customer, made when it is missing.

        :rtype: collections.debtor (empty when nothing was ever open of him)
        """
        debtors = self.env["collections.debtor"].sudo()
        if not partner:
            return debtors
        debtors._ensure_for(company, partner, is_past=True)
        return debtors.search(
            [("company_id", "=", company.id), ("partner_id", "=", partner.id)]
        )

    @api.model
    def _get_owner(self, company, debtor, reason):
        """Return who works on a case: the reason's, else the customer's collector.

        :return: never a robot, whoever opens it; nobody when nobody collects.
        :rtype: res.users
        """
        company = company.sudo()
        owner = reason.sudo().user_id.filtered(company._has_at_work)
        return owner or company._get_dunning_collector(
            debtor.sudo().applied_responsible_id.filtered(company._has_at_work)
        )

    @api.model
    def _get_deadlines(self, company, reason, day):
        """Return when a case is to be acknowledged and answered.

        In working days of the company, as its reason says; without one in a day and in
        five.

        :param date day: on which it was opened.
        :rtype: dict
        """
        reason = reason.sudo() or reason.new()
        company = company.sudo()
        days = {
            "acknowledge_date": reason.acknowledge_days,
            "deadline_date": reason.answer_days,
        }
        return {
            name: company._add_working_days(day, count) if count else day
            for name, count in days.items()
        }

    def _renew_deadlines(self):
        """Count the deadlines of open cases anew: their reason was changed."""
        for case in self.sudo().filtered(lambda c: c.state in OPEN_STATES):
            day = fields.Datetime.context_timestamp(case, case.date_open).date()
            deadlines = self._get_deadlines(case.company_id, case.reason_id, day)
            case.write({**deadlines, "reminded": False})

    def _adopt(self, item):
        """Take customer, file and currency from a first item.

        :param account.move.line item: may be of another customer: then the line that
            is to come is refused.
        """
        self.ensure_one()
        case, item = self.sudo(), item.sudo()
        if case.currency_id != item.currency_id:
            case.currency_id = item.currency_id
        if not case.partner_id:
            case.partner_id = item.partner_id.commercial_partner_id
        if not case.debtor_id:
            customer = case.partner_id.commercial_partner_id
            case.debtor_id = self._get_debtor(case.company_id, customer)
