from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from ..const import MANAGER

# Income accounts of the French chart of accounts for them.
FRENCH_CODES = {"interest": "7631", "compensation": "7581"}


class ResCompany(models.Model):
    """How a company books late interest, and what its invoices say of it."""

    _inherit = "res.company"

    dunning_interest_account_id = fields.Many2one(
        "account.account",
        string="Account of Late Interest",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Where late interest is booked once it is invoiced.",
    )
    dunning_compensation_account_id = fields.Many2one(
        "account.account",
        string="Account of Compensation",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Where compensation for recovery costs is booked once it is invoiced.",
    )
    is_french_law = fields.Boolean(compute="_compute_is_french_law")
    dunning_invoice_mentions = fields.Boolean(
        string="Late Payment on Invoices",
        help="Invoices to businesses name the penalties, the compensation for recovery "
        "costs and the discount for early payment (article L441-9 of the French "
        "commercial code).",
    )

    @api.depends("country_id", "parent_id.country_id")
    def _compute_is_french_law(self):
        for company in self:
            company.is_french_law = company._is_french_law()

    def _is_french_law(self):
        """Tell whether French law rules this company, or the parent of a branch.

        :rtype: bool
        """
        return self.env["collections.interest.regime"]._is_french_law(self)

    @api.model
    def _check_shared_law(self):
        """Refuse to change the law of companies that the user has no access to.

        :raise AccessError: unless the user works in every company.
        """
        if self._is_user_in_all_companies():
            return
        raise AccessError(
            self.env._(
                "Other companies count with it too: only a Credit Manager with access "
                "to all companies changes it. Copy the regime for your company instead."
            )
        )

    def _get_charge_account(self, kind):
        """Return the account on which interest or compensation is booked.

        That of the settings, of this company or the nearest parent that has one; else
        that of the French chart of accounts.

        :param str kind: ``interest`` or ``compensation``.
        :rtype: account.account
        :raise UserError: names the setting that is missing.
        """
        self.ensure_one()
        field = f"dunning_{kind}_account_id"
        for company in self._get_dunning_lineage():
            if company.sudo()[field]:
                return company.sudo()[field]
        account = self._find_chart_account(kind)
        if not account:
            self._raise_no_charge_account(field)
        return account

    def _find_chart_account(self, kind):
        """Return the account of the French chart for interest or compensation.

        :rtype: account.account, may be empty
        """
        accounts = self.env["account.account"].with_company(self).sudo()
        if not (self.sudo().root_id.chart_template or "").startswith("fr"):
            return accounts
        return accounts.search(
            [
                *accounts._check_company_domain(self),
                ("code", "=like", FRENCH_CODES[kind] + "%"),
                ("account_type", "in", ("income", "income_other")),
            ],
            order="code",
            limit=1,
        )

    def _raise_no_charge_account(self, field):
        label = self._fields[field]._description_string(self.env)
        message = self.env._(
            "Choose the setting “%(setting)s” of %(company)s first: its chart of "
            "accounts has none that we know of.",
            setting=label,
            company=self.name,
        )
        if not self.env.user.has_group(MANAGER):
            raise UserError(message)
        action = self.env.ref("collections_dunning.dunning_settings_action")
        raise RedirectWarning(message, action.id, self.env._("Dunning Settings"))
