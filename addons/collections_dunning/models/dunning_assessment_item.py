from odoo import fields, models
from odoo.tools import SQL

# Receivable accounts whose items are not dunned as they are, by country of the chart.
BILL_ACCOUNTS = {"FR": "413"}
RETENTION_ACCOUNTS = {"FR": "4117"}
# Days late of what can't become late: further off than any level.
CLOCK_STANDS = -36500


class DunningAssessment(models.AbstractModel):
    _inherit = "dunning.assessment"

    # === FIRST PART: THE OPEN ITEMS === #

    def _get_item_sql(self, company, date, partners):
        """Return the query of the open receivable items of a company.

        ``due`` is the due date of the ledger: with the entry it tells which debt it
        is. ``clock`` is the last day on which the item is not late, empty while the
        days to pay of a public buyer stand still; ``days_late`` counts from there.
        ``is_prior`` tells of an insolvent customer's items that they were born before
        the judgment, ``is_later`` that they are claims born since.

        :param date date: in the past, the items are as they were on that day:
            what was reconciled later is open again.
        :param res.partner partners: items of these customers; None: of all.
        :rtype: SQL
        """
        is_past = date < fields.Date.context_today(self)
        only = SQL("TRUE")
        if partners is not None:
            only = SQL("p.commercial_partner_id = ANY(%s)", partners.ids)
        return SQL(
            """
            WITH insolvent AS MATERIALIZED (%(insolvent)s)
            SELECT l.id, l.move_id, m.name AS move_name, m.invoice_date,
                   coalesce(l.date_maturity, l.date) AS due,
                   clock.day AS clock,
                   coalesce(%(date)s - clock.day, %(stands)s) AS days_late,
                   coalesce(m.is_late_charge, FALSE) AS is_late_charge,
                   l.currency_id,
                   %(residual)s AS residual,
                   %(residual_company)s AS residual_company,
                   p.commercial_partner_id AS partner_id,
                   d.id AS debtor_id,
                   coalesce(a.non_trade, FALSE) AS non_trade,
                   coalesce(l.no_followup, FALSE) AS no_followup,
                   j.type = 'general' AS general,
                   j.type IN ('bank', 'cash', 'credit') AND m.move_type = 'entry'
                       AND (rejected.rejected_on IS NULL OR l.balance < 0)
                       AS is_payment,
                   m.payment_state IS NOT DISTINCT FROM 'blocked' AS blocked,
                   m.reversed_entry_id,
                   l.date AS booked_on,
                   CASE d.grouping WHEN 'address' THEN m.partner_id::text
                                   WHEN 'reference' THEN nullif(trim(m.ref), '')
                    END AS group_key,
                   CASE WHEN d.grouping = 'address' THEN m.partner_id END AS address_id,
                   rejected.rejected_on,
                   coalesce(insolvent.is_prior, FALSE) AS is_prior,
                   coalesce(insolvent.is_later, FALSE) AS is_later,
                   %(refusal)s AS refusal,
                   %(procedure)s AS own_procedure_id
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
              JOIN account_journal j ON j.id = l.journal_id
         LEFT JOIN res_partner p ON p.id = l.partner_id
         LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                       AND d.company_id = l.company_id
         LEFT JOIN account_payment_method_line method
                ON method.id = m.preferred_payment_method_line_id
         LEFT JOIN res_partner_bank bank ON bank.id = m.partner_bank_id
         LEFT JOIN res_partner payee ON payee.id = bank.partner_id
         LEFT JOIN %(policies)s agreed ON agreed.policy_id = m.credit_policy_id
         LEFT JOIN (SELECT rel.move_line_id, max(r.date) AS rejected_on
                      FROM collections_payment_rejection_item_rel rel
                      JOIN collections_payment_rejection r ON r.id = rel.rejection_id
                     WHERE r.company_id = %(company)s AND r.date <= %(date)s
                  GROUP BY rel.move_line_id
                   ) rejected ON rejected.move_line_id = l.id
         LEFT JOIN insolvent ON insolvent.id = l.id
                   %(later)s
        CROSS JOIN LATERAL (SELECT %(clock)s AS day) clock
             WHERE l.company_id = %(company)s
               AND a.account_type = 'asset_receivable'
               AND l.parent_state = 'posted'
               AND %(is_open)s
               AND %(only)s
            """,
            date=date,
            company=company.id,
            only=only,
            clock=self.env["account.move.line"]._get_clock_sql(date),
            stands=CLOCK_STANDS,
            refusal=self._get_refusal_sql(company, date),
            policies=self._get_policies_sql(),
            insolvent=self._get_insolvent_sql(company, date),
            procedure=self._get_item_procedure_sql(company),
            **(self._get_past_sql(date) if is_past else self._get_today_sql()),
        )

    def _get_item_procedure_sql(self, company):
        """Return the procedure of an item, where it is not that of its debtor.

        That of what an insolvent customer owes since the judgment, else that of the
        invoice's own credit policy (``agreed``).

        :rtype: SQL
        """
        return SQL(
            """
            coalesce(CASE WHEN insolvent.is_later THEN %s::int END,
                     agreed.procedure_id)
            """,
            company._get_dunning_insolvency_procedure().id or None,
        )

    def _get_policies_sql(self):
        """Return the credit policies with the procedure that each of them gives.

        :return: a table of ``policy_id`` and ``procedure_id``.
        :rtype: SQL
        """
        policies = self.env["collections.credit.policy"]
        values = policies._get_effective_values(["procedure_id"])
        return SQL(
            "(SELECT * FROM unnest(%s::int[], %s::int[]) p (policy_id, procedure_id))",
            list(values),
            [each["procedure_id"] for each in values.values()],
        )

    def _get_refusal_sql(self, company, date):
        """Return the reason for which an item is not claimed whatever its level.

        The keys are reasons, in their order: an invoice the customer never got, money
        we take or hold ourselves, a debt that is paid to somebody else.

        :rtype: SQL
        """
        sent_outside = company.root_id.dunning_sent_outside
        return SQL(
            """
            CASE WHEN m.move_type = 'out_invoice' AND NOT %(sent_outside)s
                  AND (m.is_move_sent IS NOT TRUE OR m.id IN (%(failed)s))
                 THEN 'not_delivered'
                 WHEN (d.pays_by_direct_debit OR method.is_direct_debit)
                  AND rejected.rejected_on IS NULL THEN 'direct_debit'
                 WHEN l.account_id = ANY(%(bills)s)
                  AND rejected.rejected_on IS NULL THEN 'bill'
                 WHEN l.account_id = ANY(%(retentions)s) AND NOT EXISTS (
                      SELECT FROM dunning_hold released
                       WHERE released.move_line_id = l.id
                         AND released.reason = 'retention'
                         AND released.date_to < %(date)s) THEN 'retention'
                 WHEN m.move_type = 'out_invoice'
                  AND payee.commercial_partner_id <> ALL(%(own)s) THEN 'factored'
             END
            """,
            sent_outside=bool(sent_outside),
            failed=self._get_failed_sql(),
            bills=self._get_account_ids(company, BILL_ACCOUNTS),
            retentions=self._get_account_ids(company, RETENTION_ACCOUNTS),
            own=company._get_dunning_lineage().partner_id.commercial_partner_id.ids,
            date=date,
        )

    def _get_failed_sql(self):
        """Return the query of the invoices whose e-mail to the customer failed.

        Unless a later one, or the same to another contact of the customer, did not.
        """
        return SQL(
            """
            SELECT failed.move_id
              FROM (%(notifications)s
                    WHERE n.notification_status IN ('exception', 'bounce')) failed
             WHERE NOT EXISTS (
                   SELECT FROM (%(notifications)s
                        WHERE n.notification_status NOT IN ('exception', 'bounce')
                          AND n.notification_status <> 'canceled') arrived
                    WHERE arrived.move_id = failed.move_id
                      AND arrived.message_id >= failed.message_id)
            """,
            notifications=SQL(
                """
                SELECT message.res_id AS move_id, message.id AS message_id
                  FROM mail_notification n
                  JOIN mail_message message ON message.id = n.mail_message_id
                                           AND message.model = 'account.move'
                  JOIN account_move invoice ON invoice.id = message.res_id
                  JOIN res_partner p ON p.id = n.res_partner_id
                   AND p.commercial_partner_id = invoice.commercial_partner_id
                   AND n.notification_type = 'email'
                """
            ),
        )

    def _get_account_ids(self, company, prefixes):
        """Return the receivable accounts of a company that have a meaning of their own.

        :param dict prefixes: beginning of the code, by country of the chart.
        :rtype: list(int)
        """
        prefix = prefixes.get(company.account_fiscal_country_id.code)
        if not prefix:
            return []
        accounts = self.env["account.account"].sudo().with_company(company)
        return accounts.search(
            [
                ("code", "=like", f"{prefix}%"),
                ("account_type", "=", "asset_receivable"),
                ("company_ids", "parent_of", company.ids),
            ]
        ).ids

    def _get_today_sql(self):
        return {
            "residual": SQL("l.amount_residual_currency"),
            "residual_company": SQL("l.amount_residual"),
            "later": SQL(""),
            "is_open": SQL("l.reconciled IS NOT TRUE"),
        }

    def _get_past_sql(self, date):
        """Return the pieces of the query that undo later reconciliations."""
        return {
            "residual": SQL(
                "(l.amount_residual_currency + coalesce(later.amount_currency, 0))"
            ),
            "residual_company": SQL("(l.amount_residual + coalesce(later.amount, 0))"),
            "later": SQL(
                """
                LEFT JOIN (
                    SELECT line_id, sum(amount) AS amount,
                           sum(amount_currency) AS amount_currency
                      FROM (SELECT debit_move_id AS line_id, amount,
                                   debit_amount_currency AS amount_currency
                              FROM account_partial_reconcile WHERE max_date > %(date)s
                             UNION ALL
                            SELECT credit_move_id, -amount, -credit_amount_currency
                              FROM account_partial_reconcile WHERE max_date > %(date)s
                           ) partial
                  GROUP BY line_id) later ON later.line_id = l.id
                """,
                date=date,
            ),
            "is_open": SQL(
                "l.date <= %s AND (l.reconciled IS NOT TRUE "
                "OR later.amount_currency <> 0 OR later.amount <> 0)",
                date,
            ),
        }
