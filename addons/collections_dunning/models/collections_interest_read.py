from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL


class CollectionsInterest(models.AbstractModel):
    """What late interest depends on, read for all items at once."""

    _inherit = "collections.interest"

    def _flush(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "collections.debtor",
            "collections.interest.charge",
            "collections.payment.plan",
            "collections.payment.plan.line",
            "collections.settlement",
            "dunning.hold",
            "dunning.level",
            "dunning.notice",
            "dunning.notice.line",
            "res.partner",
        ):
            self.env[model].flush_model()

    def _read_items(self, move_lines, stop_date):
        """Return what the interest of each item depends on.

        ``due`` is the last day it was not late, ``formal_on`` the day of the first
        formal notice that claimed it, ``insolvent_on`` that of the judgment,
        ``charged`` the periods whose interest was invoiced, in order of time.

        :rtype: list(dict)
        """
        self._flush()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.company_id, l.currency_id,
                       l.amount_currency::text AS amount,
                       CASE WHEN m.move_type = 'entry' THEN l.amount_currency
                            ELSE m.amount_total END::text AS invoice_amount,
                       p.commercial_partner_id AS partner_id, d.id AS debtor_id,
                       %(due)s AS due,
                       coalesce(m.is_late_charge, FALSE) AS is_late_charge,
                       formal.day AS formal_on, insolvency.day AS insolvent_on,
                       insolvency.part AS insolvent_part,
                       insolvency.part_from AS insolvent_part_from,
                       charge.periods AS charged,
                       coalesce(charge.in_draft, FALSE) AS in_draft,
                       coalesce(compensation.charged, FALSE) AS compensation_charged,
                       plan.stops_on AS plan_stops_on,
                       coalesce(plan.waives, FALSE) AS plan_waives,
                       EXISTS (%(settlement)s) AS is_settled,
                       CASE WHEN m.move_type = 'entry'
                            -- Opening entries: each item is an invoice.
                            THEN j.type NOT IN ('bank', 'cash', 'credit')
                            ELSE coalesce(l.id = first.id, FALSE)
                        END AS carries_compensation
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_journal j ON j.id = l.journal_id
             LEFT JOIN res_partner p ON p.id = l.partner_id
             LEFT JOIN collections_debtor d ON d.partner_id = p.commercial_partner_id
                                           AND d.company_id = l.company_id
             LEFT JOIN LATERAL (%(formal)s) formal ON TRUE
             LEFT JOIN LATERAL (%(insolvency)s) insolvency ON TRUE
             LEFT JOIN LATERAL (
                       SELECT array_agg(ARRAY[c.date_from, c.date_to]
                                        ORDER BY c.date_from) AS periods,
                              bool_or(i.state = 'draft') AS in_draft
                         FROM (%(charges)s) c
                         JOIN account_move i ON i.id = c.charge_move_id
                        WHERE c.move_id = l.move_id AND c.date_to IS NOT NULL
                          AND coalesce(c.move_line_id, l.id) = l.id
                       ) charge ON TRUE
             LEFT JOIN LATERAL (
                       SELECT TRUE AS charged FROM (%(charges)s) c
                        WHERE c.move_id = l.move_id AND c.amount_compensation > 0
                          AND (m.move_type <> 'entry' OR c.move_line_id = l.id)
                        LIMIT 1) compensation ON TRUE
             LEFT JOIN LATERAL (%(first)s) first ON TRUE
             LEFT JOIN LATERAL (%(plan)s) plan ON TRUE
                 WHERE l.id = ANY(%(ids)s)
                """,
                due=self.env["account.move.line"]._get_clock_sql(stop_date),
                formal=self._get_formal_sql(),
                insolvency=self._get_insolvency_sql(
                    max(stop_date, fields.Date.context_today(self))
                ),
                charges=self.env["collections.interest.charge"]._get_live_sql(),
                first=self._get_first_installment_sql(stop_date),
                plan=self._get_plan_sql(),
                settlement=self._get_settlement_sql(),
                ids=list(move_lines._origin.ids),
            )
        )
        for row in rows:
            # The driver would make floats of numbers.
            row["amount"] = Decimal(row["amount"])
            row["invoice_amount"] = Decimal(row["invoice_amount"])
        return rows

    def _get_formal_sql(self):
        """Return the query of the day an item (``l``) was first formally claimed.

        The first presentation, else two days after the letter was posted.
        """
        return SQL(
            """
            SELECT min(coalesce(n.presented_on, n.posted_on + 2, n.sent_at::date))
                   AS day
              FROM dunning_notice_line nl
              JOIN dunning_notice n ON n.id = nl.notice_id AND n.state = 'sent'
              JOIN dunning_level level ON level.id = nl.level_id AND level.is_formal
             WHERE nl.move_line_id = l.id AND nl.live AND nl.move_id = l.move_id
               AND nl.date_maturity = coalesce(l.date_maturity, l.date)
            """
        )

    def _get_plan_sql(self):
        """Return the query of what the last payment plan of an item (``l``) says.

        Capped: interest stops on the day of the plan. Waived: what the plan doesn't ask
        for is not owed. Both while it is respected, and once it was: broken, all
        interest is due again.
        """
        return SQL(
            """
            SELECT CASE WHEN agreed.state <> 'broken' AND agreed.interest_mode <> 'kept'
                        THEN agreed.date END AS stops_on,
                   agreed.state <> 'broken' AND agreed.interest_mode = 'waived'
                   AND agreed.with_charges IS NOT TRUE AS waives
              FROM collections_payment_plan_line planned
              JOIN collections_payment_plan agreed ON agreed.id = planned.plan_id
             WHERE planned.move_line_id = l.id AND planned.move_id = l.move_id
               AND agreed.state IN
                   ('accepted', 'late', 'completed', 'replaced', 'broken')
          ORDER BY agreed.id DESC
             LIMIT 1
            """
        )

    def _get_settlement_sql(self):
        """Return the query of the settlement that waives interest of an item (``l``).

        Once the customer accepted the offer, or paid it; lapsed, all is due again.
        """
        return SQL(
            """
            SELECT FROM collections_settlement_item_rel settled
              JOIN collections_settlement settlement
                ON settlement.id = settled.settlement_id
             WHERE settled.move_line_id = l.id
               AND settlement.state IN ('accepted', 'paid')
            """
        )

    def _get_insolvency_sql(self, day):
        """Return the query of the day on which the interest of an item (``l``) stops.

        Article L622-28 of the French commercial code: at the judgment.

        :param date day: when it is asked: who is insolvent now owes no compensation,
            up to whatever day interest is computed.
        :return: query of ``day``; of an item that was born on both sides of it,
            ``part`` is what interest stops for, from ``part_from`` on.
        """
        return SQL(
            """
            SELECT min(h.date_from) FILTER (WHERE coalesce(h.amount, 0) = 0) AS day,
                   min(h.date_from) AS part_from, sum(h.amount)::text AS part
              FROM dunning_hold h
             WHERE h.debtor_id = d.id AND h.reason = 'insolvency'
               AND NOT %(is_before)s
               AND coalesce(h.move_line_id, l.id) = l.id
               AND h.date_from <= %(day)s
               AND coalesce(h.date_to, %(day)s) >= %(day)s
            """,
            day=day,
            # What is declared is what was due before anybody was insolvent.
            is_before=bool(self.env.context.get("before_judgment")),
        )

    def _get_first_installment_sql(self, stop_date):
        """Return the query of the installment that carries the compensation.

        Of those of the invoice (``m`` of debtor ``d``), the first that is late or was
        paid late.
        """
        return SQL(
            """
            SELECT l.id
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
                                    AND a.account_type = 'asset_receivable'
        CROSS JOIN LATERAL (SELECT %(clock)s AS day) clock
             WHERE l.move_id = m.id AND l.amount_currency > 0
          ORDER BY (l.reconciled IS NOT TRUE AND clock.day < %(stop)s
                    OR EXISTS (SELECT FROM account_partial_reconcile part
                                 JOIN account_move_line paid
                                   ON paid.id = part.credit_move_id
                                WHERE part.debit_move_id = l.id
                                  AND paid.date > clock.day)) IS NOT TRUE,
                   clock.day, l.id
             LIMIT 1
            """,
            clock=self.env["account.move.line"]._get_clock_sql(stop_date),
            stop=stop_date,
        )

    def _read_received(self, move_lines):
        """Return what lowered the principal of each item.

        On the day of the receipt or credit note itself, whenever the invoice was
        booked. A credit note that reverses the invoice has no day: it counts from the
        first one on.

        :return: (day, amount) by item id.
        :rtype: dict(int, list)
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.debit_move_id,
                       CASE WHEN credit.reversed_entry_id IS DISTINCT FROM item.move_id
                            THEN other.date END,
                       part.debit_amount_currency::text
                  FROM account_partial_reconcile part
                  JOIN account_move_line item ON item.id = part.debit_move_id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                  JOIN account_move credit ON credit.id = other.move_id
                 WHERE part.debit_move_id = ANY(%s)
                   AND part.debit_amount_currency <> 0
                """,
                list(move_lines._origin.ids),
            )
        )
        received = {}
        for item_id, day, amount in rows:
            received.setdefault(item_id, []).append((day, Decimal(amount)))
        return received

    def _get_regimes(self, rows):
        """Return the regime of each item: its debtor's, or that of who has no file yet.

        :rtype: dict(int, collections.interest.regime)
        """
        debtors = self.env["collections.debtor"].sudo()
        debtors = debtors.browse({row["debtor_id"] for row in rows if row["debtor_id"]})
        by_debtor = {debtor.id: debtor.applied_regime_id for debtor in debtors}
        strangers = [row for row in rows if not row["debtor_id"]]
        unknown = self._get_default_regimes(
            {(row["company_id"], row["partner_id"]) for row in strangers}
        )
        return {
            row["id"]: by_debtor[row["debtor_id"]]
            if row["debtor_id"]
            else unknown[row["company_id"], row["partner_id"]]
            for row in rows
        }

    def _get_default_regimes(self, keys):
        """Return the regimes of customers that have no file yet.

        :param set keys: pairs of the ids of a company and a customer.
        :rtype: dict(tuple, collections.interest.regime)
        """
        debtors = self.env["collections.debtor"].sudo()
        partners = self.env["res.partner"].sudo()
        partners = partners.browse({key[1] for key in keys if key[1]})
        kinds = {
            partner.id: debtors._get_default_debtor_type(partner)
            for partner in partners
        }
        wanted = {key: (key[0], kinds.get(key[1])) for key in keys}
        companies = self.env["res.company"].sudo()
        regimes = self.env["collections.interest.regime"]
        found = {}
        for company_id, kind in set(wanted.values()):
            company = companies.browse(company_id)
            policy = company._get_dunning_credit_policy()
            found[company_id, kind] = regimes._choose_regime(company, kind, policy)
        return {key: found[wanted[key]] for key in keys}
