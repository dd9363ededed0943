from odoo import models

from ..const import MANAGER


class ResCompany(models.Model):
    """Who works on the collections of a company, and who decides."""

    _inherit = "res.company"

    def _get_dunning_managers(self):
        """Return the Credit Managers of this company: people who are at work.

        The administrator is one by installation: whoever was made one comes first.

        :rtype: res.users
        """
        self.ensure_one()
        users = self.env.ref(MANAGER).sudo().all_user_ids
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        return users.filtered(self._has_at_work).sorted(
            lambda user: (user == admin, user.id)
        )

    def _has_at_work(self, user):
        """Tell whether a user is a colleague who works for this company now.

        Neither the robot, nor somebody of the portal, nor somebody who has left.

        :param res.users user: anybody.
        :rtype: bool
        """
        return (
            user.active
            and not user.share
            and user != self.env.ref("base.user_root")
            and self in user.company_ids
        )

    def _get_dunning_default_collector(self):
        """Return the default collector of this company or of the nearest parent.

        :return: nobody when he has left.
        :rtype: res.users
        """
        chosen = self.sudo()._get_dunning_lineage().dunning_responsible_id
        return chosen.filtered("active")[:1]

    def _get_dunning_manager(self, default=None):
        """Return who sees to what only a Credit Manager can mend.

        The default collector of the company when he is one, else the first.

        :param res.users default: who does it when there is no default collector.
        :return: a Credit Manager of the company, else the default.
        :rtype: res.users
        """
        self.ensure_one()
        managers = self._get_dunning_managers()
        default = (
            self._get_dunning_default_collector() or default or self.env["res.users"]
        )
        if default in managers:
            return default
        return managers[:1] or default

    def _get_dunning_collector(self, user):
        """Return who does what a user is responsible for.

        :param res.users user: may be nobody, or somebody who is gone: then the
            default collector, else who is at work now, else a Credit Manager.
        :return: never a robot; nobody when there is no such person.
        :rtype: res.users
        """
        self.ensure_one()
        company = self.sudo()
        return (
            user.filtered("active")
            or company._get_dunning_default_collector()
            or self.env.user.filtered(company._has_at_work)
            or company._get_dunning_managers()[:1]
        )

    def _get_dunning_attendant(self, user):
        """Return somebody who sees to it that nothing is left lying.

        :param res.users user: whose work it would be; may be nobody.
        :return: see :meth:`_get_dunning_collector`; when nobody works on collections,
            the first colleague of the company, the administrator before others.
        :rtype: res.users
        """
        collector = self._get_dunning_collector(user)
        if collector:
            return collector
        users = self.env["res.users"].sudo()
        colleagues = users.search(
            [("share", "=", False), ("company_ids", "in", self.id)], order="id"
        )
        admin = self.env.ref("base.user_admin").sudo()
        return colleagues.filtered(lambda user: user == admin) or colleagues[:1]
