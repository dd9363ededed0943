import logging

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

_logger = logging.getLogger(__name__)


class CollectionsPaymentPlan(models.Model):
    """What a signature brings about, and how a plan is renegotiated."""

    _inherit = "collections.payment.plan"

    # === ACTION METHODS === #

    def action_open_acceptance(self):
        """Open the dialog that records a plan signed on paper."""
        self.ensure_one()
        self._check_state("proposed")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_payment_plan_accept_action"
        )
        return {**action, "context": {"default_plan_id": self.id}}

    def action_accept(self, signed_by, scan, scan_name, signed_on=None):
        """Record that the customer signed this plan on paper.

        :param str signed_by: name of who signed it.
        :param str scan: the signed plan, a PDF or image, in base64.
        :param str scan_name: name of that file.
        :param date signed_on: day of the signature; None: today.
        :return: True
        :raise AccessError: when the user is no Collector.
        :raise UserError: when the plan is not proposed, or something is missing.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        if not signed_by or not scan:
            raise UserError(
                self.env._("Say who signed it, and attach the signed plan.")
            )
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(signed_on) or today
        if day > today:
            raise UserError(
                self.env._("%(day)s has not come yet.", day=format_date(self.env, day))
            )
        attachment = self.env["ir.attachment"].create(
            {
                "name": scan_name or self.env._("Signed plan"),
                "datas": scan,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self._accept(
            {
                "acceptance": "hand",
                "signed_by": signed_by,
                "signed_on": fields.Datetime.to_datetime(day),
                "scan_attachment_id": attachment.id,
            }
        )
        return True

    def action_renegotiate(self):
        """Make a new version of this plan: what is still open, over what is left.

        This one stays in force until the new one is accepted, and is kept.

        :return: the action that shows the new version.
        :rtype: dict
        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing is open any more.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        self._check_state("proposed", "accepted", "late")
        draft = self.next_ids.filtered(lambda plan: plan.state == "draft")[:1]
        return (draft or self._create_version())._get_records_action()

    # === BUSINESS METHODS === #

    def _accept(self, values):
        """Put this plan into force: the customer signed it.

        Its items are held until the end; what it asks for of interest and compensation
        is invoiced; the version it replaces is kept. Rights, identity and the code are
        the caller's.

        :param dict values: fields of ``collections.agreement``: who signed, when, how,
            and the proof.
        :raise UserError: when it is not proposed any more.
        """
        plan = self.sudo()
        plan.ensure_one()
        # Two clicks, or a customer and a collector at once: the second one is told.
        plan.lock_for_update()
        plan.invalidate_recordset(["state"])
        plan._check_state("proposed")
        today = fields.Date.context_today(plan)
        if values.get("acceptance") == "portal" and plan.valid_until < today:
            raise UserError(
                plan.env._("This offer has lapsed: please ask for a new one.")
            )
        plan.write({"state": "accepted", "accepted_on": today, **values})
        plan.activity_ids.unlink()
        plan._hold_items()
        plan._replace_promises()
        plan._replace_previous()
        plan._invoice_charges()
        plan._store_agreement()
        plan._match_payments()
        plan._tell_acceptance()

    def _tell_acceptance(self):
        """Note who signed; tell the responsible of what a customer signed alone."""
        self.message_post(
            body=self.env._(
                "Accepted by %(name)s on %(date)s.",
                name=self.signed_by,
                date=format_date(self.env, self.accepted_on),
            ),
            attachment_ids=(self.agreement_attachment_id | self.scan_attachment_id).ids,
        )
        if self.acceptance == "portal":
            self._ask("accepted", self.env._("The customer signed the payment plan"))

    def _replace_previous(self):
        """The version before this one is kept, and holds nothing any more."""
        # No break: this plan's holds are in force, those of items paid hold nothing.
        self.previous_id.filtered(lambda plan: plan._is_live())._end("replaced")

    def _replace_promises(self):
        """What was promised of these items is paid as the plan says from now on."""
        items = self.line_ids.move_line_id
        promises = self.env["collections.promise"].search(
            [("state", "=", "open"), ("item_ids", "in", items.ids)]
        )
        promises.filtered(
            lambda promise: (
                not promise.item_ids.filtered(lambda i: not i.reconciled) - items
            )
        )._replace()

    # === CHARGES === #

    def _invoice_charges(self):
        """Invoice the interest and compensation that this plan asks for.

        The item of that invoice is one of the plan's from here on. When they can't be
        invoiced, the customer's signature stands: somebody is asked to see to it.
        """
        if not self.currency_id.compare_amounts(self.amount_charges, 0) > 0:
            return
        items = self.line_ids.move_line_id
        charges = self.env["collections.interest.charge"].sudo()
        try:
            with self.env.cr.savepoint():
                moves = charges._invoice_items(items, self.date)
                moves.action_post()
        except UserError as error:
            _logger.info("Charges of %s: %s", self.display_name, error)
            self._ask(
                "charges",
                self.env._("Invoice the interest that this plan asks for"),
                note=str(error),
            )
            return
        self._add_charge_items(moves)

    def _add_charge_items(self, moves):
        """Take the items of these invoices into the plan.

        :param account.move moves: posted invoices of its charges.
        """
        items = moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.line_ids = [
            Command.create({"move_line_id": item.id, "is_charge": True})
            for item in items
        ]
        self._hold_items()

    # === VERSIONS === #

    def _create_version(self):
        """Draft the next version: what is open of the items, over the dates left.

        :rtype: collections.payment.plan
        :raise UserError: when nothing is open any more.
        """
        self.ensure_one()
        items = self.line_ids.move_line_id.filtered(
            lambda item: (
                item.parent_state == "posted" and item.amount_residual_currency > 0
            )
        )
        if not items:
            raise UserError(self.env._("Nothing is open on the items of this plan."))
        today = fields.Date.context_today(self)
        coming = self.installment_ids.filtered(
            lambda each: each.state != "paid" and each.date > today
        )
        names = ("contact_id", "responsible_id", "lang", "interval", "rounding")
        names += ("interest_mode", "requires_current", "notice_days", "note", "origin")
        kept = {name: self[name] for name in names}
        kept = {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in kept.items()
        }
        version = self._create_from_items(
            self.debtor_id,
            items,
            **kept,
            installment_count=max(len(coming), 1),
            first_date=coming[:1].date or fields.Date.add(today, months=1),
            # Once invoiced they are an item, as any other.
            with_charges=self.with_charges and not self.line_ids.filtered("is_charge"),
        )
        version.sudo().write({"previous_id": self.id, "version": self.version + 1})
        return version
