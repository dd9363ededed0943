from odoo import fields, models
from odoo.tools import SQL, format_date

from ..const import WORKING_DAYS

# The partners of a group of companies: up to the uppermost, and down from there.
FAMILY = """
    WITH RECURSIVE up AS (
        SELECT promise.id AS promise_id, partner.id, partner.parent_id
          FROM collections_promise promise
          JOIN res_partner partner ON partner.id = promise.partner_id
         WHERE promise.id = ANY(%(ids)s)
         UNION
        SELECT up.promise_id, parent.id, parent.parent_id
          FROM up JOIN res_partner parent ON parent.id = up.parent_id),
    family AS (
        SELECT promise_id, id FROM up WHERE parent_id IS NULL
         UNION
        SELECT family.promise_id, child.id
          FROM family JOIN res_partner child ON child.parent_id = family.id)
"""


class CollectionsPromise(models.Model):
    """Money that came and waits to be allocated, or is on its way.

    It keeps no promise; but nobody is told that he broke his word while his money lies
    in the bank.
    """

    _inherit = "collections.promise"

    def _get_waiting(self, missing, today):
        """Return the promises whose missing part may have come already.

        For five working days after their grace, not longer.

        :param dict(collections.promise, float) missing: what is missing of each.
        :param date today: day of the decision.
        :rtype: collections.promise
        """
        asked = self.filtered(
            lambda promise: promise in missing and today <= promise._get_last_day()
        )
        money = asked._read_unallocated()
        return asked.filtered(
            lambda promise: (
                promise.currency_id.compare_amounts(
                    money.get(promise.id, 0.0), missing[promise]
                )
                >= 0
            )
        )

    def _get_last_day(self):
        """Return the last day on which unallocated money counts for this promise.

        :rtype: date
        """
        self.ensure_one()
        return self.company_id._add_working_days(self.until_date, WORKING_DAYS)

    def _read_unallocated(self):
        """Return what came since these promises, in time, and is allocated to nothing.

        Receipts, payments without an entry and online payments that are pending; of
        the customer and of every company of its group.

        :return: amount by promise id, in the currency of the promise.
        :rtype: dict(int, float)
        """
        if not self:
            return {}
        for name in ("account.move.line", "account.payment", "payment.transaction"):
            self.env[name].flush_model()
        self.env["res.partner"].flush_model(["parent_id"])
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                %(family)s
                SELECT promise.id, sum(money.amount)
                  FROM collections_promise promise
                  JOIN family ON family.promise_id = promise.id
                  JOIN (%(money)s) money
                    ON money.partner_id = family.id
                   AND money.company_id = promise.company_id
                   AND money.currency_id = promise.currency_id
                   AND money.date <= promise.until_date
                   AND money.create_date >= promise.create_date
              GROUP BY promise.id
                """,
                family=SQL(FAMILY, ids=self.ids),
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

    # === THE QUESTION === #

    def _wait(self):
        """Hold what these promises cover while somebody allocates what has come.

        One question for each customer.
        """
        asked = self.browse()
        for promise in self:
            last_day = promise._get_last_day()
            holds = promise._get_holds().filtered(
                lambda hold, promise=promise: hold.date_to == promise.until_date
            )
            holds.date_to = last_day
            if promise.debtor_id not in asked.debtor_id:
                promise._ask(last_day)
                asked |= promise

    def _ask(self, last_day):
        """Ask the responsible to allocate what has come, once.

        :param date last_day: of the time there is for it.
        """
        self.ensure_one()
        debtor = self.debtor_id
        others = self.search([("debtor_id", "=", debtor.id), ("state", "=", "open")])
        if others._get_questions():
            return
        user = self.company_id._get_dunning_collector(debtor.responsible_id)
        promise = self.with_context(lang=user.lang or self.env.lang)
        promise.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=promise.env._("Allocate the receipts of this customer"),
            note=promise.env._(
                "Money has come, or is on its way, that would keep this promise. "
                "Allocate it by %(date)s: from then on the promise counts as broken.",
                date=format_date(promise.env, last_day),
            ),
            user_id=user.id,
            date_deadline=fields.Date.context_today(self),
        )

    def _get_questions(self):
        """Return the activities that ask to allocate what has come.

        :rtype: mail.activity
        """
        return self.sudo().activity_ids.filtered("automated")
