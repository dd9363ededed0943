from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .dunning_level import came_with_module


class DunningProcedure(models.Model):
    _name = "dunning.procedure"
    _description = "Dunning Procedure"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: shared by all companies."
    )
    progression = fields.Selection(
        [("step", "Step by Step"), ("jump", "Jump")],
        required=True,
        default="step",
        help="Step by step: a very late item still starts at the first level. "
        "Jump: it goes straight to the level its days late have reached.",
    )
    level_ids = fields.One2many(
        "dunning.level", "procedure_id", string="Levels", copy=True
    )
    step_ids = fields.One2many(
        "dunning.level",
        "procedure_id",
        string="By Days Late",
        domain=[("event", "=", False)],
    )
    event_level_ids = fields.One2many(
        "dunning.level",
        "procedure_id",
        string="By Event",
        domain=[("event", "!=", False)],
    )
    debtor_count = fields.Integer(compute="_compute_debtor_count")

    @api.constrains("company_id")
    def _check_fees(self):
        """What a level may ask for depends on whose it is."""
        self.level_ids._check_fee()

    def _compute_debtor_count(self):
        counts = dict(
            self.env["collections.debtor"]._read_group(
                [("procedure_id", "in", self.ids)], ["procedure_id"], ["__count"]
            )
        )
        for procedure in self:
            procedure.debtor_count = counts.get(procedure, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_installed(self):
        """An update of the module would bring it back."""
        if came_with_module(self):
            raise ValidationError(
                self.env._("This procedure came with the module: archive it instead.")
            )

    def _get_timeline(self):
        """Return the levels of this procedure in their order, to be shown in a line.

        Levels that an event brings about have no place in it. ``earliest`` is stated
        where the days between two contacts let a level only come later than its day.

        :return: a dict for each level: ``level`` (dunning.level), ``day`` ("D+5"),
            ``earliest`` ("D+9" or empty), ``name``, ``channel`` (its label),
            ``automatic`` (bool), ``minimum`` (amount with currency, or empty).
        :rtype: list(dict)
        """
        self.ensure_one()
        channels = dict(
            self.level_ids._fields["channel"]._description_selection(self.env)
        )
        levels = self.level_ids.filtered(lambda level: level.active and not level.event)
        return [
            {
                "level": level,
                "day": self._format_day(level.day_offset),
                "earliest": self._format_day(day) if day > level.day_offset else "",
                "name": level.name,
                "channel": channels[level.channel],
                "automatic": level.approval == "automatic",
                "minimum": level._format_minimum_amount(),
            }
            for level, day in levels.sorted("day_offset")._get_earliest_days()
        ]

    def _format_day(self, days):
        """Return a number of days after the due date as people write it: D−5, D+5."""
        sign = "\N{MINUS SIGN}" if days < 0 else "+"
        return self.env._("D%(sign)s%(days)s", sign=sign, days=abs(days))

    @api.model
    def _get_first(self):
        """Return the procedure offered by default to a new company."""
        return self.search([("company_id", "=", False)], limit=1)
