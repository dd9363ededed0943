from odoo import api, fields, models
from odoo.tools import SQL

from ..const import DUNNING_MODES, GROUPINGS, ON_ITS_WAY_STATES, TONES


class CollectionsDebtor(models.Model):
    """The file a collector works on: one customer in one company.

    Files are made by the assessment itself as soon as something is receivable,
    also for archived partners, so that every open item has one.
    """

    _name = "collections.debtor"
    _description = "Debtor"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.name", "partner_id.ref"]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",  # as far as no notice was made
    )
    responsible_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        help="Empty: that of the customer's segment, else the default collector of the "
        "company.",
    )
    procedure_id = fields.Many2one(
        "dunning.procedure",
        index="btree_not_null",
        check_company=True,
        help="Empty: that of his credit policy, else that of public buyers for one of "
        "them, else that of the company.",
    )
    tone = fields.Selection(
        TONES, help="Empty: that of the customer's segment, else standard."
    )
    dunning_mode = fields.Selection(
        DUNNING_MODES,
        string="Dunning",
        required=True,
        default="automatic",
        tracking=True,
        help="Automatic: as the levels say. With approval: every notice waits for a "
        "person. By hand: nothing is proposed, a person writes or calls.",
    )
    dunning_mode_until = fields.Date(
        string="Review On",
        help="When to look again at why this customer is not dunned automatically.",
    )
    grouping = fields.Selection(
        GROUPINGS,
        required=True,
        default="debtor",
        help="How overdue items share messages.",
    )
    is_strategic = fields.Boolean(
        string="Strategic",
        help="A person looks at each notice; the salesperson is told before a second "
        "reminder.",
    )
    pays_by_direct_debit = fields.Boolean(
        string="Direct Debit",
        help="A mandate exists: we take the money ourselves. Nothing is dunned until "
        "a debit is rejected.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact_id",
        string="Dunning Contact",
        help="A contact flagged for dunning, else the invoice address, else the "
        "customer.",
    )
    outside_recipient_ids = fields.One2many(
        "collections.debtor.recipient",
        "debtor_id",
        string="Outside Recipients",
        groups="collections_dunning.collections_dunning_group_reader",
    )
    hold_ids = fields.One2many("dunning.hold", "debtor_id", string="Holds")
    notice_ids = fields.One2many("dunning.notice", "debtor_id", string="Notices")
    notice_count = fields.Integer(compute="_compute_notice_count")
    last_notice_id = fields.Many2one(
        "dunning.notice", compute="_compute_notice_count", string="Last Notice Sent"
    )
    note = fields.Html()

    currency_id = fields.Many2one(related="company_id.currency_id")
    open_item_count = fields.Integer(compute="_compute_balances")
    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_balances",
        search="_search_amount_overdue",
        help="Overdue open items, in the company's currency; by the due date in the "
        "ledger, for public buyers too.",
    )
    amount_not_due = fields.Monetary(string="Due Later", compute="_compute_balances")
    amount_credit = fields.Monetary(string="Credits", compute="_compute_balances")
    oldest_days_late = fields.Integer(compute="_compute_balances")
    status = fields.Selection(
        [
            ("settled", "Nothing Open"),
            ("not_due", "Nothing Overdue"),
            ("held", "On Hold"),
            ("pending", "Notice on Its Way"),
            ("promise", "Promised"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_status",
    )

    _company_partner_uniq = models.UniqueIndex(
        "(company_id, partner_id)", "This customer has a file in this company already."
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for company, debtors in self.grouped("company_id").items():
            contacts = debtors.partner_id._get_dunning_contacts(company)
            for debtor in debtors:
                debtor.contact_id = contacts.get(debtor.partner_id.id)

    @api.depends("notice_ids.state")
    def _compute_notice_count(self):
        groups = self.env["dunning.notice"]._read_group(
            [("debtor_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["debtor_id"],
            ["__count"],
        )
        counts = {debtor.id: count for debtor, count in groups}
        last = self.env["dunning.notice"]._read_group(
            [("debtor_id", "in", self.ids), ("state", "=", "sent")],
            ["debtor_id"],
            ["id:max"],
        )
        last_ids = {debtor.id: notice_id for debtor, notice_id in last}
        for debtor in self:
            debtor.notice_count = counts.get(debtor.id, 0)
            debtor.last_notice_id = last_ids.get(debtor.id)

    @api.depends("hold_ids", "notice_ids.state")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        held = self.env["dunning.hold"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("move_line_id", "=", False),
                ("date_from", "<=", today),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ],
            ["debtor_id"],
        )
        pending = self.env["dunning.notice"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("state", "in", ON_ITS_WAY_STATES),
            ],
            ["debtor_id"],
        )
        held_ids = {debtor.id for (debtor,) in held} | set(self._get_stopped().ids)
        pending_ids = {debtor.id for (debtor,) in pending}
        for debtor in self:
            if not debtor.open_item_count:
                debtor.status = "settled"
            elif debtor.id in held_ids:
                debtor.status = "held"
            elif not debtor.amount_overdue:
                debtor.status = "not_due"
            elif debtor.id in pending_ids:
                debtor.status = "pending"
            elif debtor._is_promised():
                debtor.status = "promise"
            else:
                debtor.status = "overdue"

    # === ACTION METHODS === #

    def action_open_items(self):
        """Open the receivable items of this debtor that are not settled."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.account_move_line_action_open_items"
        )
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ]
        return action

    def action_open_notices(self):
        """Open the notices of this debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.dunning_notice_action"
        )
        return {**action, "domain": [("debtor_id", "=", self.id)], "context": {}}

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _ensure_for(self, company, partners=None, is_past=False):
        """Make the missing files of whoever has open receivable items.

        :param res.company company: whose ledger is read.
        :param res.partner partners: only these customers; None: all of them.
        :param bool is_past: also of whoever had some on an earlier day.
        """
        for model in (
            "account.move.line",
            "account.account",
            "res.partner",
            self._name,
        ):
            self.env[model].flush_model()
        only = SQL("TRUE")
        if partners is not None:
            only = SQL("p.commercial_partner_id = ANY(%s)", partners.ids)
        self.env.execute_query(
            SQL(
                """
                INSERT INTO collections_debtor
                       (company_id, partner_id, dunning_mode, grouping,
                        create_uid, create_date, write_uid, write_date)
                SELECT DISTINCT %(company)s, p.commercial_partner_id,
                       'automatic', 'debtor', %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.company_id = %(company)s
                   AND l.parent_state = 'posted'
                   AND (%(is_past)s OR l.reconciled IS NOT TRUE)
                   AND a.account_type = 'asset_receivable'
                   AND %(only)s
                   AND NOT EXISTS (
                       SELECT FROM collections_debtor d
                        WHERE d.company_id = %(company)s
                          AND d.partner_id = p.commercial_partner_id)
                ON CONFLICT DO NOTHING
             RETURNING id
                """,
                company=company.id,
                uid=self.env.uid,
                only=only,
                is_past=is_past,
            )
        )
        self.invalidate_model()
