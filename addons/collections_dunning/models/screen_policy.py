from odoo import api, fields, models
from odoo.tools import format_amount, format_list

# What a policy may take from the one it is based on, in the order of the screen.
INHERITED = (
    "payment_term_ids",
    "credit_limit",
    "limit_action",
    "age_limit_days",
    "age_action",
    "interest_regime_id",
    "procedure_id",
    "plan_max_months",
    "plan_least_down_payment",
)


class CollectionsCreditPolicy(models.Model):
    """What the form of a credit policy shows."""

    _inherit = "collections.credit.policy"

    inherited_note = fields.Text(
        string="Taken From There", compute="_compute_inherited_note"
    )
    debtor_count = fields.Integer(
        string="Customers",
        compute="_compute_debtor_count",
        help="Whose own credit policy it is.",
    )

    @api.depends("parent_id", *INHERITED, "has_credit_limit", "has_plan_limits")
    @api.depends_context("lang")
    def _compute_inherited_note(self):
        for policy in self:
            lines = []
            for name in INHERITED:
                giver = policy._get_giver(name)
                if giver and giver != policy.sudo():
                    label = self._fields[name]._description_string(self.env)
                    words = giver._describe_value(name)
                    lines.append(
                        self.env._("%(label)s: %(words)s", label=label, words=words)
                    )
            policy.inherited_note = "\n".join(lines)

    def _compute_debtor_count(self):
        counts = dict(
            self.env["collections.debtor"]._read_group(
                [("credit_policy_id", "in", self.ids)],
                ["credit_policy_id"],
                ["__count"],
            )
        )
        for policy in self:
            policy.debtor_count = counts.get(policy, 0)

    def action_open_debtors(self):
        """Open the customers whose own credit policy this is."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_debtor_action"
        )
        domain = [("credit_policy_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    def _describe_value(self, name):
        """Return a value of this policy in words.

        :param str name: of a field.
        :rtype: str
        """
        value = self[name]
        field = self._fields[name]
        if name == "age_limit_days":
            return self.env._("%(days)s days late", days=value)
        if name == "credit_limit":
            return format_amount(self.env, value, self.currency_id)
        if isinstance(value, models.BaseModel):
            return format_list(self.env, value.mapped("display_name"))
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        return f"{value:g}"
