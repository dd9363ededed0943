from odoo import Command, fields, models
from odoo.tools import SQL

from ..const import LETTER_CHANNELS


class CollectionsPaymentPlan(models.Model):
    """The messages about a plan: notices, drafted here, sent as all others are."""

    _inherit = "collections.payment.plan"

    notice_ids = fields.One2many("dunning.notice", "plan_id", string="Notices")

    def _draft_notice(self, event, installment=None):
        """Draft the message that an event of this plan brings about, once.

        What its level sends automatically leaves with the company's next run, under
        the same conditions as any notice; the rest waits in it for a person. A message
        that was drafted before is not drafted again, unless it came back, or was
        dropped because it had nothing to ask for.

        :param str event: one of ``const.PLAN_EVENTS``.
        :param collections.payment.plan.installment installment: which one, for the
            events of installments.
        :return: the draft, or the message that exists already; empty when the company
            sends no such message.
        :rtype: dunning.notice
        """
        self.ensure_one()
        plan = self.sudo()
        installment = (installment or plan.installment_ids.browse()).sudo()
        level = plan.company_id._get_dunning_plan_level(event)
        notice = plan._find_notice(event, installment)
        if notice or not level:
            return notice.with_env(self.env)
        quiet = {
            "tracking_disable": True,
            "mail_create_nosubscribe": True,
            "mail_create_nolog": True,
        }
        notice = plan.notice_ids.with_context(**quiet).create(
            plan._prepare_notice_vals(level, installment)
        )
        notice._add_copies()
        plan.env["dunning.proposal"]._refresh_notices(notice)
        notice.run_id = plan._get_proposed_run()
        return notice.with_env(self.env)

    def _find_notice(self, event, installment):
        """Return the message about this event that stands.

        Neither one that came back, nor one that was dropped for lack of a claim, nor a
        test from the time of the test mode.

        :rtype: dunning.notice
        """
        testing = self.company_id._is_dunning_test_mode()
        found = self.notice_ids.filtered(
            lambda n: (
                n.level_id.event == event
                and n.installment_id == installment
                and n.state != "bounced"
                and not n.email_refused
                and (testing or not n.is_test)
            )
        )
        return found.filtered(
            lambda n: (
                n.state != "cancelled"
                or event == "plan_completed"
                or n.currency_id.compare_amounts(n.amount_claimed, 0) > 0
            )
        ).sorted("id")[-1:]

    def _get_proposed_run(self):
        """Return the proposal that is being reviewed: the message joins it.

        :rtype: dunning.run
        """
        return self.env["dunning.run"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "proposed"),
                ("is_simulation", "=", False),
            ],
            limit=1,
        )

    def _prepare_notice_vals(self, level, installment):
        """Return the values of a message about this plan.

        :rtype: dict
        """
        debtor = self.debtor_id
        recipient = self._get_notice_recipient(level)
        reason = False if recipient else "no_recipient"
        automatic = level.approval == "automatic" and not level.is_formal
        return {
            "company_id": self.company_id.id,
            "debtor_id": debtor.id,
            "partner_id": debtor.partner_id.id,
            "currency_id": self.currency_id.id,
            "plan_id": self.id,
            "installment_id": installment.id,
            "level_id": level.id,
            "message_kind": level.event,
            "channel": level.channel,
            "tone": debtor.applied_tone,
            "lang": self._get_agreement_lang(),
            "recipient_id": recipient.id,
            "responsible_id": self._get_agreement_user().id,
            "review_reason": reason,
            "approved": automatic and not reason and debtor.dunning_mode == "automatic",
            "line_ids": [
                Command.create(line._prepare_notice_line_vals())
                for line in self.line_ids
                if line._is_open_debt()
            ],
        }

    def _get_notice_recipient(self, level):
        """Return who gets a message about this plan; empty when nobody can.

        A letter to the registered office goes to the customer itself. An e-mail goes
        to who signs for the customer, else to the dunning contact.

        :rtype: res.partner
        """
        customer = self.partner_id
        signatory = self._get_signatory()
        if level.channel not in LETTER_CHANNELS:
            contact = self.debtor_id._get_statement_recipients().get(self.debtor_id.id)
            return signatory.filtered(self._can_email) or contact or customer.browse()
        candidates = signatory | self.debtor_id.contact_id | customer
        if level.recipient_role == "office":
            candidates = customer | candidates
        return candidates.filtered(
            lambda p: (p.street or p.street2) and (p.zip or p.city)
        )[:1]

    def _can_email(self, partner):
        """Tell whether somebody's address works, as far as is known.

        :rtype: bool
        """
        refused = {
            address
            for (address,) in self.env.execute_query(
                SQL("%s", self.env["dunning.assessment"]._get_refused_sql())
            )
        }
        return bool(partner.email_normalized) and (
            partner.email_normalized not in refused
        )


class CollectionsPaymentPlanLine(models.Model):
    _inherit = "collections.payment.plan.line"

    def _is_open_debt(self):
        """Tell whether this item is open, and still the debt that the plan is about.

        :rtype: bool
        """
        self.ensure_one()
        item = self.move_line_id
        return bool(
            item
            and item.parent_state == "posted"
            and not item.reconciled
            and item.move_id == self.move_id
            and item.amount_residual_currency > 0
        )

    def _prepare_notice_line_vals(self):
        """Return the line of a message that lists this item for information.

        :rtype: dict
        """
        item = self.move_line_id
        due = item.date_maturity or item.date
        today = fields.Date.context_today(self)
        return {
            "company_id": self.company_id.id,
            "kind": "4_information",
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "move_name": item.move_id.name,
            "invoice_date": item.move_id.invoice_date or item.date,
            "date_maturity": due,
            "currency_id": item.currency_id.id,
            "amount_residual": item.amount_residual_currency,
            "amount_held": item.amount_residual_currency,
            "amount_claimed": 0.0,
            "days_late": (today - due).days,
            "cycle": 0,
            "live": True,
        }
