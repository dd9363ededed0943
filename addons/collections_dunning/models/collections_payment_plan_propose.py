from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CollectionsPaymentPlan(models.Model):
    """From the items of a customer to an offer that he can sign."""

    _inherit = "collections.payment.plan"

    # === DEFAULTS === #

    @api.model
    def default_get(self, fields_list):
        """Start from a customer's file, and the items that somebody chose there."""
        values = super().default_get(fields_list)
        debtor = self.env["collections.debtor"].browse(values.get("debtor_id"))
        items = self.env["account.move.line"].browse(
            self.env.context.get("payment_plan_item_ids")
        )
        if debtor:
            values = {**values, **self._prepare_defaults(debtor, items)}
        return {name: value for name, value in values.items() if name in fields_list}

    @api.onchange("debtor_id")
    def _onchange_debtor_id(self):
        if self.debtor_id and not self.line_ids:
            items = self.debtor_id._get_plan_items()
            for name, value in self._prepare_defaults(self.debtor_id, items).items():
                self[name] = value

    @api.model
    def _prepare_defaults(self, debtor, items):
        """Return what a new plan of these items starts from.

        :param collections.debtor debtor: whose items they are.
        :param account.move.line items: of one currency.
        :rtype: dict
        """
        today = fields.Date.context_today(self)
        company = debtor.company_id
        user = company._get_dunning_collector(debtor.applied_responsible_id)
        return {
            "debtor_id": debtor.id,
            "contact_id": debtor.contact_id.id,
            "responsible_id": user.id,
            "currency_id": (items.currency_id[:1] or company.currency_id).id,
            "lang": debtor._get_statement_lang(),
            "date": today,
            "valid_until": self._get_default_valid_until(today),
            "first_date": fields.Date.add(today, months=1),
            "line_ids": [Command.create({"move_line_id": item.id}) for item in items],
        }

    @api.model
    def _create_from_items(self, debtor, items, **vals):
        """Make a draft that spreads items of a customer.

        :param collections.debtor debtor: whose items they are.
        :param account.move.line items: open, of one currency.
        :param vals: terms that differ from the usual ones.
        :return: the draft, with its schedule.
        :rtype: collections.payment.plan
        :raise UserError: when no schedule can be made of these terms.
        :raise ValidationError: when an item can't be spread.
        """
        return self.create({**self._prepare_defaults(debtor, items), **vals})

    # === ACTION METHODS === #

    def action_refresh(self):
        """Read anew what is open on the items, and make the schedule anew.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when the plan is no draft.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self._check_state("draft")
        settled = self.line_ids.filtered(
            lambda line: line.move_line_id.amount_residual_currency <= 0
        )
        settled.unlink()
        self.line_ids.sudo()._refresh_amounts()
        self._build_installments()
        self._withdraw_approval()
        return True

    def action_propose(self):
        """Number this plan, hold its items and mail it to the customer to be signed.

        :return: True
        :raise AccessError: when the user is no Collector.
        :raise UserError: when it needs approval, or its items have changed.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        manager = "collections_dunning.collections_dunning_group_manager"
        if (
            self.approval_reason
            and not self.approved_by_id
            and self.env.user.has_group(manager)
        ):
            self.action_approve()
        self._propose()
        return True

    # === BUSINESS METHODS === #

    def _check_state(self, *states):
        """Refuse what can't be done with a plan in its state.

        :raise UserError: names the plan and its state.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for plan in self:
            if plan.state not in states:
                raise UserError(
                    self.env._(
                        "%(plan)s: this can't be done, its status is “%(state)s”.",
                        plan=plan.display_name,
                        state=labels[plan.state],
                    )
                )

    def _propose(self):
        """Number this plan, hold its items until its last day, and send the offer.

        :raise UserError: see :meth:`action_propose`.
        """
        self.ensure_one()
        self._check_state("draft")
        self._check_proposable()
        self.line_ids.move_line_id._check_may_be_paid()
        plan = self.sudo()
        plan.line_ids._refresh_amounts()
        # Interest may have been invoiced, or a rate recorded, since it was drafted.
        plan._check_schedule()
        plan.write(
            {
                "name": plan.previous_id.name or plan._get_next_name(),
                "state": "proposed",
                "questions": False,
            }
        )
        plan._hold_items(plan.valid_until)
        # An offer that was not signed can't be signed any more: this one is.
        plan.previous_id.filtered(lambda p: p.state == "proposed")._end("replaced")
        self._send_offer()

    def _check_proposable(self):
        """Refuse to offer what was not approved, or is not true any more.

        :raise UserError: says what has to be done.
        """
        today = fields.Date.context_today(self)
        if not self.line_ids or not self.installment_ids:
            raise UserError(self.env._("Choose the items that the plan spreads."))
        self._check_schedule()
        if self.approval_reason and not self.approved_by_id:
            raise UserError(
                self.env._(
                    "A Credit Manager has to approve this plan first. %(reason)s",
                    reason=self.approval_reason,
                )
            )
        if not self.valid_until or self.valid_until < today:
            raise UserError(self.env._("The last day to accept it is over."))
        late = [each.date for each in self.installment_ids if each.date < today]
        if late:
            raise UserError(self.env._("The first installment is due already."))
        for line in self.line_ids:
            self._check_line(line)

    def _check_line(self, line):
        """Refuse to spread what is not open as the plan says, or is spread already.

        :raise UserError: names the item.
        """
        values = {"item": line.move_name or "?"}
        if line._get_problem() or line.currency_id.compare_amounts(
            line.amount, line.move_line_id.amount_residual_currency
        ):
            raise UserError(
                self.env._(
                    "What is open on %(item)s has changed: refresh the amounts, and "
                    "look at the schedule again.",
                    **values,
                )
            )
        # In whatever plan: also one that this user may not see.
        twins = (
            self.env["collections.payment.plan.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "=", line.move_line_id.id),
                    ("plan_id.state", "in", ("proposed", "accepted", "late")),
                    ("plan_id", "not in", (self | self.previous_id).ids),
                ],
                limit=1,
            )
        )
        offers = (
            self.env["collections.settlement"]
            .sudo()
            .search(
                [
                    ("item_ids", "in", line.move_line_id.ids),
                    ("state", "in", ("offered", "accepted")),
                ],
                limit=1,
            )
        )
        if twins or offers:
            raise UserError(
                self.env._(
                    "%(item)s is in %(plan)s already.",
                    plan=(twins.plan_id or offers).display_name,
                    **values,
                )
            )

    def _get_next_name(self):
        """Take the next number of payment plans of this company."""
        sequences = self.env["ir.sequence"].sudo().with_company(self.company_id)
        return sequences.next_by_code("collections.payment.plan")
