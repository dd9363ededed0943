from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..const import PAUSE_MAX_DAYS

# What was decided stays as it was: it is extended or ended by its buttons.
DECIDED = {"debtor_id", "item_ids", "amount", "reason", "date_from", "date_to"}


class CollectionsPause(models.Model):
    """From the decision to the holds: begin, extend, end."""

    _inherit = "collections.pause"

    @api.model_create_multi
    def create(self, vals_list):
        """Pause customers or items: they are held from the first day on.

        :raise AccessError: when the user is no Collector.
        :raise ValidationError: when the end is past or too far away, an item is not
            an open one of the customer, or a part of several items is meant.
        """
        self.env["dunning.notice"]._check_collector()
        for vals in vals_list:
            if vals.get("date_to"):
                self._check_end(fields.Date.to_date(vals["date_to"]))
        pauses = super().create(vals_list)
        for pause in pauses:
            pause._start()
        return pauses

    def write(self, vals):
        """Refuse to change what was decided.

        :raise UserError: tells to extend or end the pause.
        """
        if not self.env.su and DECIDED & vals.keys():
            raise UserError(
                self.env._(
                    "What was decided stays on record. Extend the pause or end it."
                )
            )
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_holds(self):
        self._get_holds().unlink()

    # === ACTION METHODS === #

    def action_end(self):
        """End these pauses before their time: dunning goes on as agreed for the end.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when one is over already.
        """
        self._check_may_change()
        self.sudo().write(
            {"ended_on": fields.Date.context_today(self), "ended_by_id": self.env.uid}
        )
        for pause in self:
            pause._get_holds()._end()
            pause._log_on_debtor(
                self.env._("Pause ended: %(what)s", what=pause._describe())
            )
        self._finish_reminders()
        return True

    def action_extend(self):
        """Open the dialog that puts the end of this pause off.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when it is over already.
        """
        self.ensure_one()
        self._check_may_change()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_pause_extend_action"
        )
        return {**action, "context": {"default_pause_id": self.id}}

    def action_extend_until(self, date_to, reason):
        """Put the end of these pauses off.

        :param date date_to: the new last day.
        :param str reason: why, plain text.
        :raise AccessError: when the user is no Collector.
        :raise UserError: when one is over already, or without a reason.
        :raise ValidationError: when the new end is not later, or too far away.
        """
        self._check_may_change()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the pause is extended."))
        date_to = fields.Date.to_date(date_to)
        self._check_end(date_to)
        for pause in self:
            if date_to <= pause.date_to:
                raise ValidationError(
                    self.env._(
                        "The pause lasts until %(day)s already: choose a later day, or "
                        "end it.",
                        day=format_date(self.env, pause.date_to),
                    )
                )
        self._finish_reminders()
        self.sudo().date_to = date_to
        for pause in self:
            pause._get_holds().date_to = date_to
            words = self.env._(
                "Pause extended until %(day)s: %(reason)s",
                day=format_date(self.env, date_to),
                reason=reason,
            )
            pause.sudo()._message_log(body=words)
            pause._log_on_debtor(words)
        return True

    # === CHECKS === #

    def _check_may_change(self):
        """Refuse who may not change these pauses, and what is over.

        :raise AccessError: when the user is no Collector.
        :raise UserError: names the pause that is over.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        over = self.filtered(lambda pause: pause.state == "ended")
        if over:
            raise UserError(
                self.env._(
                    "%(pause)s: it is over. Pause anew if needed.",
                    pause=over[0].display_name,
                )
            )

    def _check_end(self, date_to):
        """Refuse an end that has passed, or that is as good as none.

        :param date date_to: last day of the pause.
        :raise ValidationError: says which days can be chosen.
        """
        today = fields.Date.context_today(self)
        if date_to < today:
            raise ValidationError(
                self.env._(
                    "The end of the pause, %(day)s, is in the past: choose today or a "
                    "later day.",
                    day=format_date(self.env, date_to),
                )
            )
        last = fields.Date.add(today, days=PAUSE_MAX_DAYS)
        if date_to > last:
            raise ValidationError(
                self.env._(
                    "A pause lasts a year at most, until %(day)s: look at it again "
                    "then, and extend it if needed.",
                    day=format_date(self.env, last),
                )
            )

    @api.constrains("reason", "note")
    def _check_note(self):
        for pause in self:
            if pause.reason == "other" and not (pause.note or "").strip():
                raise ValidationError(
                    self.env._("Explain the pause: its reason is “Other”.")
                )

    @api.constrains("item_ids", "debtor_id", "amount")
    def _check_items(self):
        """Refuse what is not open, or is somebody else's.

        :raise ValidationError: names the item.
        """
        for pause in self.sudo():
            for item in pause.item_ids:
                pause._check_item(item)
            if pause.amount:
                pause._check_amount()

    def _check_item(self, item):
        self.ensure_one()
        if (
            item.company_id != self.company_id
            or item.account_type != "asset_receivable"
            or item.partner_id.commercial_partner_id != self.partner_id
        ):
            raise ValidationError(
                self.env._(
                    "%(item)s is no receivable of %(customer)s.",
                    item=item.display_name,
                    customer=self.partner_id.display_name,
                )
            )

    def _check_amount(self):
        """Refuse a part of what is not one single item, or more than is open of it.

        :raise ValidationError: says so.
        """
        self.ensure_one()
        item = self.item_ids
        if len(item) != 1:
            raise ValidationError(
                self.env._("A part can be paused of one single item only.")
            )
        if (
            self.currency_id.compare_amounts(self.amount, item.amount_residual_currency)
            > 0
        ):
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than what is open of %(item)s.",
                    amount=self.currency_id.format(self.amount),
                    item=item.move_name,
                )
            )

    # === HOLDS === #

    def _start(self):
        """Hold what this new pause covers, and note it on the customer's file."""
        self.ensure_one()
        self._check_end(self.date_to)
        names = dict.fromkeys(filter(None, self.item_ids.mapped("move_name")))
        self.sudo().write(
            {"is_whole": not self.item_ids, "item_names": ", ".join(names)}
        )
        self._keep_evidence()
        self.env["dunning.hold"].sudo().create(self._prepare_holds())
        self._log_on_debtor(self.env._("Paused: %(what)s", what=self._describe()))

    def _prepare_holds(self):
        """Return the holds of this pause: one for each item, or one for all.

        :rtype: list(dict)
        """
        self.ensure_one()
        debtor = self.debtor_id.sudo()
        values = {
            "debtor_id": debtor.id,
            "reason": "paused",
            "amount": self.amount,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "note": self._get_summary(debtor._get_company_env()),
            "origin_model": self._name,
            "origin_id": self.id,
        }
        items = self.item_ids.ids or [False]
        return [{**values, "move_line_id": item_id} for item_id in items]

    def _get_holds(self):
        """Return what these hold or held.

        :rtype: dunning.hold
        """
        return self.env["dunning.hold"]._find_by_origin(self)

    def _keep_evidence(self):
        """Let whoever may see a pause see what was uploaded for it just now."""
        for pause in self:
            pause.sudo().attachment_ids.filtered(
                lambda file: (
                    file.create_uid == self.env.user
                    and file.res_model == self._name
                    and not file.res_id
                )
            ).res_id = pause.id

    # === WORDS === #

    def _get_summary(self, env):
        """Return why this pause is, for what it holds.

        :param env: environment in whose language it is said.
        :rtype: str
        """
        self.ensure_one()
        reasons = dict(self._fields["reason"]._description_selection(env))
        return " · ".join(filter(None, [reasons[self.reason], self.note]))

    def _describe(self):
        """Return reason, invoices, end and remark of this pause in one line.

        :rtype: str
        """
        self.ensure_one()
        until = self.env._("until %(until)s", until=format_date(self.env, self.date_to))
        details = [self._get_summary(self.env), self.item_names, until]
        return " · ".join(filter(None, details))

    def _log_on_debtor(self, body):
        """Note something on the customer's file, where everything is read.

        :param str body: plain text.
        """
        self.ensure_one()
        self.debtor_id.sudo()._message_log(body=body)
