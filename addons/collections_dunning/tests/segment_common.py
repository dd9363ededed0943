from datetime import timedelta

from odoo import Command

from .common import DunningCommon


class SegmentCommon(DunningCommon):
    """Two customers with files, the first known well enough to be judged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in (
            *("strategic", "new", "no_history", "reliable", "chronic", "occasional"),
        ):
            setattr(
                cls,
                name,
                cls.env.ref(f"collections_dunning.collections_segment_{name}"),
            )
        cls.env["collections.debtor"].sudo().create(
            [
                {"company_id": cls.company.id, "partner_id": partner.id}
                for partner in (cls.customer, cls.other_customer)
            ]
        )
        cls.debtor = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.customer.id)]
        )
        cls.other = cls.env["collections.debtor"].search(
            [("partner_id", "=", cls.other_customer.id)]
        )
        cls.segments = cls.env["collections.segment"]
        # A figure that is judged by: known for a year, enough of it is settled.
        cls._set_figures(cls.debtor)

    @classmethod
    def _set_figures(cls, debtor, **figures):
        """Write what the night would have found of a customer."""
        debtor.sudo().write(
            {
                "settled_count": 10,
                "late_days_average": 0,
                "on_time_share": 100,
                "oldest_late_days": 0,
                "grade": "B",
                "grade_parts": {"late": 10},
                "first_invoice_date": cls.today - timedelta(days=700),
                **figures,
            }
        )

    def _assign(self, **figures):
        """Sort the customer anew, after these figures changed."""
        if figures:
            self._set_figures(self.debtor, **figures)
        self.segments._sort_customers(self.company)
        return self.debtor.segment_id

    def _create_segment(self, *conditions, **vals):
        return self.segments.create(
            {
                "name": "Ours",
                "sequence": 1,
                "condition_ids": [
                    Command.create({"figure": figure, "operator": op, "value": value})
                    for figure, op, value in conditions
                ],
                **vals,
            }
        )

    def _warnings(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "collections.debtor"),
                ("res_id", "in", (self.debtor | self.other).ids),
            ]
        )
