from odoo import models
from odoo.tools import SQL

from ..const import VOID_OUTCOMES


class DunningAssessment(models.AbstractModel):
    """On which side of a judgment of insolvency each item was born."""

    _inherit = "dunning.assessment"

    def _get_insolvent_sql(self, company, date):
        """Return the query of the items of insolvent customers, few among all.

        ``is_prior``: born before the judgment, as recorded; what is not listed yet
        goes by its dates. The later part of an item on both sides is a later claim:
        the part before is held. ``is_later``: born since, while proceedings are under
        way and no court plan is in force.

        :param date date: judgments until this day.
        """
        return SQL(
            """
            SELECT l.id, side.is_prior,
                   insolvency.state = 'open' AND NOT side.is_prior AS is_later
              FROM (%(insolvency)s) insolvency
              JOIN collections_debtor d ON d.id = insolvency.debtor_id
              JOIN res_partner p ON p.commercial_partner_id = d.partner_id
              JOIN account_move_line l ON l.partner_id = p.id
                                      AND l.company_id = d.company_id
                                      AND l.parent_state = 'posted'
              JOIN account_account a ON a.id = l.account_id
                                    AND a.account_type = 'asset_receivable'
              JOIN account_move m ON m.id = l.move_id
         LEFT JOIN collections_insolvency_item birth
                ON birth.insolvency_id = insolvency.id AND birth.move_line_id = l.id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN birth.id IS NOT NULL THEN birth.birth = 'before'
                               ELSE %(born)s < insolvency.judgment_date
                           END AS is_prior) side
            """,
            insolvency=self._get_insolvency_sql(company, date),
            born=self.env["collections.insolvency"]._get_born_sql(),
        )

    def _get_insolvency_sql(self, company, date):
        """Return the query of the last proceedings of each debtor.

        Past ones, too: what was born before them nets with nothing later for good.
        """
        return SQL(
            """
            SELECT DISTINCT ON (debtor_id) id, debtor_id, judgment_date,
                   CASE WHEN closed_on <= %(date)s THEN 'closed'
                        WHEN state = 'plan' THEN 'plan' ELSE 'open' END AS state
              FROM collections_insolvency
             WHERE company_id = %(company)s AND judgment_date <= %(date)s
               AND (outcome IS NULL OR outcome <> ALL(%(void)s))
          ORDER BY debtor_id, judgment_date DESC, id DESC
            """,
            company=company.id,
            date=date,
            void=list(VOID_OUTCOMES),
        )
