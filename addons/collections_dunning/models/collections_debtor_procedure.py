from odoo import api, fields, models


class CollectionsDebtor(models.Model):
    """The procedure that a customer is dunned by, and where it comes from.

    The assessment chooses in the same order, see ``_get_debtor_sql``; an invoice may
    have one of its own, see ``account.move._get_applied_procedure``.
    """

    _inherit = "collections.debtor"

    applied_procedure_id = fields.Many2one(
        "dunning.procedure",
        compute="_compute_applied_procedure_id",
        string="Procedure in Force",
    )
    procedure_source = fields.Char(
        string="Where the Procedure Comes From",
        compute="_compute_applied_procedure_id",
    )

    @api.depends(
        "procedure_id.active",
        "debtor_type",
        "credit_policy_id",
        "segment_id",
        "company_id.dunning_procedure_id",
        "company_id.dunning_public_procedure_id",
        "company_id.dunning_credit_policy_id",
    )
    @api.depends_context("lang")
    def _compute_applied_procedure_id(self):
        for debtor in self:
            steps = (step for step in debtor._get_procedures() if step[0])
            procedure, source = next(steps, (False, ""))
            debtor.applied_procedure_id = procedure
            debtor.procedure_source = source

    def _get_procedures(self):
        """Yield what may say the procedure of this debtor, the first before the others.

        :return: the procedure, empty where it says none, and where it comes from.
        :rtype: iterator(tuple(dunning.procedure, str))
        """
        self.ensure_one()
        yield self.sudo().procedure_id.filtered("active"), self.env._("own")
        yield self._get_policy_procedure(self.sudo().credit_policy_id)
        if self.debtor_type == "public":
            company = self.company_id.sudo()
            yield (
                company._get_dunning_public_procedure(),
                self.env._("of public buyers"),
            )
        segment = self.sudo().segment_id.filtered("active")
        yield segment.procedure_id.filtered("active"), self._get_segment_words(segment)
        yield self._get_policy_procedure(segment.credit_policy_id)
        company = self.company_id.sudo()
        yield self._get_policy_procedure(company._get_dunning_credit_policy())
        yield company._get_dunning_procedure(), self.env._("of the company")

    def _get_policy_procedure(self, policy):
        policy = policy.filtered("active")
        return policy._get_value("procedure_id"), self.env._(
            "of the credit policy %(policy)s", policy=policy.name
        )
