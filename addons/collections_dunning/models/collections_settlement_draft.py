from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import LIVE_PLAN_STATES

# What a Credit Manager approves: changed afterwards, it is another offer.
CONTENT = {
    "debtor_id",
    "currency_id",
    "kind",
    "item_ids",
    "percent",
    "amount",
    "date",
    "write_off_account_id",
}


class CollectionsSettlement(models.Model):
    """The draft of an offer: its amounts, and who may change what."""

    _inherit = "collections.settlement"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Draft offers; the amounts follow from the items and the share to pay.

        :raise AccessError: when the user is no Collector.
        :raise ValidationError: when an item is not the debtor's.
        """
        self.env["dunning.notice"]._check_collector()
        offers = super().create(vals_list)
        for offer, vals in zip(offers, vals_list, strict=True):
            offer._fill(vals)
        return offers

    def write(self, vals):
        """Refuse to change what was offered; in a draft, withdraw the approval.

        :raise UserError: when the offer is no draft any more.
        """
        changed = CONTENT & vals.keys()
        if changed and not self.env.su:
            self._check_state("draft")
        result = super().write(vals)
        if changed and not self.env.su:
            for offer in self:
                offer._fill(vals)
            self.sudo().write({"approved_by_id": False, "approved_on": False})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        if any(offer.name for offer in self):
            raise UserError(
                self.env._("An offer that was made stays on record: cancel it.")
            )

    # === AMOUNTS === #

    @api.onchange("debtor_id")
    def _onchange_debtor_id(self):
        """Start from all that is overdue of the customer."""
        debtor = self.debtor_id
        if debtor and not self.item_ids:
            self.item_ids = debtor._get_promise_items()
            self.currency_id = self.item_ids.currency_id[:1] or debtor.currency_id
            self.contact_id = debtor.contact_id
            self.responsible_id = debtor.company_id._get_dunning_collector(
                debtor.applied_responsible_id
            )
            self._onchange_percent()

    @api.onchange("item_ids")
    def _onchange_item_ids(self):
        if self.item_ids:
            self.currency_id = self.item_ids.currency_id[:1]
        self._onchange_percent()

    @api.onchange("percent")
    def _onchange_percent(self):
        if not self.currency_id:
            return  # neither customer nor item is chosen yet
        self.amount_due = self._get_open_amount()
        self.amount = self.currency_id.round(self.amount_due * self.percent / 100)
        self.amount_waived = self.amount_due - self.amount

    @api.onchange("amount")
    def _onchange_amount(self):
        if self.amount_due:
            self.percent = 100 * self.amount / self.amount_due
        self.amount_waived = self.amount_due - self.amount

    def _fill(self, vals):
        """Bring the amounts of this draft up to date.

        :param dict vals: what was written: an amount decides the share, else the
            share decides the amount.
        """
        self.ensure_one()
        due = self._get_open_amount()
        amount = self.currency_id.round(
            self.amount if "amount" in vals else due * self.percent / 100
        )
        values = {
            "amount_due": due,
            "amount": amount,
            "amount_waived": self.currency_id.round(due - amount),
        }
        if "amount" in vals and due:
            values["percent"] = 100 * amount / due
        self.sudo().write(values)

    def _get_open_amount(self):
        """Return what is open now of the items that are this debtor's.

        :rtype: float
        """
        self.ensure_one()
        items = self.item_ids._origin.filtered(
            lambda item: item.parent_state == "posted" and not item.reconciled
        )
        return self.currency_id.round(sum(items.mapped("amount_residual_currency")))

    # === CHECKS === #

    def _check_state(self, *states):
        """Refuse what can't be done with an offer in its state.

        :raise UserError: names the offer and its state.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for offer in self:
            if offer.state not in states:
                raise UserError(
                    self.env._(
                        "%(offer)s: this can't be done, its status is “%(state)s”.",
                        offer=offer.display_name,
                        state=labels[offer.state],
                    )
                )

    def _check_offer(self):
        """Refuse an offer that can't be kept, or makes no sense.

        :raise ValidationError: says what is wrong.
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        if self.date < fields.Date.context_today(self):
            raise ValidationError(self.env._("The day to pay by is in the past."))
        if compare(self.amount, 0) <= 0 or compare(self.amount, self.amount_due) >= 0:
            raise ValidationError(
                self.env._("Ask for less than what is owed, and more than nothing.")
            )
        if not self.write_off_account_id:
            raise ValidationError(
                self.env._("Choose the account where the rest is written off.")
            )
        if compare(self._get_open_amount(), self.amount_due):
            raise ValidationError(
                self.env._(
                    "%(open)s is open of these invoices, no longer %(due)s: refresh "
                    "the amounts.",
                    open=self._format_amount(self._get_open_amount()),
                    due=self._format_amount(self.amount_due),
                )
            )
        self._check_twins()
        self.item_ids._check_may_be_paid()

    def _check_twins(self):
        """Refuse items that another offer or a payment plan arranges already.

        :raise ValidationError: names it.
        """
        twin = self.sudo().search(
            [
                ("id", "not in", self.ids),
                ("state", "in", ("offered", "accepted")),
                ("item_ids", "in", self.item_ids.ids),
            ],
            limit=1,
        )
        twin = twin or (
            self.env["collections.payment.plan.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", self.item_ids.ids),
                    ("plan_id.state", "in", ("proposed", *LIVE_PLAN_STATES)),
                ],
                limit=1,
            )
            .plan_id
        )
        if twin:
            raise ValidationError(
                self.env._(
                    "These invoices are in %(other)s already.", other=twin.display_name
                )
            )
