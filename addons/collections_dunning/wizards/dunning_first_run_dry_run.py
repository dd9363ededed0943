from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ACTIVITY_CHANNELS
from ..models.dunning_assessment import OLD_DEBT_DAYS

LARGEST_COUNT = 3


class DunningFirstRun(models.TransientModel):
    """Fourth and fifth block: old debt to decide on, and a dry run."""

    _inherit = "dunning.first.run"

    old_debt = fields.Json(compute="_compute_old_debt")
    old_debt_count = fields.Integer(compute="_compute_old_debt")
    dry_run_id = fields.Many2one("dunning.run", compute="_compute_dry_run")
    dry_run_at = fields.Datetime(related="dry_run_id.assessed_at")
    message_count = fields.Integer(compute="_compute_dry_run")
    dry_run_levels = fields.Json(compute="_compute_dry_run")
    largest_notice_ids = fields.Many2many("dunning.notice", compute="_compute_dry_run")
    test_mode = fields.Boolean(compute="_compute_test_mode")
    test_email = fields.Char(
        string="Test Address",
        compute="_compute_test_email",
        store=True,
        readonly=False,
    )

    # === OLD DEBT === #

    @api.depends("company_id")
    def _compute_old_debt(self):
        """Before anything was assessed the ledger tells; then what was put aside."""
        for page in self:
            if page._has_old_debt_list():
                count, amount = page._count_holds()
                label = self.env._("Items put aside, to decide on")
            else:
                count, amount = page._count_items(page._get_old_debt_domain())
                label = self.env._("Items more than 90 days late")
            page.old_debt_count = count
            page.old_debt = [
                page._get_figure("old_debt", label, count, amount, done=not count)
            ]

    def _has_old_debt_list(self):
        """Tell whether old debt was put aside already, by an assessment.

        :rtype: bool
        """
        self.ensure_one()
        company = self.company_id.sudo()
        domain = [("company_id", "=", company.id), ("reason", "=", "old_debt")]
        return bool(
            company.dunning_start_date
            or self.env["dunning.hold"].search_count(domain, limit=1)
        )

    def _get_old_debt_domain(self):
        day = fields.Date.subtract(fields.Date.context_today(self), days=OLD_DEBT_DAYS)
        return [*self._get_claim_domain(), ("date_maturity", "<", day)]

    def _get_hold_domain(self):
        today = fields.Date.context_today(self)
        return [
            ("company_id", "=", self.company_id.id),
            ("reason", "=", "old_debt"),
            ("is_final", "=", False),
            ("move_line_id.reconciled", "=", False),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", today),
        ]

    def _count_holds(self):
        holds = self.env["dunning.hold"]._search(self._get_hold_domain())
        return self._count_items([("id", "in", holds.subselect("move_line_id"))])

    def _open_old_debt(self):
        """Open the list to decide on; the assessment puts aside what is on it."""
        if not self._has_old_debt_list():
            self.company_id._check_dunning_settings()
            self.env["dunning.assessment"].sudo()._assess(
                self.company_id, fields.Date.context_today(self)
            )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_hold_action_old_debt"
        )

    def _get_figure_actions(self):
        return {
            **super()._get_figure_actions(),
            "old_debt": self._open_old_debt,
            "messages": lambda: self.dry_run_id.action_open_notices(),
        }

    # === DRY RUN === #

    @api.depends("company_id")
    def _compute_dry_run(self):
        for page in self:
            run = page.company_id.sudo().dunning_dry_run_id.with_env(self.env)
            page.dry_run_id = run.exists()
            page.dry_run_levels = page._get_dry_run_levels()
            page.message_count = self.env["dunning.notice"].search_count(
                page._get_message_domain()
            )
            page.largest_notice_ids = page._get_largest_notices()

    def _get_message_domain(self):
        """Return the domain of what the dry run would send: no calls, no tasks."""
        return [
            ("run_id", "in", self.dry_run_id.ids),
            ("state", "=", "draft"),
            ("channel", "not in", ACTIVITY_CHANNELS),
        ]

    def _get_largest_notices(self):
        """Return the messages of the dry run over the largest amounts.

        :rtype: dunning.notice
        """
        return self.env["dunning.notice"].search(
            self._get_message_domain(),
            order="amount_total DESC, id",
            limit=LARGEST_COUNT,
        )

    def _get_dry_run_levels(self):
        """Return one row for each level and currency of the dry run.

        :rtype: list(dict)
        """
        if not self.dry_run_id:
            return []
        groups = self.env["dunning.notice"]._read_group(
            [("run_id", "=", self.dry_run_id.id), ("state", "=", "draft")],
            ["level_id", "currency_id"],
            ["__count", "amount_total:sum"],
        )
        groups.sort(key=lambda group: (group[0].day_offset, group[1].name))
        return [
            self._get_figure(
                "messages",
                f"{level.procedure_id._format_day(level.day_offset)} {level.name}",
                count,
                currency.format(amount),
            )
            for level, currency, count, amount in groups
        ]

    def action_dry_run(self):
        """Find out what would go out today; the former dry run is dropped.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.ensure_one()
        company = self.company_id
        company._check_dunning_settings()
        runs = self.env["dunning.run"].sudo()
        if not runs._try_lock(company):
            raise UserError(self.env._("A run of this company is already running."))
        self._drop_dry_run()
        run = runs.create({"company_id": company.id})
        run._propose(simulate=True)
        company.sudo().dunning_dry_run_id = run
        return True

    def _drop_dry_run(self):
        """Delete the last dry run with its drafts: nobody needs two of them."""
        run = self.company_id.sudo().dunning_dry_run_id
        if run:
            run._cancel()
            run.notice_ids.unlink()
            run.unlink()

    def action_send_largest(self):
        """Mail the current user the largest message of the dry run."""
        self.ensure_one()
        notice = self.largest_notice_ids[:1]
        if not notice:
            raise UserError(self.env._("Make a dry run first: it has no message."))
        return self._mail_sample(notice)

    # === TEST MODE === #

    @api.depends("company_id")
    def _compute_test_mode(self):
        for page in self:
            page.test_mode = page.company_id._is_dunning_test_mode()

    @api.depends("company_id")
    def _compute_test_email(self):
        for page in self:
            company = page.company_id.sudo().root_id
            page.test_email = company.dunning_test_email or self.env.user.email

    def action_test_mode_on(self):
        """Send every message to the test address; every screen says so."""
        self.ensure_one()
        self.company_id.action_dunning_test_mode_on(self.test_email)
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_test_mode_off(self):
        """Send messages to the customers again."""
        self.ensure_one()
        self.company_id.action_dunning_test_mode_off()
        return {"type": "ir.actions.client", "tag": "reload"}
