from odoo import models


class ResCompany(models.Model):
    """Who decides on the collections of a company."""

    _inherit = "res.company"

    def _get_dunning_manager(self, default=None):
        """Return who sees to what only a Credit Manager can mend.

        The default collector of the company when he is one, else the first.

        :param res.users default: who does it when there is no default collector.
        :return: a Credit Manager of the company, else the default.
        :rtype: res.users
        """
        self.ensure_one()
        group = self.env.ref("collections_dunning.collections_dunning_group_manager")
        managers = group.sudo().all_user_ids.filtered(
            lambda user: user.active and self in user.company_ids
        )
        default = self.dunning_responsible_id or default or self.env["res.users"]
        if default in managers:
            return default
        return managers[:1] or default
