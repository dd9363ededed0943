from odoo import api, fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_dunning_contact = fields.Boolean(
        string="Dunning Contact",
        help="Receives the reminders of this customer.",
    )
    is_dunning_decision_maker = fields.Boolean(
        string="Decides on Payments",
        help="Gets a copy of the notices whose level says so.",
    )
    debtor_ids = fields.One2many(
        "collections.debtor",
        "partner_id",
        string="Debtor Files",
        groups="collections_dunning.collections_dunning_group_reader",
    )
    debtor_count = fields.Integer(
        compute="_compute_debtor_count",
        groups="collections_dunning.collections_dunning_group_reader",
    )

    @api.depends("debtor_ids")
    def _compute_debtor_count(self):
        counts = dict(
            self.env["collections.debtor"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.debtor_count = counts.get(partner.commercial_partner_id, 0)

    def write(self, vals):
        former = {}
        if "parent_id" in vals or "is_company" in vals:
            former = {partner: partner.commercial_partner_id for partner in self}
        result = super().write(vals)
        for partner, commercial in former.items():
            if partner == commercial != partner.commercial_partner_id:
                self.env["collections.debtor"]._merge_partner_files(
                    partner, partner.commercial_partner_id
                )
        return result

    def action_open_debtor(self):
        """Open the debtor file of this customer in the current company."""
        self.ensure_one()
        debtors = self.env["collections.debtor"].search(
            [("partner_id", "=", self.commercial_partner_id.id)]
        )
        current = debtors.filtered(lambda d: d.company_id == self.env.company)
        return (current or debtors)._get_records_action(name=self.env._("Debtor"))

    def _get_dunning_contacts(self, company):
        """Return who receives the reminders of these customers.

        A contact flagged for dunning, else the invoice address, else the customer.

        :param res.company company: that reminds.
        :return: partner id by commercial partner id.
        :rtype: dict(int, int)
        """
        if not self.ids:
            return {}
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (partner_id) partner_id, id "
                "FROM (%s) candidate WHERE is_usable ORDER BY partner_id, place, id",
                self._get_dunning_candidates_sql(company, SQL("= ANY(%s)", self.ids)),
            )
        )
        return dict(rows)

    @api.model
    def _get_dunning_candidates_sql(self, company, which):
        """Return the query of who may receive the reminders of customers, in order.

        First the contacts flagged for dunning, then the invoice addresses, then the
        customer itself, even archived. Other archived ones are not usable; contacts
        that belong to another company are left out.

        :param res.company company: that reminds.
        :param SQL which: condition on the commercial partners, from the operator on.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT p.id, p.commercial_partner_id AS partner_id, p.email_normalized,
                   p.street, p.street2, p.zip, p.city, role.place,
                   p.active OR role.place = 2 AS is_usable
              FROM res_partner p
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN p.is_dunning_contact THEN 0
                               WHEN p.id = p.commercial_partner_id THEN 2
                               WHEN p.type = 'invoice' THEN 1 END AS place) role
             WHERE role.place IS NOT NULL
               AND p.commercial_partner_id %(which)s
               AND (coalesce(p.company_id, %(company)s) = %(company)s
                    OR role.place = 2)
         UNION ALL
            SELECT p.id, p.id, p.email_normalized, p.street, p.street2, p.zip, p.city,
                   2, TRUE
              FROM res_partner p
             WHERE p.is_dunning_contact AND p.id = p.commercial_partner_id
               AND p.id %(which)s
            """,
            company=company.id,
            which=which,
        )
