from odoo import models
from odoo.exceptions import UserError

from .dunning_run_review import TO_APPROVE


class DunningRun(models.Model):
    _inherit = "dunning.run"

    # === ACTION METHODS === #

    def action_propose(self):
        """Assess every open item and draft the notices that are due.

        On a proposed run the proposal is made anew; drafts somebody worked on stay.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when the run is past that stage, or another run of the
            company is at work.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        for run in self:
            if run.state not in ("draft", "proposed"):
                raise UserError(self.env._("This run was confirmed or cancelled."))
            if not run._try_lock(run.company_id):
                raise UserError(self.env._("A run of this company is already running."))
            run._check_alone()
            self._decide_arrangements(run.company_id)
            run.sudo()._propose()
        return True

    def action_confirm(self):
        """Queue the approved notices; the others wait as drafts.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when the run is not proposed or is a simulation.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        for run in self:
            if run.state != "proposed":
                raise UserError(self.env._("Only a proposed run can be confirmed."))
            if run.is_simulation:
                raise UserError(self.env._("A simulation can't be sent."))
            run.sudo()._confirm(run.notice_ids)
        return True

    def action_cancel(self):
        """Drop the proposal; it leaves no trace on levels.

        :raise UserError: when notices of the run were queued already, or a later
            run of the company exists.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        for run in self:
            if run.state not in ("draft", "proposed"):
                raise UserError(self.env._("Only a proposal can be cancelled."))
            run.sudo()._cancel()
        return True

    def action_approve_all(self):
        """Approve the drafts that nobody needs to look at.

        Formal notices, and drafts that carry a reason to look at them, stay.
        """
        self.check_access("write")
        self.env["dunning.notice"].search(
            [("run_id", "in", self.ids), *TO_APPROVE]
        ).action_approve()
        return True

    def action_open_notices(self):
        """Open the notices of this run."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_notice_action"
        )
        return {
            **action,
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_group_state": 0},
        }

    def action_open_items(self):
        """Open all open items as of this run, by decision."""
        self.ensure_one()
        return self._action_open_decisions([])

    def _action_open_decisions(self, domain, name=None):
        """Return the action that lists the decisions in force as of this run.

        :param list domain: further conditions.
        :param str name: title of the list.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_decision_action"
        )
        as_of = [
            ("company_id", "=", self.company_id.id),
            ("opened_run_id", "<=", self.id),
            "|",
            ("closed_run_id", "=", False),
            ("closed_run_id", ">", self.id),
        ]
        action.update(domain=as_of + domain, context={})
        if name:
            action["name"] = name
        return action
