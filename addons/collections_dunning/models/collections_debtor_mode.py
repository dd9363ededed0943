from odoo import api, fields, models

from ..const import DUNNING_MODES

# The more a person has a say, the stricter.
STRICTNESS = [mode for mode, _label in DUNNING_MODES]


class CollectionsDebtor(models.Model):
    """How a customer is dunned: by the machine, with approval, by hand."""

    _inherit = "collections.debtor"

    rejection_ids = fields.One2many(
        "collections.payment.rejection",
        "debtor_id",
        string="Rejected Payments",
        readonly=True,
    )
    announcement_ids = fields.One2many(
        "dunning.announcement",
        "debtor_id",
        string="Announced to the Salesperson",
        readonly=True,
        groups="collections_dunning.collections_dunning_group_reader",
    )

    @api.model
    def _get_modes_to_review(self, company, date):
        """Return the customers whose special treatment is to be looked at again.

        :param res.company company: whose customers.
        :param date date: day as of which the review is due.
        :rtype: collections.debtor
        """
        return self.search(
            [
                ("company_id", "=", company.id),
                ("dunning_mode", "!=", "automatic"),
                ("dunning_mode_until", "<=", date),
            ]
        )

    def _merge_modes(self, target):
        """Give the file that stays what is stricter in this one, which goes away.

        :param collections.debtor target: the file that stays.
        """
        self.ensure_one()
        if STRICTNESS.index(self.dunning_mode) > STRICTNESS.index(target.dunning_mode):
            target.dunning_mode = self.dunning_mode
            target.dunning_mode_until = self.dunning_mode_until
        for name in ("is_strategic", "pays_by_direct_debit"):
            target[name] = target[name] or self[name]
