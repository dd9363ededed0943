from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

ACTIVITY_TYPE = "collections_dunning.mail_activity_type_sleeping"


class CollectionsSleepingItem(models.Model):
    """Every night: tell the Credit Manager of money that has fallen asleep."""

    _inherit = "collections.sleeping.item"

    @api.model
    def _watch(self):
        """Find what sleeps anew in each company where dunning works.

        One task for each company, and only when there is something new.
        """
        groups = self.env["collections.debtor"]._read_group([], ["company_id"])
        for (company,) in groups:
            if company._is_dunning_active():
                self._watch_company(company)
                self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _watch_company(self, company):
        """Note what sleeps in a company; tell its Credit Manager of what is new.

        :param res.company company: whose receivables.
        """
        new_ids = self._note_known(company)
        self.env["collections.sleeping.known"].invalidate_model()
        if new_ids:
            self._tell_manager(company, new_ids)

    def _note_known(self, company):
        """Remember what sleeps now, and forget what does not any more.

        :return: ids of the items that sleep anew.
        :rtype: list(int)
        """
        query = self._search([("company_id", "=", company.id)])
        rows = self.env.execute_query(
            SQL(
                """
                WITH asleep AS MATERIALIZED (%(asleep)s),
                gone AS (
                    DELETE FROM collections_sleeping_known k
                     WHERE k.company_id = %(company)s
                       -- Hashed; an anti join would nest loops over the fresh table.
                       AND k.move_line_id NOT IN (SELECT id FROM asleep))
                INSERT INTO collections_sleeping_known (company_id, move_line_id, date)
                SELECT %(company)s, a.id, %(today)s
                  FROM asleep a
                ON CONFLICT (move_line_id) DO NOTHING
             RETURNING move_line_id
                """,
                asleep=query.select(SQL.identifier(query.table, "id")),
                company=company.id,
                today=fields.Date.context_today(self),
            )
        )
        return [item_id for (item_id,) in rows]

    def _tell_manager(self, company, new_ids):
        """Replace the Credit Manager's task by one with the figures of today.

        On the greatest of the new items.

        :param res.company company: whose receivables.
        :param list(int) new_ids: items that sleep anew.
        """
        user = company._get_dunning_manager() or company._get_dunning_attendant(
            self.env["res.users"]
        )
        env = self.with_context(lang=user.lang or self.env.lang).env
        currency = company.with_env(env).currency_id
        figures = {}
        for key, domain in (("new", [("id", "in", new_ids)]), ("all", [])):
            [(count, amount)] = self._read_group(
                [("company_id", "=", company.id), *domain],
                aggregates=["__count", "amount:sum"],
            )
            figures[f"{key}_count"] = count
            figures[f"{key}_amount"] = currency.format(amount)
        largest = self.search([("id", "in", new_ids)], limit=1).move_id
        self._get_tasks(company).unlink()
        largest.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            user_id=user.id,
            summary=env._(
                "%(new_amount)s more sleep: excluded from dunning without an end",
                **figures,
            ),
            note=Markup('%s <a href="/odoo/sleeping-money">%s</a>')
            % (
                env._(
                    "%(new_count)s items sleep anew, %(all_count)s in all: "
                    "%(all_amount)s.",
                    **figures,
                ),
                env._("Sleeping Money"),
            ),
        )

    @api.model
    def _get_tasks(self, company):
        """Return the tasks about what slept before, whoever has them.

        :rtype: mail.activity
        """
        found = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("activity_type_id", "=", self.env.ref(ACTIVITY_TYPE).id),
                    ("res_model", "=", "account.move"),
                ]
            )
        )
        moves = self.env["account.move"].sudo().browse(found.mapped("res_id")).exists()
        mine = set(moves.filtered(lambda move: move.company_id == company).ids)
        return found.filtered(lambda activity: activity.res_id in mine)
