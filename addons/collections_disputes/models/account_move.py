from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_disputes(self):
        """Return the open cases about these entries.

        :rtype: dispute.case (as superuser)
        """
        return self.line_ids._get_open_dispute_lines().case_id

    def _post(self, soft=True):
        """An invoice that was corrected is disputed as it is now."""
        posted = super()._post(soft)
        posted._get_disputes()._follow_items()
        return posted

    def button_draft(self):
        """Nothing is owed of a draft: nothing is held."""
        result = super().button_draft()
        self._get_disputes()._follow_items()
        return result

    def button_cancel(self):
        """What is owed no more is not disputed any more."""
        result = super().button_cancel()
        self._get_disputes()._follow_items()
        return result

    def unlink(self):
        cases = self._get_disputes()
        result = super().unlink()
        cases._follow_items()
        return result
