from odoo import fields, models

from ..const import REASONS


class LastingMany2one(fields.Many2one):
    """A many2one without a foreign key, to records that outlive the decisions.

    The database would check each of a million decisions of a run against the same
    company: a third of the time that it takes to write them.
    """

    def update_db_foreign_key(self, model, column):
        """Add none."""


class DunningDecision(models.Model):
    """The reason in force for one open item over an interval of runs.

    Rows are written by SQL, and only where something changed: a quiet day writes
    nothing. As of run R the rows in force are those with ``opened_run_id <= R``
    and ``closed_run_id`` empty or ``> R``.
    """

    _name = "dunning.decision"
    _description = "Open Item by Decision"
    _order = "date_maturity, id"
    _rec_name = "move_name"
    _log_access = False

    company_id = LastingMany2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "collections.debtor", index="btree_not_null", readonly=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    move_name = fields.Char(string="Number", readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    currency_id = LastingMany2one("res.currency", readonly=True)
    amount_residual = fields.Monetary(string="Open", readonly=True)
    amount_claimed = fields.Monetary(string="Claimed", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    level_id = fields.Many2one(
        "dunning.level",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The level reached when dunned; else the next one.",
    )
    next_date = fields.Date(
        readonly=True, help="First day on which this decision can change by itself."
    )
    # A run that wrote decisions is never deleted; cancelling one takes them back.
    opened_run_id = LastingMany2one("dunning.run", index=True, readonly=True)
    closed_run_id = fields.Many2one(
        "dunning.run", index="btree_not_null", readonly=True, ondelete="set null"
    )

    # Two runs at once would write the same item twice: the second is refused here.
    _move_line_open_uniq = models.UniqueIndex(
        "(move_line_id) WHERE closed_run_id IS NULL"
    )
    _company_open_idx = models.Index("(company_id, reason) WHERE closed_run_id IS NULL")

    def action_open_entry(self):
        """Open the invoice or entry of this item."""
        self.ensure_one()
        return self.move_id._get_records_action()
