from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount


class DunningFirstRun(models.TransientModel):
    """The first steps on one page: six blocks, each with a tick or what mends it.

    What is decided here is written on the company at once: whoever leaves the page
    and comes back finds it as it was.
    """

    _name = "dunning.first.run"
    _description = "First Steps of Dunning"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    company_partner_id = fields.Many2one(related="company_id.partner_id")
    dunning_active = fields.Boolean(related="company_id.dunning_in_force")
    activated_on = fields.Date(compute="_compute_activated_on")
    is_skipped = fields.Boolean(compute="_compute_is_skipped")
    missing = fields.Char(
        compute="_compute_missing", help="What is not ticked; only a procedure blocks."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_display_name(self):
        self.display_name = self.env._("First Steps")

    @api.depends("company_id")
    def _compute_is_skipped(self):
        for page in self:
            page.is_skipped = page.company_id.root_id.dunning_first_run_skipped

    @api.depends("dunning_active")
    def _compute_activated_on(self):
        for page in self:
            page.activated_on = page.company_id.sudo().root_id.dunning_activated_on

    @api.depends("company_id")
    def _compute_missing(self):
        for page in self:
            page.missing = ", ".join(page._get_missing())

    def _get_missing(self):
        """Return what is not ticked on the page, in words.

        :rtype: list(str)
        """
        self.ensure_one()
        blocks = [
            (self.details_done, self.env._("your details")),
            (self.receivables_done, self.env._("your receivables")),
            (self.procedure_id, self.env._("the procedure")),
            (not self.old_debt_count, self.env._("old debt to decide on")),
            (self.dry_run_id, self.env._("the dry run")),
        ]
        return [label for done, label in blocks if not done]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """The page of a company is for its Credit Managers."""
        pages = super().create(vals_list)
        pages.company_id._check_dunning_settings()
        return pages

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the first steps of the current company.

        :raise AccessError: when the user is no Credit Manager.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_first_run_action"
        )
        return {**action, "res_id": self.create({}).id}

    def action_skip(self):
        """From now on the app opens on what is to do; the menu still leads here."""
        self.company_id._check_dunning_settings()
        self.company_id.root_id.sudo().dunning_first_run_skipped = True
        return self.env["dunning.run"].action_open_todo()

    def action_activate(self):
        """Let the notices of automatic levels leave by themselves."""
        self.company_id.action_dunning_activate()
        return True

    def action_propose(self):
        """Make today's first proposal and open it."""
        self.ensure_one()
        runs = self.env["dunning.run"]
        today = [
            ("company_id", "=", self.company_id.id),
            ("date", "=", fields.Date.context_today(self)),
            ("is_simulation", "=", False),
            ("state", "=", "proposed"),
        ]
        run = runs.search(today, limit=1)
        if not run:
            run = runs.create({"company_id": self.company_id.id})
            run.action_propose()
        return run._get_records_action(name=self.env._("To Do"))

    def action_open_figure(self, figure):
        """Open the records behind a figure of this page.

        :param str figure: key of the figure.
        :rtype: dict
        """
        self.ensure_one()
        actions = self._get_figure_actions()
        if figure not in actions:
            raise UserError(self.env._("This figure has no records."))
        return actions[figure]()

    def _get_figure_actions(self):
        """Return what opens the records of each figure, by its key.

        :rtype: dict(str, callable)
        """
        return {}

    # === FIGURES === #

    def _get_figure(self, key, label, count, amount=None, **values):
        """Return a row of figures, as the page shows it.

        :param str key: names the figure.
        :param float amount: in the company's currency; None: there is none.
        :param values: ``done``: True shows a tick, False a mark, None neither;
            ``help``.
        :rtype: dict
        """
        currency = self.company_id.currency_id
        if isinstance(amount, (int, float)):
            amount = format_amount(self.env, amount, currency)
        return {
            "key": key,
            "label": label,
            "count": count,
            "amount": amount or "",
            "done": None,
            "help": "",
            **values,
        }

    def _count_items(self, domain):
        """Return the number of open items and their sum, in one query.

        :param list domain: further conditions.
        :rtype: tuple(int, float)
        """
        [(count, amount)] = self.env["account.move.line"]._read_group(
            self._get_item_domain(domain), [], ["__count", "amount_residual:sum"]
        )
        return count, amount or 0.0

    def _get_item_domain(self, domain=()):
        """Return the domain of the company's open items.

        :param list domain: further conditions.
        """
        return list(
            Domain(
                [
                    ("company_id", "=", self.company_id.id),
                    ("account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ]
            )
            & Domain(list(domain))
        )

    def _open_list(self, model, name, domain, view=None, context=None):
        """Return the action that lists records.

        :param str view: external id of the list view; None: the usual one.
        """
        view_id = view and self.env.ref(f"collections_dunning.{view}").id
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(view_id or False, "list"), (False, "form")],
            "domain": domain,
            "context": context or {},
        }
