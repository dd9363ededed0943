from odoo import models
from odoo.tools import SQL

from ..const import REASONS


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === WHAT A RUN KEEPS OF THE ASSESSMENT === #

    def _write_decisions(self, run):
        """Close the decisions that changed and open the new ones.

        Written from a difference, so that a quiet day writes nothing; the table that
        is being filled is never searched for what it lacks.

        :param dunning.run run: the company's latest run.
        """
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.dunning_diff"))
        cr.execute(self._get_diff_sql(run.company_id))
        cr.execute(
            SQL(
                "UPDATE dunning_decision d SET closed_run_id = %s FROM dunning_diff "
                "WHERE d.id = dunning_diff.decision_id",
                run.id,
            )
        )
        cr.execute(
            SQL(
                """
                INSERT INTO dunning_decision
                       (company_id, opened_run_id, move_line_id, debtor_id, move_id,
                        move_name, date_maturity, currency_id, amount_residual,
                        amount_claimed, reason, level_id, next_date)
                SELECT %s, %s, item_id, debtor_id, move_id, move_name, due,
                       currency_id, residual, claimed, reason, level_id, next_date
                  FROM dunning_diff
                 WHERE item_id IS NOT NULL
                """,
                run.company_id.id,
                run.id,
            )
        )
        self.env["dunning.decision"].invalidate_model()

    def _get_diff_sql(self, company):
        """Return the query of the items whose decision is not the one in force.

        ``item_id`` is empty for a decision on an item that is open no more.
        """
        return SQL(
            """
            CREATE TEMPORARY TABLE dunning_diff AS
            SELECT d.id AS decision_id, a.id AS item_id, a.debtor_id, a.move_id,
                   a.move_name, a.due, a.currency_id, a.residual, a.claimed, a.reason,
                   a.level_id, a.next_date
              FROM (SELECT *, %(claimed)s AS claimed FROM dunning_assessed) a
         FULL JOIN (SELECT * FROM dunning_decision
                     WHERE company_id = %(company)s AND closed_run_id IS NULL) d
                ON d.move_line_id = a.id
             WHERE d.id IS NULL OR a.id IS NULL
                OR (d.reason, d.level_id, d.amount_claimed, d.amount_residual,
                    d.next_date, d.debtor_id, d.move_id, d.date_maturity)
                   IS DISTINCT FROM
                   (a.reason, a.level_id, a.claimed, a.residual,
                    a.next_date, a.debtor_id, a.move_id, a.due)
            """,
            claimed=self._get_claimed_sql(),
            company=company.id,
        )

    def _get_claimed_sql(self):
        return SQL("CASE WHEN reason = 'dunned' THEN claim ELSE 0 END")

    def _write_outcomes(self, run):
        """Total the assessment by reason and currency, and the ledger apart from it.

        :param dunning.run run: gets ``outcome_ids``, ``open_item_count`` and
            ``ledger_totals``.
        """
        order = SQL(", ").join(
            SQL("(%s, %s)", key, place) for place, (key, _) in enumerate(REASONS)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dunning_run_outcome
                       (run_id, company_id, sequence, reason, currency_id, item_count,
                        amount_residual, amount_claimed)
                SELECT %(run)s, %(company)s, o.place, a.reason, a.currency_id,
                       count(*), sum(a.residual), sum(%(claimed)s)
                  FROM dunning_assessed a
                  JOIN (VALUES %(order)s) o (reason, place) USING (reason)
              GROUP BY o.place, a.reason, a.currency_id
                """,
                run=run.id,
                company=run.company_id.id,
                claimed=self._get_claimed_sql(),
                order=order,
            )
        )
        totals = self.env.execute_query(self._get_ledger_totals_sql(run))
        run.write(
            {
                "open_item_count": sum(count for _code, count, _amount in totals),
                "ledger_totals": {
                    code: [count, float(amount)] for code, count, amount in totals
                },
            }
        )
        run.invalidate_recordset(["outcome_ids"])

    def _get_ledger_totals_sql(self, run):
        """Return the query of the open items by currency, straight from the ledger.

        On purpose it shares nothing with the assessment but the words "receivable,
        posted, open": it is what the outcomes are held against.
        """
        past = self._get_past_sql(run.date)
        today = self._get_today_sql()
        pieces = past if run._is_past() else today
        return SQL(
            """
            SELECT c.name, count(*), sum(%(residual)s)
              FROM account_move_line l
              JOIN res_currency c ON c.id = l.currency_id
                   %(later)s
             WHERE l.company_id = %(company)s
               AND l.parent_state = 'posted'
               AND l.account_id IN (SELECT id FROM account_account
                                     WHERE account_type = 'asset_receivable')
               AND %(is_open)s
          GROUP BY c.name
            """,
            company=run.company_id.id,
            residual=pieces["residual"],
            later=pieces["later"],
            is_open=pieces["is_open"],
        )
