from odoo import api, fields, models
from odoo.tools import SQL

READER = "collections_dunning.collections_dunning_group_reader"
# Up to the uppermost company of the group of each customer who has a file.
HEADS = """
    WITH RECURSIVE up AS (
        SELECT DISTINCT file.partner_id AS member_id, own.id, parent.id AS parent_id
          FROM collections_debtor file
          JOIN res_partner own ON own.id = file.partner_id
     LEFT JOIN res_partner parent ON parent.id = own.parent_id AND parent.is_company
         WHERE %(where)s
         UNION
        SELECT up.member_id, own.id, parent.id
          FROM up
          JOIN res_partner own ON own.id = up.parent_id
     LEFT JOIN res_partner parent ON parent.id = own.parent_id AND parent.is_company),
    head AS (
        SELECT member_id, id AS partner_id FROM up WHERE parent_id IS NULL)
"""
# And down again: every company of these groups.
FAMILY = """,
    family AS (
        SELECT DISTINCT partner_id AS head_id, partner_id AS id FROM head
         UNION
        SELECT family.head_id, child.id
          FROM family
          JOIN res_partner child ON child.parent_id = family.id AND child.is_company)
"""


class CollectionsDebtorGroup(models.Model):
    """The customers of one parent company, summed: one row for each group.

    Over the root company and all of its branches, as the exposure is. The amounts are
    in the currency of the root company.
    """

    _name = "collections.debtor.group"
    _description = "Group of Customers"
    _auto = False
    _order = "exposure desc, id"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Parent Company", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    amount_open = fields.Monetary(string="Open", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    exposure = fields.Monetary(
        readonly=True,
        help="Open receivables, with orders that are not invoiced yet where Sales is "
        "installed, less credits.",
    )
    member_ids = fields.Json(readonly=True)
    debtor_ids = fields.Many2many(
        "collections.debtor", string="Files", compute="_compute_debtor_ids"
    )

    credit_limit = fields.Monetary(
        compute="_compute_credit_limit",
        help="Sum of the limits of the customers that have one.",
    )
    unlimited_count = fields.Integer(
        string="Without a Limit",
        compute="_compute_credit_limit",
        help="Customers of the group that have no credit limit.",
    )

    @property
    def _table_query(self):
        """The groups of two customers or more, as of today."""
        debtors = self.env["collections.debtor"]
        today = fields.Date.context_today(self)
        self.env["res.partner"].flush_model(["parent_id", "is_company"])
        return SQL(
            """
            %(heads)s,
            root AS (
                SELECT id AS company_id, split_part(parent_path, '/', 1)::int AS root_id
                  FROM res_company),
            member AS (
                SELECT root.root_id, head.partner_id AS head_id, file.partner_id,
                       min(file.id) AS id, json_agg(file.id) AS file_ids,
                       sum(balance.overdue) AS overdue,
                       sum(balance.overdue + balance.not_due + balance.credit) AS due
                  FROM collections_debtor file
                  JOIN head ON head.member_id = file.partner_id
                  JOIN root ON root.company_id = file.company_id
             LEFT JOIN (%(balances)s) balance ON balance.id = file.id
              GROUP BY 1, 2, 3),
            exposed AS (
                SELECT root_id, partner_id, sum(amount) AS amount
                  FROM (%(exposure)s) part GROUP BY 1, 2)
            SELECT min(member.id) AS id, member.root_id AS company_id,
                   member.head_id AS partner_id, count(*) AS customer_count,
                   coalesce(sum(member.due), 0) AS amount_open,
                   coalesce(sum(member.overdue), 0) AS amount_overdue,
                   coalesce(sum(exposed.amount), 0) AS exposure,
                   json_agg(member.file_ids) AS member_ids
              FROM member
         LEFT JOIN exposed
                ON exposed.root_id = member.root_id
               AND exposed.partner_id = member.partner_id
          GROUP BY 2, 3
            HAVING count(*) > 1
            """,
            heads=SQL(HEADS, where=SQL("TRUE")),
            balances=debtors._get_balances_sql(today, SQL("TRUE")),
            exposure=debtors._get_exposure_sql(today),
        )

    @api.depends("member_ids")
    def _compute_debtor_ids(self):
        for group in self:
            ids = [each for file_ids in group.member_ids or [] for each in file_ids]
            files = self.env["collections.debtor"].browse(ids)
            group.debtor_ids = files._filtered_access("read")

    @api.depends("member_ids")
    def _compute_credit_limit(self):
        """A customer of several branches has one limit: any of his files tells it."""
        for group in self:
            ids = [file_ids[0] for file_ids in group.member_ids or []]
            files = self.env["collections.debtor"].sudo().browse(ids)
            limited = files.filtered("has_applied_credit_limit")
            group.credit_limit = sum(limited.mapped("applied_credit_limit"))
            group.unlimited_count = len(files - limited)


class CollectionsDebtor(models.Model):
    """To which group of companies a customer belongs."""

    _inherit = "collections.debtor"

    group_partner_id = fields.Many2one(
        "res.partner",
        compute="_compute_group",
        string="Parent Company",
        groups=READER,
        help="The uppermost company of the customer's group.",
    )
    group_size = fields.Integer(
        string="Customers of the Group", compute="_compute_group", groups=READER
    )

    @api.depends("partner_id", "company_id")
    def _compute_group(self):
        groups = {row[0]: row[1:] for row in self._read_groups()}
        for debtor in self:
            head, size = groups.get(debtor.id, (False, 0))
            debtor.group_partner_id = head
            debtor.group_size = size

    def _read_groups(self):
        """Return the uppermost company of these customers, and the group's size.

        :return: rows of debtor id, partner id and number of customers with a file in
            the root company or one of its branches.
        :rtype: list(tuple)
        """
        if not self.ids:
            return []
        self.env["res.partner"].flush_model(["parent_id", "is_company"])
        self.flush_model(["company_id", "partner_id"])
        return self.env.execute_query(
            SQL(
                """
                %(heads)s %(family)s
                SELECT file.id, head.partner_id, count(DISTINCT other.partner_id)
                  FROM collections_debtor file
                  JOIN res_company own ON own.id = file.company_id
                  JOIN head ON head.member_id = file.partner_id
                  JOIN family ON family.head_id = head.partner_id
                  JOIN collections_debtor other ON other.partner_id = family.id
                  JOIN res_company company
                    ON company.id = other.company_id
                   AND split_part(company.parent_path, '/', 1)
                     = split_part(own.parent_path, '/', 1)
                 WHERE file.id = ANY(%(ids)s)
              GROUP BY 1, 2
                """,
                heads=SQL(HEADS, where=SQL("file.id = ANY(%s)", self.ids)),
                family=SQL(FAMILY),
                ids=self.ids,
            )
        )

    def action_open_group(self):
        """Open the sums of the group of companies of this customer."""
        self.ensure_one()
        group = self.env["collections.debtor.group"].search(
            [
                ("partner_id", "=", self.group_partner_id.id),
                ("company_id", "=", self.company_id.root_id.id),
            ]
        )
        return group._get_records_action(name=self.env._("Group of Companies"))
