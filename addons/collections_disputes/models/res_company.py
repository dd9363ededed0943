from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.collections_dunning.const import MANAGER

SETTINGS = {
    "dispute_approval_amount",
    "dispute_customer_days",
    "dispute_manager_id",
    "dispute_write_off_limit",
    "dispute_write_off_account_id",
}
# Who sees all disputes of his companies.
READER = "collections_dunning.collections_dunning_group_reader"
# A branch shares them with its root company.
SHARED = (
    "dispute_approval_amount",
    "dispute_customer_days",
    "dispute_write_off_limit",
)


class ResCompany(models.Model):
    """What a company wants of its disputes. A Credit Manager decides."""

    _inherit = "res.company"

    dispute_approval_amount = fields.Monetary(
        string="Approval from",
        default=1000,
        help="A Credit Manager approves what is given to the customer from this "
        "amount on. 0: nothing needs an approval.",
    )
    dispute_manager_id = fields.Many2one(
        "res.users",
        string="Escalated To",
        help="Learns of the disputes that were not answered in time; of his own, "
        "another Credit Manager does. Empty: a Credit Manager of the company.",
    )
    dispute_customer_days = fields.Integer(
        string="Wait for the Customer",
        default=10,
        help="Working days in which a customer is to answer us; then the owner of the "
        "dispute asks again.",
    )
    dispute_write_off_limit = fields.Monetary(
        string="Small Difference up to",
        default=5,
        help="Rest of a partial payment that may be written off.",
    )
    dispute_write_off_account_id = fields.Many2one(
        "account.account",
        string="Account of Small Differences",
        help="Where the rest of a partial payment is written off.",
    )

    _dispute_customer_days_positive = models.Constraint(
        "CHECK (dispute_customer_days > 0)",
        "A customer has at least one day to answer.",
    )

    @api.constrains("dispute_manager_id")
    def _check_dispute_manager_id(self):
        for company in self:
            manager = company.dispute_manager_id
            if manager and not manager.has_group(READER):
                raise ValidationError(
                    self.env._(
                        "%(name)s does not see the disputes: give them a role in "
                        "Collections first, or choose somebody else.",
                        name=manager.name,
                    )
                )

    def _check_dispute_settings(self, names):
        """Only a Credit Manager changes what may be given away."""
        if SETTINGS & set(names):
            self._check_dunning_settings()

    def write(self, vals):
        self._check_dispute_settings(vals)
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_dispute_settings(name for vals in vals_list for name in vals)
        return super().create(vals_list)

    def _get_dispute_setting(self, name):
        """Return a setting; what branches do not share, of the nearest parent.

        :param str name: name of the field.
        """
        self.ensure_one()
        company = self.sudo()
        if name in SHARED:
            return company.root_id[name]
        return company._get_dunning_lineage()[name][:1]

    def _get_dispute_manager(self):
        """Return who learns of late disputes.

        :return: the one of the settings as long as he sees them, else of dunning; may
            be nobody.
        :rtype: res.users
        """
        self.ensure_one()
        chosen = self._get_dispute_setting("dispute_manager_id")
        sees = chosen.filtered(lambda user: user.active and user.has_group(READER))
        return sees or self._get_dunning_manager()

    def _get_dispute_approver(self):
        """Return who approves what is given to customers: a Credit Manager.

        :return: the one of the settings if he is one, else of dunning; may be nobody.
        :rtype: res.users
        """
        self.ensure_one()
        manager = self._get_dispute_manager()
        approver = manager.filtered(lambda user: user.has_group(MANAGER))
        return approver or self._get_dunning_manager()
