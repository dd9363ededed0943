import base64
from datetime import datetime, time

from odoo import Command, models

from ..models.ir_actions_report import DEBTOR_POLICY_REPORT


class CollectionsDemo(models.AbstractModel):
    """The terms of the company, those of customers it watches, and who has them."""

    _inherit = "collections.demo"

    def _set_up_policies(self, customers):
        """Give the company its terms, and stricter ones to a few customers."""
        policies = self.env["collections.credit.policy"]
        term = self.env.ref("account.account_payment_term_30days")
        standard = policies.create(
            {
                "name": "Conditions Atelier Lumen",
                "parent_id": self.env.ref(
                    "collections_dunning.collections_credit_policy"
                ).id,
                "has_credit_limit": True,
                "credit_limit": 15000.0,
                "limit_action": "approve",
                "age_limit_days": 90,
                "age_action": "approve",
            }
        )
        watched = policies.create(
            {
                "name": "Clients sous surveillance",
                "parent_id": standard.id,
                "payment_term_ids": [Command.set(term.ids)],
                "has_credit_limit": True,
                "credit_limit": 5000.0,
                "age_limit_days": 60,
                "age_action": "block",
                "has_plan_limits": True,
                "plan_max_months": 4,
                "plan_least_down_payment": 20.0,
            }
        )
        self.env.company.sudo().dunning_credit_policy_id = standard
        for key in ("auriol", "marchand"):
            self._get_debtor(customers[key]).credit_policy_id = watched

    def _send_policy(self, partner, day):
        """Record the policy in force as sent to a customer; nothing is delivered.

        :param date day: when it was sent.
        """
        debtor = self._get_debtor(partner)
        [(debtors, pages)] = self.env["ir.actions.report"]._print_dunning_letters(
            debtor, DEBTOR_POLICY_REPORT
        )
        policy = debtors.applied_credit_policy_id
        document = debtor._get_policy_debtor(debtor.company_id, policy)
        [recipient] = debtor._get_policy_recipients().values()
        self.env["collections.credit.policy.sending"].sudo().create(
            {
                "company_id": debtor.company_id.id,
                "debtor_id": debtor.id,
                "policy_id": policy.id,
                "date": datetime.combine(day, time(9, 15)),
                "user_id": self.env.uid,
                "recipient_id": recipient.id,
                "email": recipient.email_normalized,
                "document": base64.b64encode(pages[0]),
                "document_name": debtor._get_policy_document_name(),
                "fingerprint": document._get_policy_fingerprint(),
            }
        )
