"""What can be disputed of an item, and by how much."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.collections_dunning.models.system_fields import (
    check_system_fields,
    without_system_defaults,
)

from ..const import CLOSED_STATES


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Dispute items: checked against what is open of them, and held.

        :raise UserError: says why an item can't be disputed, or not by that amount.
        """
        for vals in vals_list:
            check_system_fields(self, vals)
        items = self._get_new_items(vals_list)
        items._lock_debtors()
        left = items._get_disputable()
        vals_list = [
            self._complete_vals(vals, item, left[item.id])
            for vals, item in zip(vals_list, items, strict=True)
        ]
        lines = super(DisputeCaseLine, without_system_defaults(self)).create(vals_list)
        lines._check_amounts()
        lines.sudo()._hold()
        return lines

    def write(self, vals):
        """Change what is disputed, as long as the case is open."""
        check_system_fields(self, vals)
        if not self.env.su and {"case_id", "move_line_id"} & vals.keys():
            raise UserError(
                self.env._("Remove this item and add the other one: it is held.")
            )
        if "amount" in vals:
            self._check_open()
            self.move_line_id._lock_debtors()
        before = {line: line.amount for line in self} if "amount" in vals else {}
        result = super().write(vals)
        changed = self.browse(
            line.id for line, amount in before.items() if line.amount != amount
        )
        # Whoever calls from outside may send any context: it frees nobody but us.
        is_settled = self.env.su and self.env.context.get("dispute_settled")
        if changed and not is_settled:
            changed._check_amounts()
            for line in changed:
                line._log_amount(before[line])
            changed.sudo()._hold()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_hold(self):
        """What is no longer disputed is dunned again."""
        self._check_open()
        self.sudo().hold_id._end()

    # === CHECKS === #

    def _check_open(self):
        """Refuse to change what a case was about once it has ended.

        :raise UserError: names the case.
        """
        for line in self:
            if line.case_id.state in CLOSED_STATES and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(dispute)s has ended: reopen it first.",
                        dispute=line.case_id.name,
                    )
                )

    def _get_new_items(self, vals_list):
        """Return the items of new lines, one for each, after a check of each.

        :return: in the order of the values; an item may come twice.
        :rtype: list of account.move.line
        """
        items = self.env["account.move.line"]
        cases = self.env["dispute.case"]
        item_ids = [vals.get("move_line_id") for vals in vals_list]
        # Kept together, they are read together.
        known = items.browse(filter(None, item_ids)).exists().grouped("id")
        for vals in vals_list:
            item = known.get(vals.get("move_line_id"))
            if not item:
                raise UserError(self.env._("Say which invoice is disputed."))
            case = self.env["dispute.case"].browse(vals["case_id"])
            if case not in cases:
                cases |= case
                self._adopt(case, item)
            self._check_item(case, item)
            items = items.concat(item)
        return items

    def _adopt(self, case, item):
        """Let a case without items take customer and currency of its first one."""
        if not case.sudo().line_ids and item.sudo().company_id == case.company_id:
            case._adopt(item)

    def _check_item(self, case, item):
        """Refuse an item that can't be disputed in this case.

        :param dispute.case case: what is already known of it.
        :param account.move.line item: the item.
        :raise UserError: says why not.
        """
        case, item = case.sudo(), item.sudo()
        refusals = self._get_refusals(case, item)
        if case.state in CLOSED_STATES:
            raise UserError(
                self.env._("%(dispute)s has ended: reopen it first.", dispute=case.name)
            )
        if item.company_id != case.company_id:
            raise UserError(refusals["company"])
        if item.account_type != "asset_receivable" or item.amount_currency <= 0:
            raise UserError(refusals["receivable"])
        if item.parent_state != "posted":
            raise UserError(refusals["posted"])
        if item.reconciled or item.amount_residual_currency <= 0:
            raise UserError(refusals["settled"])
        if item.partner_id.commercial_partner_id != (
            case.partner_id.commercial_partner_id
        ):
            raise UserError(refusals["customer"])
        if item.currency_id != case.currency_id:
            raise UserError(refusals["currency"])

    def _get_refusals(self, case, item):
        """Return what is said of an item that can't be disputed, by reason."""
        name = item.move_id.display_name
        return {
            "company": self.env._("%(item)s is an item of another company.", item=name),
            "receivable": self.env._("%(item)s is no receivable.", item=name),
            "posted": self.env._(
                "%(item)s is not posted: there is nothing to dispute.", item=name
            ),
            "settled": self.env._(
                "%(item)s is settled: nothing of it is open.", item=name
            ),
            "customer": self.env._(
                "%(item)s is an item of another customer than %(customer)s.",
                item=name,
                customer=case.partner_id.display_name,
            ),
            "currency": self.env._(
                "%(item)s is in another currency: open a dispute of its own.",
                item=name,
            ),
        }

    def _refuse_nothing(self, item):
        """Refuse an amount that is not positive; there may be nothing to dispute.

        :raise UserError: always.
        """
        if item._get_disputable()[item.id] <= 0:
            raise UserError(
                self.env._(
                    "%(item)s is disputed already, all of it.",
                    item=item.move_id.display_name,
                )
            )
        raise UserError(self.env._("The disputed amount must be more than zero."))

    def _check_amounts(self):
        """Refuse amounts that are not positive, or more than what is open.

        Of what is open, the amounts of all open cases are deducted.

        :raise UserError: says how much of which item can be disputed.
        """
        left_over = self.sudo().move_line_id._get_disputable()
        for line in self.sudo():
            currency = line.currency_id
            if currency.compare_amounts(line.amount, 0) <= 0:
                self._refuse_nothing(line.move_line_id)
            left = currency.round(left_over[line.move_line_id.id] + line.amount)
            if currency.compare_amounts(line.amount, left) > 0:
                raise UserError(
                    self.env._(
                        "At most %(amount)s of %(item)s can be disputed: the rest is "
                        "settled or disputed already.",
                        amount=formatLang(
                            self.env, max(left, 0), currency_obj=currency
                        ),
                        item=line.move_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _complete_vals(self, vals, item, left):
        """Return the values of a new line with what is taken from its item.

        :param dict vals: of the line.
        :param account.move.line item: what is disputed.
        :param float left: what can be disputed of it.
        :rtype: dict
        """
        item = item.sudo()
        amount = vals.get("amount")
        if amount is None or amount is False:
            amount = max(left, 0.0)
        if item.currency_id.compare_amounts(amount, 0) <= 0:
            self._refuse_nothing(item)
        return {
            **vals,
            **self._get_snapshot(item),
            "amount": amount,
            "amount_opened": amount,
        }

    def _get_snapshot(self, item):
        """Return which debt an item is now.

        :rtype: dict
        """
        return {
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "move_name": item.move_id.name,
            "date_maturity": item.date_maturity or item.date,
        }

    def _log_amount(self, before):
        """Note in the chatter that the disputed amount was changed.

        :param float before: what it was.
        """
        self.ensure_one()
        case = self.case_id.sudo()
        case._message_log(
            body=self.env._(
                "%(item)s: %(before)s disputed so far, %(now)s from now on.",
                item=self.move_name,
                before=formatLang(self.env, before, currency_obj=case.currency_id),
                now=formatLang(self.env, self.amount, currency_obj=case.currency_id),
            )
        )
