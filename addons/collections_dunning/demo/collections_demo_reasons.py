from datetime import timedelta

from odoo import Command, models

# French accounts for debts that are collected in another way.
BILLS, RETENTIONS = "413", "4117"


class CollectionsDemo(models.AbstractModel):
    """Why invoices are not dunned, or not by the machine; see ``ledger.UNPAID``."""

    _inherit = "collections.demo"

    def _keep_from_dunning(self, customers, case, today):
        """Make what the assessment finds by itself, without a hold."""
        debtors = self._get_debtors()
        for name in ("direct_debit", "rejected"):
            debtors[case[name].commercial_partner_id].pays_by_direct_debit = True
        debtors[customers["seefeld"]].write(
            {"dunning_mode": "by_hand", "dunning_mode_until": today + timedelta(30)}
        )
        debtors[customers["deux_rives"]].is_strategic = True
        lea = self.env.ref("collections_dunning.res_users_lea_demo")
        (customers["deux_rives"] | customers["bastide"]).user_id = lea
        self._transfer(case["bill"], BILLS, today + timedelta(days=12))
        self._transfer(case["retention"], RETENTIONS, today - timedelta(days=10))
        self._assign_to_factor(case["factored"])
        self._book_bank_charges(today)

    def _transfer(self, invoice, prefix, due):
        """Move what an invoice is owed to another account of the French chart.

        :param account.move invoice: of which nothing was paid.
        :param str prefix: beginning of the account's code.
        :param date due: when it is to be paid now.
        """
        account = self.env["account.account"].search(
            [
                ("company_ids", "in", self.env.company.ids),
                ("code", "=like", f"{prefix}%"),
            ],
            limit=1,
        )
        if not account:
            return
        item = self._get_receivable_lines(invoice)
        common = {"name": invoice.name, "partner_id": item.partner_id.id}
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "ref": invoice.name,
                "line_ids": [
                    Command.create(
                        {
                            **common,
                            "account_id": item.account_id.id,
                            "balance": -item.amount_residual,
                        }
                    ),
                    Command.create(
                        {
                            **common,
                            "account_id": account.id,
                            "balance": item.amount_residual,
                            "date_maturity": due,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        # Entries of a general journal are excluded from dunning at first.
        entry.line_ids.no_followup = False
        (
            entry.line_ids.filtered(lambda line: line.account_id == item.account_id)
            | item
        ).reconcile()

    def _assign_to_factor(self, invoice):
        """Have an invoice paid to somebody else."""
        factor = self.env["res.partner"].create(
            {"name": "Affacturage d'Exemple", "is_company": True}
        )
        invoice.partner_bank_id = self.env["res.partner.bank"].create(
            {"partner_id": factor.id, "acc_number": "EXEMPLE 0000 0000 0042"}
        )

    def _book_bank_charges(self, today):
        """Book bank charges, so that the bank is known to be up to date."""
        company = self.env.company
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        expense = self.env["account.account"].search(
            [("company_ids", "in", company.ids), ("account_type", "=", "expense")],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": today,
                "ref": "Frais de tenue de compte",
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (expense, 18.0),
                        (journal.default_account_id, -18.0),
                    )
                ],
            }
        )
        entry.action_post()
