from odoo import api, models

# What says whether a policy has a value of its own, where an empty one would be one.
FLAGS = {
    "credit_limit": "has_credit_limit",
    "currency_id": "has_credit_limit",
    "plan_max_months": "has_plan_limits",
    "plan_least_down_payment": "has_plan_limits",
}


class CollectionsCreditPolicy(models.Model):
    """What counts in a policy: its own values, else those of the one it is based on."""

    _inherit = "collections.credit.policy"

    def _get_value(self, name):
        """Return what counts in this policy: its own value, else its base's.

        What is archived is passed over.

        :param str name: of a field.
        :return: the field's value; empty when no policy of the line has one.
        """
        policy = self._get_giver(name)
        value = policy[name]
        return value.filtered("active") if self._is_archivable(name) else value

    def _get_giver(self, name):
        """Return the policy whose value counts here: this one, or one it is based on.

        :param str name: of a field.
        :rtype: collections.credit.policy, empty when none has a value
        """
        flag = FLAGS.get(name)
        policy = self.sudo()
        while policy:
            value = policy[flag or name]
            if not flag and self._is_archivable(name):
                value = value.filtered("active")
            if value:
                break
            policy = policy.parent_id
        return policy

    @api.model
    def _is_archivable(self, name):
        field = self._fields[name]
        return field.relational and "active" in self.env[field.comodel_name]._fields

    @api.model
    def _get_effective_values(self, names):
        """Return what counts in each policy, as set-based SQL wants it.

        :param list names: of fields.
        :return: values by name, by policy id: an id for a record, None for nothing.
        :rtype: dict(int, dict(str, object))
        """
        result = {}
        for policy in self.sudo().search_fetch([]):
            values = {name: policy._get_value(name) for name in names}
            result[policy.id] = {
                name: (value.id if isinstance(value, models.BaseModel) else value)
                or (0 if name in FLAGS and policy._get_giver(name) else None)
                for name, value in values.items()
            }
        return result

    @api.model
    def _is_any_procedure_given(self, company):
        """Tell whether a policy that a company may use says how customers are dunned.

        :param res.company company: the seller.
        :rtype: bool
        """
        domain = self._check_company_domain(company.sudo())
        return any(
            policy._get_value("procedure_id") for policy in self.sudo().search(domain)
        )
