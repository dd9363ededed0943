import itertools
from datetime import date

from odoo import fields, models
from odoo.tools.misc import format_date

from .collections_payment_plan_text import ACCELERATION_ARTICLE

# What the customer reads of a friendly message: the schedule is enough.
SHORT_EVENTS = ("installment_coming", "installment_missed")
# A reader of texts finds these names without a plan too.
NO_PLAN = {
    "plan_number": "",
    "plan_date": "",
    "plan_article": 0,
    "plan_total": "",
    "plan_remaining": "",
    "plan_waives": False,
    "plan_keeps": False,
    "installment_date": "",
    "installment_amount": "",
    "installment_partly": False,
}


class DunningNotice(models.Model):
    """What messages about payment plans say: fields of their texts, the schedule."""

    _inherit = "dunning.notice"

    plan_schedule = fields.Json(
        readonly=True,
        copy=False,
        help="The installments when the message was made or last held against the "
        "ledger: a list of label, date, amount and paid.",
    )

    # === TEXT FIELDS === #

    def _get_plan_values(self, write):
        """Return what texts can show of the payment plan of this notice.

        :param TextWriter write: of the language and currency of the notice.
        :rtype: dict
        """
        plan = self.plan_id
        if not plan:
            return dict(NO_PLAN)
        installment = self.installment_id
        return {
            "plan_number": plan.name or "",
            "plan_date": write.date(plan.accepted_on or plan.date),
            "plan_article": ACCELERATION_ARTICLE,
            "plan_total": write.amount(plan.amount_total),
            "plan_remaining": write.amount(plan.amount_remaining),
            "plan_waives": plan.interest_mode == "waived",
            "plan_keeps": plan.interest_mode == "kept",
            "installment_date": write.date(installment.date),
            "installment_amount": write.amount(installment.amount),
            "installment_partly": bool(installment.amount_paid),
            **self._get_plan_history_values(write),
        }

    def _get_plan_history_values(self, write):
        """Return the formal notice of this plan that was sent last."""
        formal = self.search(
            [
                ("plan_id", "=", self.plan_id.id),
                ("level_id.event", "=", "installment_formal"),
                ("state", "=", "sent"),
                ("id", "!=", self._origin.id),
            ],
            order="sent_at desc",
            limit=1,
        )
        sent_on = formal and fields.Datetime.context_timestamp(self, formal.sent_at)
        return {
            "formal_notice_date": write.date(sent_on and sent_on.date()),
            "formal_notice_number": formal.name or "",
        }

    # === TABLES === #

    def _read_plan_schedule(self):
        """Return the installments of the plan as they stand now.

        :rtype: list(dict)
        """
        self.ensure_one()
        return [
            {
                "id": installment.id,
                "date": installment.date.isoformat(),
                "is_down_payment": installment.is_down_payment,
                "amount": installment.amount,
                "paid": installment.amount_paid,
            }
            for installment in self.plan_id.installment_ids.sorted(
                lambda installment: (installment.date, installment.id)
            )
        ]

    def _prepare_plan_table(self):
        """Return the schedule of the plan, and its items, in words.

        :return: ``heads``, ``rows``, ``total`` and ``items``; empty without a plan.
        :rtype: dict
        """
        if not self.plan_id:
            return {}
        schedule = self.plan_schedule or self._read_plan_schedule()
        numbers = itertools.count(1)
        labels = [
            self.env._("Down payment") if row["is_down_payment"] else str(next(numbers))
            for row in schedule
        ]
        return {
            "heads": {
                "label": self.env._("Installment"),
                "date": self.env._("Date"),
                "amount": self.env._("Amount"),
                "paid": self.env._("Paid"),
            },
            "rows": [
                {
                    "label": label,
                    "date": format_date(self.env, date.fromisoformat(row["date"])),
                    "amount": self._format_amount(row["amount"]),
                    "paid": self._format_amount(row["paid"]) if row["paid"] else "",
                    "is_own": row["id"] == self.installment_id.id,
                }
                for label, row in zip(labels, schedule, strict=True)
                if self._is_installment_shown(row)
            ],
            "total": self._get_plan_total(schedule),
            "items_title": self._get_plan_items_title(),
            "item_heads": [
                self.env._("Number"),
                self.env._("Due date"),
                self.env._("Open amount"),
            ],
            "items": self._prepare_plan_items(),
        }

    def _is_installment_shown(self, row):
        """Tell whether a message lists an installment.

        A formal notice no later one; once the balance is due at once, none.
        """
        if self.level_id.event == "plan_accelerated":
            return False
        if self.level_id.event != "installment_formal":
            return True
        return row["date"] <= self.installment_id.date.isoformat()

    def _get_plan_total(self, schedule):
        """Return the sum below the schedule: label and amount.

        :rtype: tuple(str, str)
        """
        event = self.level_id.event
        if event == "plan_completed":
            paid = sum(row["paid"] for row in schedule)
            return self.env._("Paid in all"), self._format_amount(paid)
        if event == "plan_accelerated":
            label = self.env._("Balance to pay")
        elif event == "installment_coming":
            label = self.env._("To pay by %(date)s", date=self._get_installment_day())
        else:
            label = self.env._(
                "Missing of the installment of %(date)s",
                date=self._get_installment_day(),
            )
        return label, self._format_amount(self.amount_total)

    def _get_installment_day(self):
        return format_date(self.env, self.installment_id.date)

    def _get_plan_items_title(self):
        if self.level_id.event == "plan_completed":
            return self.env._("Items settled")
        return self.env._("Items of the payment plan, with what is open of each")

    def _prepare_plan_items(self):
        """Return the items of the plan: number, due date and amount.

        What is open of each; of a completed plan, what it was about.

        :rtype: list(dict)
        """
        event = self.level_id.event
        if event in SHORT_EVENTS:
            return []
        if event == "plan_completed":
            lines, field = self.plan_id.line_ids, "amount"
        else:
            lines, field = self.line_ids, "amount_residual"
        return [
            {
                "number": line.move_name or "",
                "date": self._format_date(line.invoice_date),
                "due": self._format_date(line.date_maturity),
                "amount": self._format_amount(line[field]),
            }
            for line in lines
        ]

    # === E-MAIL === #

    def _get_email_labels(self):
        labels = super()._get_email_labels()
        if self.plan_id:
            heads = self._prepare_plan_table()["heads"]
            labels.update(
                number=heads["label"],
                due=heads["date"],
                days_late=heads["paid"],
                amount=heads["amount"],
            )
        return labels

    def _prepare_email_rows(
        self, kinds=("1_item", "2_covered", "3_credit"), links=None
    ):
        """Of a plan: its installments."""
        if not self.plan_id:
            return super()._prepare_email_rows(kinds, links)
        return [
            self._prepare_plan_row(
                row["label"], row["date"], row["amount"], row["paid"]
            )
            for row in self._prepare_plan_table()["rows"]
        ]

    def _prepare_plan_row(self, number, day, amount, paid=""):
        """Return one row of the table in an e-mail."""
        return {
            "number": number,
            "url": "",
            "due": day,
            "days_late": paid,
            "amount": amount,
            "is_credit": False,
            "charges": [],
        }

    def _prepare_other_items(self):
        if not self.plan_id:
            return super()._prepare_other_items()
        table = self._prepare_plan_table()
        rows = [
            self._prepare_plan_row(item["number"], item["due"], item["amount"])
            for item in table["items"]
        ]
        return [(table["items_title"], rows)] if rows else []

    def _prepare_email_totals(self):
        if not self.plan_id:
            return super()._prepare_email_totals()
        return [self._prepare_plan_table()["total"]]

    def _prepare_payment_lines(self):
        """A receipt asks for nothing."""
        if self.level_id.event == "plan_completed":
            return []
        return super()._prepare_payment_lines()
