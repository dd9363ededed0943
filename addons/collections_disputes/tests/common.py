from odoo import Command

from odoo.addons.collections_dunning.tests.common import DunningCommon


class DisputeCommon(DunningCommon):
    """The company, customers and roles of dunning, and reasons to object."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dispute_approval_amount = 0
        cls.reason = cls.env["dispute.reason"].create(
            {"name": "Too expensive", "acknowledge_days": 1, "answer_days": 5}
        )
        cls.cause = cls.env["dispute.cause"].create(
            {"name": "Old price list", "side": "us"}
        )
        cls.accountant = cls._create_user(
            "accountant",
            "account.group_account_invoice,"
            "collections_dunning.collections_dunning_group_collector",
        )
        # By default who invoices is a Collector; who collects does not invoice.
        cls.employee = cls._create_user("employee", "base.group_user")

    def _open(self, invoices, amount=None, user=None, **vals):
        """Open a case about invoices, each by that amount, or the whole."""
        cases = self.env["dispute.case"].with_user(user or self.collector)
        case = cases.action_open(
            [
                {
                    "move_line_id": item.id,
                    **({} if amount is None else {"amount": amount}),
                }
                for item in self._item(invoices)
            ],
            **{"reason_id": self.reason.id, **vals},
        )
        return case.with_env(self.env)

    def _resolve(self, case, resolution="rejected", user=None, **vals):
        """End a case, with a cause and grounds."""
        return case.with_user(user or self.collector).action_resolve(
            resolution,
            **{"cause_id": self.cause.id, "answer": "You ordered this.", **vals},
        )

    def _holds(self, invoice):
        """Return the holds of an invoice that are in force, as disputed."""
        return self.env["dunning.hold"].search(
            [
                ("move_line_id", "in", self._item(invoice).ids),
                ("reason", "=", "disputed"),
                ("date_to", "=", False),
            ]
        )

    def _held(self, invoice):
        """Return what is held of an invoice: a list of amounts, 0 for all of it."""
        return self._holds(invoice).sorted("id").mapped("amount")

    def _end(self, run, days_ago=0):
        """The notices of a run were sent some days ago."""
        self._send(run.notice_ids, days_ago=days_ago)
        run.sudo().state = "done"

    @classmethod
    def _create_taxed(cls, lines, days_late=10, **vals):
        """Post an invoice of these (price, taxes)."""
        return cls._create_invoice(
            days_late,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": f"Line {price}",
                        "price_unit": price,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
                for price, taxes in lines
            ],
            **vals,
        )
