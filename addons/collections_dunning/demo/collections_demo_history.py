from datetime import datetime, time, timedelta

from odoo import models

from .collections_demo_interest import OLD_DEBT_DECIDED

# Days ago of the runs that were held before; the next one is today's.
PAST_RUNS = range(64, 7, -7)


class CollectionsDemo(models.AbstractModel):
    """The reminders of the last two months."""

    _inherit = "collections.demo"

    def _send_past_notices(self, customers, today):
        """Hold past runs on the days they would have been held.

        The product's own assessment finds what was due on each of these days. Nothing
        is delivered: the notices are recorded as sent that morning.
        """
        for age in PAST_RUNS:
            day = today - timedelta(days=age)
            if age == OLD_DEBT_DECIDED:
                self._decide_on_old_debt(customers["grand_large"], day)
            run = self.env["dunning.run"].create(
                {"company_id": self.env.company.id, "date": day}
            )
            run._propose()
            morning = datetime.combine(day, time(8, 30))
            run.notice_ids._set_sent()
            run.notice_ids.sent_at = morning
            run.write({"state": "done", "assessed_at": morning})
