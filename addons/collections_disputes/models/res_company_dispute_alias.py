import re

from odoo import api, fields, models


class ResCompany(models.Model):
    """The e-mail address at which customers object to an invoice."""

    _inherit = "res.company"

    dispute_alias_id = fields.Many2one(
        "mail.alias", readonly=True, copy=False, ondelete="set null"
    )
    dispute_alias_name = fields.Char(
        string="E-mail Alias of Disputes",
        compute="_compute_dispute_alias_name",
        inverse="_inverse_dispute_alias_name",
        compute_sudo=True,
        help="What comes before the @: a mail sent there opens a dispute, an answer to "
        "it is filed there. Empty: no mail opens a dispute.",
    )
    dispute_email = fields.Char(
        string="E-mail Address of Disputes",
        compute="_compute_dispute_email",
        compute_sudo=True,
    )

    @api.depends("dispute_alias_id.alias_name")
    def _compute_dispute_alias_name(self):
        for company in self:
            company.dispute_alias_name = company.dispute_alias_id.alias_name

    @api.depends("dispute_alias_id.alias_full_name")
    def _compute_dispute_email(self):
        """Without a mail domain nothing can arrive."""
        for company in self:
            alias = company.dispute_alias_id.filtered("alias_domain_id")
            company.dispute_email = alias.alias_full_name

    def _inverse_dispute_alias_name(self):
        """Rename the alias, make it, or let it receive nothing any more.

        :raise AccessError: when the user is no Credit Manager of the company.
        """
        self._check_dunning_settings()
        for company in self:
            company._set_dispute_alias(company.dispute_alias_name)

    @api.model_create_multi
    def create(self, vals_list):
        """A new company can be written to at once; a branch by its root's address."""
        companies = super().create(vals_list)
        companies._create_dispute_aliases()
        return companies

    def write(self, vals):
        """The alias follows the company to another mail domain."""
        result = super().write(vals)
        if "alias_domain_id" in vals:
            for company in self.sudo().filtered("dispute_alias_id"):
                company._move_dispute_alias()
        return result

    def unlink(self):
        """The alias goes with its company."""
        aliases = self.sudo().dispute_alias_id
        result = super().unlink()
        aliases.unlink()
        return result

    @api.model
    def _create_first_dispute_aliases(self):
        """Give the companies that are there an alias; when the addon is installed."""
        self.sudo().search([("parent_id", "=", False)])._create_dispute_aliases()

    def _create_dispute_aliases(self):
        """Give each root company among these that has none an alias."""
        for company in self.sudo():
            if not company.parent_id and not company.dispute_alias_id:
                company._set_dispute_alias(company._get_default_dispute_alias())

    def _set_dispute_alias(self, name):
        self.ensure_one()
        company = self.sudo()
        if company.dispute_alias_id:
            company.dispute_alias_id.write(
                {"alias_name": name, "alias_domain_id": company.alias_domain_id.id}
            )
        elif name:
            values = company._prepare_dispute_alias(name)
            company.dispute_alias_id = self.env["mail.alias"].sudo().create(values)

    def _prepare_dispute_alias(self, name):
        self.ensure_one()
        get_model_id = self.env["ir.model"].sudo()._get_id
        return {
            "alias_name": name,
            "alias_domain_id": self.alias_domain_id.id,
            "alias_model_id": get_model_id("dispute.case"),
            "alias_parent_model_id": get_model_id(self._name),
            "alias_parent_thread_id": self.id,
            "alias_defaults": repr({"company_id": self.id}),
        }

    def _move_dispute_alias(self):
        """Take the alias to the mail domain of the company, where its name is free."""
        self.ensure_one()
        alias = self.dispute_alias_id
        if alias.alias_domain_id == self.alias_domain_id:
            return
        name = alias.alias_name and self._find_free_alias(alias.alias_name)
        alias.write({"alias_domain_id": self.alias_domain_id.id, "alias_name": name})

    def _get_default_dispute_alias(self):
        """Return the alias of a company that has chosen none.

        :return: in French for a French company.
        :rtype: str
        """
        self.ensure_one()
        is_french = (self.partner_id.lang or "").startswith("fr") or (
            self.account_fiscal_country_id.code == "FR"
        )
        return self._find_free_alias("litiges" if is_french else "disputes")

    def _find_free_alias(self, name):
        """Return this name, or one like it that nobody uses in the mail domain.

        :rtype: str
        """
        self.ensure_one()
        slug = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")
        candidates = (name, f"{name}-{slug}", f"{name}-{self.id}")
        aliases = self.env["mail.alias"].sudo()
        domain = [
            ("alias_name", "in", candidates),
            ("alias_domain_id", "=", self.alias_domain_id.id),
        ]
        taken = aliases.search(domain).mapped("alias_name")
        return next(name for name in candidates if name not in taken)

    def _get_dispute_email(self):
        """Return the address that answers about disputes go to.

        :return: of this company or the nearest parent that has one, else empty.
        :rtype: str
        """
        self.ensure_one()
        lineage = self.sudo()._get_dunning_lineage()
        return next((c.dispute_email for c in lineage if c.dispute_email), "")
