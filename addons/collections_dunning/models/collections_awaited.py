import logging

from odoo import fields, models
from odoo.tools import SQL, format_date

from ..const import WORKING_DAYS

_logger = logging.getLogger(__name__)

# The partners of a group of companies: up to the uppermost, and down from there.
FAMILY = """
    WITH RECURSIVE up AS (
        SELECT awaited.id AS awaited_id, partner.id, partner.parent_id
          FROM %(table)s awaited
          JOIN res_partner partner ON partner.id = awaited.partner_id
         WHERE awaited.id = ANY(%(ids)s)
         UNION
        SELECT up.awaited_id, parent.id, parent.parent_id
          FROM up JOIN res_partner parent ON parent.id = up.parent_id),
    family AS (
        SELECT awaited_id, id FROM up WHERE parent_id IS NULL
         UNION
        SELECT family.awaited_id, child.id
          FROM family JOIN res_partner child ON child.parent_id = family.id)
"""


class CollectionsAwaited(models.AbstractModel):
    """A payment that is awaited for some items until a day: promised, or offered.

    What came and waits to be allocated, or is on its way, settles nothing; but nobody
    is told that he did not pay while his money lies in the bank.
    """

    _name = "collections.awaited"
    _description = "Awaited Payment"

    debtor_id = fields.Many2one("collections.debtor", required=True, index=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    contact_id = fields.Many2one("res.partner")
    item_ids = fields.Many2many("account.move.line", string="Items")
    date = fields.Date(required=True)
    until_date = fields.Date(
        string="Held Until",
        readonly=True,
        copy=False,
        help="The date and the company's days of grace: dunning stands still so long.",
    )

    def _get_waiting(self, missing, today):
        """Return those of these whose missing part may have come already.

        For five working days after their grace, not longer.

        :param dict missing: what is missing, by record.
        :param date today: day of the decision.
        :return: some of these records.
        """
        asked = self.filtered(
            lambda record: record in missing and today <= record._get_last_day()
        )
        money = asked._read_unallocated()
        return asked.filtered(
            lambda record: (
                record.currency_id.compare_amounts(
                    money.get(record.id, 0.0), missing[record]
                )
                >= 0
            )
        )

    def _get_last_day(self):
        """Return the last day on which unallocated money counts.

        :rtype: date
        """
        self.ensure_one()
        return self.company_id._add_working_days(self.until_date, WORKING_DAYS)

    def _read_unallocated(self):
        """Return what came in time since then, and is allocated to nothing.

        Receipts, payments without an entry and online payments that are pending; of
        the customer and of every company of its group.

        :return: amount by id, in the currency of the record.
        :rtype: dict(int, float)
        """
        if not self:
            return {}
        for name in ("account.move.line", "account.payment", "payment.transaction"):
            self.env[name].flush_model()
        self.env["res.partner"].flush_model(["parent_id"])
        self.flush_model()
        table = SQL.identifier(self._table)
        rows = self.env.execute_query(
            SQL(
                """
                %(family)s
                SELECT awaited.id, sum(money.amount)
                  FROM %(table)s awaited
                  JOIN family ON family.awaited_id = awaited.id
                  JOIN (%(money)s) money
                    ON money.partner_id = family.id
                   AND money.company_id = awaited.company_id
                   AND money.currency_id = awaited.currency_id
                   AND money.date <= awaited.until_date
                   AND money.create_date >= awaited.create_date
              GROUP BY awaited.id
                """,
                table=table,
                family=SQL(FAMILY, ids=self.ids, table=table),
                money=self._get_unallocated_sql(),
            )
        )
        return dict(rows)

    def _get_unallocated_sql(self):
        """Return the query of the money that is allocated to no item.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT line.partner_id, line.company_id, line.currency_id, line.date,
                   line.create_date, -line.amount_residual_currency AS amount
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN account_journal journal ON journal.id = line.journal_id
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual_currency < 0
               AND journal.type IN ('bank', 'cash', 'credit')
             UNION ALL
            SELECT partner_id, company_id, currency_id, date, create_date, amount
              FROM account_payment
             WHERE state = 'in_process' AND move_id IS NULL
               AND payment_type = 'inbound' AND partner_type = 'customer'
             UNION ALL
            SELECT partner_id, company_id, currency_id,
                   coalesce(last_state_change, create_date)::date, create_date, amount
              FROM payment_transaction
             WHERE payment_id IS NULL AND state IN ('pending', 'authorized', 'done')
            """
        )

    # === THE DECISION === #

    def _close_safely(self, state):
        """Close these; what fails is logged, and does not hold up the others.

        :param str state: the outcome.
        """
        try:
            with self.env.cr.savepoint():
                self._close(state)
        except Exception:  # one of them must not stop the others
            if len(self) > 1:
                for record in self:
                    record._close_safely(state)
                return
            _logger.exception("Deciding %s failed", self)

    def _close(self, state):
        """Hook: record what has become of these.

        :param str state: the outcome.
        """
        raise NotImplementedError()

    # === THE QUESTION === #

    def _wait(self):
        """Hold the items of these while somebody allocates what has come.

        One question for each customer.
        """
        asked = self.browse()
        for record in self:
            last_day = record._get_last_day()
            holds = record._get_holds().filtered(
                lambda hold, record=record: hold.date_to == record.until_date
            )
            holds.date_to = last_day
            if record.debtor_id not in asked.debtor_id:
                record._ask_to_allocate(last_day)
                asked |= record

    def _ask_to_allocate(self, last_day):
        """Ask the responsible to allocate what has come, once.

        :param date last_day: of the time there is for it.
        """
        self.ensure_one()
        debtor = self.debtor_id
        if self.search([("debtor_id", "=", debtor.id)])._get_questions():
            return
        user = self.company_id._get_dunning_collector(debtor.applied_responsible_id)
        record = self.with_context(lang=user.lang or self.env.lang)
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=record.env._("Allocate the receipts of this customer"),
            note=record.env._(
                "Money has come, or is on its way, that may be what is awaited here. "
                "Allocate it by %(date)s: from then on it counts as not paid.",
                date=format_date(record.env, last_day),
            ),
            user_id=user.id,
            date_deadline=fields.Date.context_today(self),
        )

    def _get_questions(self):
        """Return the activities that ask to allocate what has come.

        :rtype: mail.activity
        """
        return self.sudo().activity_ids.filtered("automated")
