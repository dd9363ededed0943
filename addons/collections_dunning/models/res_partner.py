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
                "SELECT partner_id, contact_id FROM (%s) contact "
                "WHERE partner_id = ANY(%s)",
                self._get_dunning_contact_sql(company),
                self.ids,
            )
        )
        return {**{partner_id: partner_id for partner_id in self.ids}, **dict(rows)}

    @api.model
    def _get_dunning_contact_sql(self, company):
        """Return the query of the dunning contact of each customer that has one.

        Customers that are their own contact are left out, and so are contacts that
        belong to another company.

        :param res.company company: that reminds.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT DISTINCT ON (commercial_partner_id)
                   commercial_partner_id AS partner_id, id AS contact_id
              FROM res_partner
             WHERE active
               AND (is_dunning_contact
                    OR type = 'invoice' AND id <> commercial_partner_id)
               AND coalesce(company_id, %(company)s) = %(company)s
          ORDER BY commercial_partner_id, is_dunning_contact DESC NULLS LAST, id
            """,
            company=company.id,
        )
