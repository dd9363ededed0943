from odoo import models
from odoo.tools import SQL


class DunningNotice(models.Model):
    """The broken promise that a message with a new date names."""

    _inherit = "dunning.notice"

    def _get_broken_promises(self):
        """Return the last promise about what each notice claims that was not kept.

        The message after a stop names it, once: what the customer was told of since
        is past.

        :return: by notice id; an empty recordset where there is none.
        :rtype: dict(int, collections.promise)
        """
        telling = self.filtered(lambda notice: notice.level_id.event == "after_stop")
        promises = self.env["collections.promise"].search(
            [
                ("debtor_id", "in", telling.debtor_id.ids),
                ("state", "in", ("partly", "broken")),
                ("item_ids", "in", telling.line_ids.move_line_id.ids),
            ],
            order="decided_on desc, id desc",
        )
        promises -= promises._filter_told(self)
        result = {notice.id: promises.browse() for notice in self}
        for notice in telling:
            items = notice._get_claimed_items().move_line_id
            result[notice.id] = promises.filtered(
                lambda promise, items=items: promise.item_ids & items
            )[:1]
        return result


class CollectionsPromise(models.Model):
    _inherit = "collections.promise"

    def _filter_told(self, notices):
        """Return those of these promises after which the customer was written to.

        :param dunning.notice notices: these don't count.
        :rtype: collections.promise
        """
        self.env["dunning.notice"].flush_model(["state", "sent_at"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT promise.id
                  FROM collections_promise promise
                  JOIN collections_promise_item_rel rel
                    ON rel.promise_id = promise.id
                  JOIN dunning_notice_line line
                    ON line.move_line_id = rel.move_line_id
                   AND line.kind = '1_item'
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                 WHERE promise.id = ANY(%s)
                   AND notice.state = 'sent'
                   AND notice.id <> ALL(%s)
                   AND notice.sent_at::date
                       > least(promise.until_date, promise.decided_on - 1)
                """,
                self.ids,
                notices.ids,
            )
        )
        return self.browse(promise_id for (promise_id,) in rows)

    def _get_text_values(self, write):
        """Return what texts can show of this promise, or of none.

        :param TextWriter write: writes in the language of the text.
        :rtype: dict(str, str)
        """
        names = ("promise_date", "promise_amount", "promise_missing")
        if not self:
            return dict.fromkeys(names, "")
        missing = self.currency_id.round(self.amount - self.amount_paid)
        return {
            "promise_date": write.date(self.date),
            "promise_amount": write.amount(self.amount),
            "promise_missing": write.amount(missing) if self.amount_paid else "",
        }
