from odoo import api, fields, models

from ..const import MANAGER


class DunningRun(models.Model):
    """Where the app opens: the first steps, today's proposal, or what is to do."""

    _inherit = "dunning.run"

    @api.model
    def action_open_home(self):
        """Open the first steps for whoever may take them, as long as they last."""
        company = self.env.company
        is_manager = self.env.user.has_group(MANAGER)
        if is_manager and company._is_dunning_first_run():
            return self.env["dunning.first.run"].action_open()
        return self.action_open_todo()

    @api.model
    def action_open_todo(self):
        """Open today's proposal, else the notices that wait for somebody.

        :rtype: dict
        """
        run = self.search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "proposed"),
                ("is_simulation", "=", False),
                ("date", "=", fields.Date.context_today(self)),
                ("notice_ids.state", "=", "draft"),
            ],
            limit=1,
        )
        if run:
            return run._get_records_action(name=self.env._("To Do"))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_notice_action_todo"
        )
