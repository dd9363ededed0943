from odoo import fields, models

from ..const import CLAIM_RANKS


class CollectionsInsolvency(models.Model):
    """What secures the claim: its rank, guarantees, the goods themselves."""

    _inherit = "collections.insolvency"

    rank = fields.Selection(
        CLAIM_RANKS,
        string="Rank of the Claim",
        required=True,
        default="unsecured",
    )
    has_retention_of_title = fields.Boolean(
        string="Retention of Title",
        help="Goods that were not paid for can be reclaimed within 3 months of the "
        "publication.",
    )
    guarantee_note = fields.Text(
        string="Guarantees",
        help="Privileges, sureties and other guarantees, as the declaration says them.",
    )

    def _fill_guarantees(self):
        """Take over the guarantees that are on file, as the declaration says them."""
        self.ensure_one()
        guarantees = self.env["collections.guarantee"].with_context(
            lang=self._get_claim_lang()
        )
        found = guarantees.search(
            [
                ("debtor_id", "=", self.debtor_id.id),
                *guarantees._get_in_force_domain(self.judgment_date),
            ]
        )
        title = found.filtered(lambda guarantee: guarantee.kind == "title")
        if title:
            self.has_retention_of_title = True
        if not self.guarantee_note:
            self.guarantee_note = ", ".join((found - title).mapped("display_name"))

    def _get_claim_rank(self):
        """Return what the declaration says of rank and guarantees.

        :rtype: str
        """
        guarantees = (self.guarantee_note or "").strip()
        if self.rank == "preferential":
            text = self.env._("The claim is declared as preferential.")
        else:
            text = self.env._("The claim is declared as unsecured.")
        if guarantees:
            text += " " + self.env._("Guarantees: %(text)s", text=guarantees)
        return text
