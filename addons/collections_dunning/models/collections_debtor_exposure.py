from odoo import api, fields, models
from odoo.tools import SQL


class CollectionsDebtor(models.Model):
    """How much we have at risk with a customer.

    Counted over the root company and all of its branches: a customer of several
    branches has one limit.
    """

    _inherit = "collections.debtor"

    exposure = fields.Monetary(
        compute="_compute_exposure",
        help="Open receivables, with orders that are not invoiced yet where Sales is "
        "installed, less credits: of the company and all of its branches.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_exposure(self):
        amounts = self._get_exposures()
        for debtor in self:
            key = (debtor.company_id.root_id.id, debtor.partner_id.id)
            debtor.exposure = amounts.get(key, 0.0)

    def _get_exposures(self):
        """Read what is at risk with these customers, in one query.

        :return: amount in company currency, by root company id and customer id; who
            owes nothing is not in it.
        :rtype: dict(tuple, float)
        """
        roots = self.company_id.root_id
        if not roots or not self.partner_id.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT e.root_id, e.partner_id, sum(e.amount) FROM (%s) e "
                "WHERE e.root_id = ANY(%s) AND e.partner_id = ANY(%s) GROUP BY 1, 2",
                self._get_exposure_sql(),
                roots.ids,
                self.partner_id.ids,
            )
        )
        return {
            (root_id, partner_id): float(amount) for root_id, partner_id, amount in rows
        }

    @api.model
    def _get_exposure_sql(self):
        """Return the query of what is at risk: for ``collections_dunning_sale`` too.

        :return: rows of ``root_id``, ``partner_id`` (who is invoiced) and ``amount``
            in the currency of the root company; several for one customer.
        :rtype: SQL
        """
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """
            SELECT split_part(c.parent_path, '/', 1)::int AS root_id,
                   p.commercial_partner_id AS partner_id,
                   l.amount_residual AS amount
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN res_company c ON c.id = l.company_id
             WHERE l.parent_state = 'posted'
               AND a.account_type = 'asset_receivable'
               AND l.reconciled IS NOT TRUE
            """
        )
