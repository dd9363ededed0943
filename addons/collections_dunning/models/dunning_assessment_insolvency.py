from odoo import models
from odoo.tools import SQL

from ..const import VOID_OUTCOMES


class DunningAssessment(models.AbstractModel):
    """On which side of a judgment of insolvency each item was born."""

    _inherit = "dunning.assessment"

    def _get_insolvency_sql(self, company, date):
        """Return the query of the last proceedings of each debtor.

        Past ones, too: what was born before them nets with nothing later for good.

        :param date date: judgments until this day.
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

    def _get_prior_sql(self):
        """Return whether an item was born before the judgment, as recorded.

        What is not listed yet goes by its dates. The later part of an item on both
        sides is a later claim: the part before is held.
        """
        return SQL(
            """
            CASE WHEN insolvency.id IS NULL THEN FALSE
                 WHEN birth.id IS NOT NULL THEN birth.birth = 'before'
                 ELSE %s < insolvency.judgment_date END
            """,
            self.env["collections.insolvency"]._get_born_sql(),
        )
