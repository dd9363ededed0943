from odoo import fields, models
from odoo.exceptions import ValidationError


class AccountMoveLine(models.Model):
    """What may not be paid: born before a judgment of insolvency."""

    _inherit = "account.move.line"

    def _check_may_be_paid(self):
        """Refuse to arrange how claims are paid that were born before a judgment.

        Article L622-7 of the French commercial code forbids to pay them.

        :raise ValidationError: names the first one.
        """
        today = fields.Date.context_today(self)
        hold = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("reason", "=", "insolvency"),
                    ("move_line_id", "in", self.ids),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ],
                limit=1,
            )
        )
        if hold:
            raise ValidationError(
                self.env._(
                    "%(item)s was born before the judgment of insolvency: it is "
                    "declared, and may not be paid.",
                    item=hold.move_line_id.move_name,
                )
            )
