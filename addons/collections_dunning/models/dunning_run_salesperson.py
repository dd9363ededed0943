from odoo import models
from odoo.tools import SQL, format_date, formatLang

# Working days between telling a salesperson and the notice.
NOTICE_DAYS = 2


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
        debtors = self.env["collections.debtor"].browse(
            {group["debtor_id"] for group in groups}
        )
        current = self.env["dunning.announcement"]._get_current(debtors, self.date)
        new = [
            vals
            for group in groups
            if (group["debtor_id"], group["level_id"]) not in current
            and (vals := self._prepare_announcement_vals(group))
        ]
        quiet = {"mail_create_nolog": True, "mail_create_nosubscribe": True}
        announcements = self.env["dunning.announcement"].with_context(**quiet)
        announcements = announcements.create(new)
        self._schedule_objections(announcements)
        return announcements

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

    def _prepare_announcement_vals(self, group):
        """Return the values of an announcement.

        :param dict group: a row of :meth:`_get_announced_sql`.
        :return: None when there is nobody to tell.
        :rtype: dict
        """
        debtor = self.env["collections.debtor"].browse(group["debtor_id"])
        moves = self.env["account.move"].browse(group["move_ids"]).exists()
        user = self.env["dunning.announcement"]._get_salesperson(debtor, moves)
        if not user:
            return None
        earliest = self.company_id._add_working_days(self.date, NOTICE_DAYS)
        return {
            "debtor_id": debtor.id,
            "level_id": group["level_id"],
            "user_id": user.id,
            "about": self._describe_announced(moves, user.lang),
            "told_on": self.date,
            "leaves_on": max(earliest, group["leaves_on"] or earliest),
        }

    def _describe_announced(self, moves, lang):
        """Return the invoices and what is open of them, in a salesperson's language."""
        env = self.with_context(lang=lang or self.env.lang).env
        amounts = [
            formatLang(env, sum(own.mapped("amount_residual")), currency_obj=currency)
            for currency, own in moves.grouped("currency_id").items()
        ]
        return f"{', '.join(moves.mapped('name'))}: {' + '.join(amounts)}"

    def _schedule_objections(self, announcements):
        """Schedule one activity for each customer, on the gravest announcement.

        Without an e-mail about each.

        :param dunning.announcement announcements: new ones, lowest level first.
        """
        gravest = {
            (announcement.debtor_id, announcement.user_id): announcement
            for announcement in announcements
        }
        for announcement in gravest.values():
            lang = announcement.user_id.lang or self.env.lang
            env = announcement.with_context(lang=lang).env
            announcement.with_context(
                lang=lang, mail_activity_quick_update=True
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=announcement.told_on,
                user_id=announcement.user_id.id,
                summary=env._(
                    "%(level)s to %(customer)s leaves from %(date)s",
                    level=announcement.with_context(lang=lang).level_name,
                    customer=announcement.partner_id.name,
                    date=format_date(env, announcement.leaves_on),
                ),
                note=env._(
                    "Nothing to do if you agree. If you know why it should wait, open "
                    "this and object: with a reason and an end."
                ),
            )
