from odoo import models
from odoo.tools import SQL, format_list


class AccountMove(models.Model):
    """Payment terms that were not agreed are pointed out, never refused."""

    _inherit = "account.move"

    def _get_check_texts(self, public_days):
        texts = super()._get_check_texts(public_days)
        policy = self.applied_credit_policy_id
        terms = policy._get_value("payment_term_ids")
        texts["other_terms"] = self.env._(
            "%(terms)s is not among the payment terms of the credit policy %(policy)s: "
            "%(offered)s.",
            terms=self.invoice_payment_term_id.name,
            policy=policy.name,
            offered=format_list(self.env, terms.mapped("name")) if terms else "",
        )
        return texts

    def _get_check_kinds_sql(self, outside):
        """Add the terms that the credit policy of an invoice does not offer."""
        policies = self.env["collections.credit.policy"].sudo()
        debtors = self.env["collections.debtor"]
        debtors.flush_model(["credit_policy_id", "segment_id"])
        policies.flush_model()
        offered = [
            (policy.id, term.id)
            for policy in policies.search_fetch([])
            for term in policy._get_value("payment_term_ids")
        ]
        return SQL(
            """
            %(others)s,
            CASE WHEN fact.is_early AND EXISTS (
                      SELECT FROM %(offered)s
                       WHERE policy_id = coalesce(%(own)s, %(policy)s)
                      HAVING bool_and(term_id <> m.invoice_payment_term_id))
                 THEN 'other_terms' END
            """,
            others=super()._get_check_kinds_sql(outside),
            offered=SQL(
                "unnest(%s::int[], %s::int[]) AS offer (policy_id, term_id)",
                [policy_id for policy_id, _term_id in offered],
                [term_id for _policy_id, term_id in offered],
            ),
            own=SQL(
                "(SELECT job.id FROM collections_credit_policy job"
                " WHERE job.id = m.credit_policy_id AND job.active)"
            ),
            policy=debtors._get_policy_sql("d", SQL("m.company_id")),
        )
