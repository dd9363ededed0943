"""What whoever owns a case may write of it without being a Collector."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import CLOSED_STATES

# His own work: where it stands, what he knows, whom he hands it to.
OWNER_FIELDS = {
    "answer",
    "contact_id",
    "description",
    "priority",
    "state",
    "title",
    "user_id",
}
# Asked at the end: he knows best.
CAUSE_FIELDS = {"cause_id", "side"}
# The key of the link that the customer gets.
KEYS = {"access_token"}


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    may_decide = fields.Boolean(compute="_compute_may_decide")

    @api.depends_context("uid")
    def _compute_may_decide(self):
        """Spare owners who are no Collectors what they would be refused."""
        self.may_decide = self._is_decided_by_user()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(KEYS & vals.keys() for vals in vals_list):
            self._refuse_field("access_token")
        cases = super().create(vals_list)
        if not self.env.su:
            cases._check_owner()
        return cases

    def write(self, vals):
        """Owners write what is theirs; deadlines, items and amounts are a Collector's.

        :raise AccessError: names what somebody else decides on.
        """
        if self.env.su:
            return super().write(vals)
        self._check_may_write(vals)
        result = super().write(vals)
        if "user_id" in vals:
            self._check_owner()
        return result

    # === CHECKS === #

    @api.model
    def _is_decided_by_user(self):
        """Tell whether the user may decide on disputes: a Collector.

        :rtype: bool
        """
        return self.env.su or self.env.user.has_group(
            "collections_dunning.collections_dunning_group_collector"
        )

    def _check_may_write(self, vals):
        """Refuse what is not this user's to write.

        :param dict vals: what he writes.
        :raise AccessError: names the field.
        :raise UserError: when the customer has been told the answer already.
        """
        if KEYS & vals.keys():
            self._refuse_field("access_token")
        if "answer" in vals and any(case.state in CLOSED_STATES for case in self):
            raise UserError(
                self.env._("The customer has this answer: reopen the dispute first.")
            )
        if self._is_decided_by_user():
            return
        allowed = OWNER_FIELDS
        if all(case.needs_cause for case in self):
            allowed = OWNER_FIELDS | CAUSE_FIELDS
        for name in sorted(vals.keys() - allowed):
            self._refuse_field(name)
        if "user_id" in vals and not vals["user_id"]:
            raise UserError(self.env._("Say who works on it from now on."))

    def _refuse_field(self, name):
        """Refuse to have a field written by this user.

        :raise AccessError: names the field.
        """
        raise AccessError(
            self.env._(
                "Only a Collector changes this: %(field)s.",
                field=self._fields[name]._description_string(self.env)
                if name in self._fields
                else name,
            )
        )

    def _check_owner(self):
        """Refuse an owner who could not work on the case.

        :raise UserError: when he is no colleague in the company of the case.
        """
        for case in self:
            owner = case.user_id.sudo()
            if owner and (owner.share or case.company_id not in owner.company_ids):
                raise UserError(
                    self.env._(
                        "%(name)s does not work for %(company)s: choose somebody else.",
                        name=owner.name,
                        company=case.company_id.sudo().name,
                    )
                )
