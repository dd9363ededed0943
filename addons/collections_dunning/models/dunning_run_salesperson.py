from odoo import models
from odoo.tools import SQL

from .dunning_announcement import NOTICE_DAYS


class DunningRun(models.Model):
    """Telling the salespersons what will leave, while they can still object."""

    _inherit = "dunning.run"

    def _tell_salespersons(self):
        """Tell each salesperson of the grave notices that leave within two days.

        Of the drafts at such a level; and, after a proposal, of the items that wait
        for one in ``dunning_assessed``. Once a salesperson was told of a level of a
        customer, not again.

        :return: what was told now.
        :rtype: dunning.announcement
        """
        self.ensure_one()
        self = self.sudo()
        groups = self.env.execute_query_dict(self._get_announced_sql())
        self._close_announcements({(g["debtor_id"], g["level_id"]) for g in groups})
        announcements = self.env["dunning.announcement"]
        company = self.company_id
        if not company._is_dunning_active() or company._is_dunning_test_mode():
            # Nothing leaves by itself: told once somebody wants it to leave.
            return announcements
        return announcements._announce(company, self.date, groups)

    def _close_announcements(self, open_keys):
        """Drop the activities about what has left, was paid or is held.

        :param set(tuple) open_keys: customer and level of what still waits.
        """
        announcements = self.env["dunning.announcement"].search(
            [("company_id", "=", self.company_id.id), ("activity_ids", "!=", False)]
        )
        announcements.filtered(
            lambda a: (a.debtor_id.id, a.level_id.id) not in open_keys
        ).activity_ids.unlink()

    def _get_announced_sql(self):
        """Return the query of the customers and levels that somebody is to be told.

        Lowest level first.

        :rtype: SQL
        """
        soon = self.company_id._add_working_days(self.date, NOTICE_DAYS)
        return SQL(
            """
            SELECT item.debtor_id, item.level_id, l.day_offset,
                   array_agg(item.move_id ORDER BY item.move_id) AS move_ids,
                   min(item.leaves_on) AS leaves_on
              FROM (SELECT debtor_id, level_id, move_id, next_date AS leaves_on
                      FROM dunning_assessed
                     WHERE reason = 'waiting' AND next_date <= %(soon)s
                     UNION ALL
                    SELECT n.debtor_id, n.level_id, nl.move_id, NULL
                      FROM dunning_notice n
                      JOIN dunning_notice_line nl ON nl.notice_id = n.id
                                                 AND nl.kind = '1_item'
                     WHERE n.company_id = %(company)s AND n.state = 'draft'
                       AND nl.live) item
              JOIN dunning_level l ON l.id = item.level_id
              JOIN collections_debtor d ON d.id = item.debtor_id
             WHERE l.tells_salesperson = 'always'
                OR l.tells_salesperson = 'strategic' AND d.is_strategic
          GROUP BY item.debtor_id, item.level_id, l.day_offset
          ORDER BY item.debtor_id, l.day_offset
            """,
            soon=soon,
            company=self.company_id.id,
        )
