from odoo import api, fields, models

from ..const import FRENCH_LAW


class ResCompany(models.Model):
    """Procedures of what the default one does not suit."""

    _inherit = "res.company"

    dunning_public_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Public Buyers",
        help="Used for the public buyers that have no procedure of their own. "
        "Empty: the default one.",
    )
    dunning_charge_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Interest Invoices",
        help="Used for every invoice of late interest, whatever the procedure of its "
        "debtor. Empty: nobody is dunned for them.",
    )

    dunning_insolvency_procedure_id = fields.Many2one(
        "dunning.procedure",
        string="Procedure of Later Claims",
        help="Used for what a customer in insolvency proceedings owes since the "
        "judgment. Empty: that of the customer.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new company starts with the installed procedures, a branch with none."""
        companies = super().create(vals_list)
        companies._fill_dunning_procedures()
        return companies

    def write(self, vals):
        """A company that becomes French gets the procedure of its public buyers."""
        result = super().write(vals)
        if vals.get("country_id"):
            self._fill_dunning_procedures()
        return result

    def _fill_dunning_procedures(self):
        """Give root companies the installed procedures where they have none.

        That of public buyers follows French public law: for French companies only.
        """
        roots = self.sudo().filtered(lambda company: not company.parent_id)
        for name, xmlid in (
            ("dunning_public_procedure_id", "dunning_procedure_public"),
            ("dunning_charge_procedure_id", "dunning_procedure_charge"),
            ("dunning_plan_procedure_id", "dunning_procedure_plan"),
            ("dunning_insolvency_procedure_id", "dunning_procedure_insolvency"),
        ):
            procedure = self.env.ref(f"collections_dunning.{xmlid}", False)
            bare = roots.filtered(lambda company, name=name: not company[name])
            if name == "dunning_public_procedure_id":
                bare = bare.filtered(lambda c: c.country_id.code in FRENCH_LAW)
            if procedure and bare:
                bare[name] = procedure

    def _get_dunning_public_procedure(self):
        """Return the procedure of public buyers that have none of their own.

        :return: empty: they have the default one.
        :rtype: dunning.procedure
        """
        lineage = self._get_dunning_lineage()
        return lineage.dunning_public_procedure_id.filtered("active")[:1]

    def _get_dunning_charge_procedure(self):
        """Return the procedure of invoices of late interest.

        :rtype: dunning.procedure
        """
        lineage = self._get_dunning_lineage()
        return lineage.dunning_charge_procedure_id.filtered("active")[:1]

    def _get_dunning_insolvency_procedure(self):
        """Return the procedure of what is owed since a judgment of insolvency.

        :return: empty: that of the customer.
        :rtype: dunning.procedure
        """
        lineage = self._get_dunning_lineage()
        return lineage.dunning_insolvency_procedure_id.filtered("active")[:1]

    def _get_dunning_plan_level(self, event):
        """Return the level of a message of payment plans.

        :param str event: one of ``const.PLAN_EVENTS``.
        :return: empty: this company sends no such message.
        :rtype: dunning.level
        """
        lineage = self._get_dunning_lineage()
        procedure = lineage.dunning_plan_procedure_id.filtered("active")[:1]
        return procedure.level_ids.filtered(
            lambda level: level.active and level.event == event
        )[:1]
