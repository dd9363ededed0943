from odoo import api, fields, models
from odoo.tools import SQL

READER = "collections_dunning.collections_dunning_group_reader"
# The uppermost company of some customers, and all companies below it.
FAMILIES = """
    WITH RECURSIVE up AS (
        SELECT DISTINCT own.id AS member_id, own.id, above.id AS above_id
          FROM res_partner own
     LEFT JOIN res_partner above ON above.id = own.parent_id AND above.is_company
         WHERE own.id = ANY(%s)
         UNION
        SELECT up.member_id, parent.id, above.id
          FROM up
          JOIN res_partner parent ON parent.id = up.above_id
     LEFT JOIN res_partner above ON above.id = parent.parent_id AND above.is_company),
    family AS (
        SELECT member_id, id AS head_id, id FROM up WHERE above_id IS NULL
         UNION
        SELECT family.member_id, family.head_id, child.id
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
        heads = self._read_heads()
        return SQL(
            """
            WITH member AS (
                SELECT * FROM unnest(%(members)s::int[], %(heads)s::int[])
                    AS member (member_id, head_id)),
            root AS (
                SELECT id AS company_id, split_part(parent_path, '/', 1)::int AS root_id
                  FROM res_company),
            part AS (
                SELECT root.root_id, file.partner_id, file.id, balance.overdue,
                       balance.overdue + balance.not_due + balance.credit AS due,
                       0 AS exposed
                  FROM collections_debtor file
                  JOIN root ON root.company_id = file.company_id
             LEFT JOIN (%(balances)s) balance ON balance.id = file.id
                 WHERE file.partner_id IN (SELECT member_id FROM member)
             UNION ALL
                SELECT root_id, partner_id, NULL, NULL, NULL, amount
                  FROM (%(exposure)s) exposed
                 WHERE partner_id IN (SELECT member_id FROM member))
            SELECT min(part.id) AS id, part.root_id AS company_id,
                   member.head_id AS partner_id,
                   coalesce(sum(part.due), 0) AS amount_open,
                   coalesce(sum(part.overdue), 0) AS amount_overdue,
                   sum(part.exposed) AS exposure,
                   count(DISTINCT part.partner_id) FILTER (
                       WHERE part.id IS NOT NULL) AS customer_count,
                   json_agg(part.id) FILTER (WHERE part.id IS NOT NULL) AS member_ids
              FROM part
              JOIN member ON member.member_id = part.partner_id
          GROUP BY part.root_id, member.head_id
            HAVING count(DISTINCT part.partner_id) FILTER (
                       WHERE part.id IS NOT NULL) > 1
            """,
            members=list(heads),
            heads=list(heads.values()),
            balances=debtors._get_balances_sql(
                today, SQL("d.partner_id IN (SELECT member_id FROM member)")
            ),
            exposure=debtors._get_exposure_sql(today),
        )

    @api.model
    def _read_heads(self):
        """Return the uppermost company above each company that has one above it.

        Here and not in the query: how far up it goes is nothing that the database can
        foresee, and its plans for the ledger would be bad.

        :return: partner ids; the uppermost companies are among them.
        :rtype: dict(int, int)
        """
        self.env["res.partner"].flush_model(["parent_id", "is_company"])
        parents = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT own.id, parent.id
                      FROM res_partner own
                      JOIN res_partner parent ON parent.id = own.parent_id
                     WHERE own.is_company AND parent.is_company
                    """
                )
            )
        )
        heads = {}
        for company, head in parents.items():
            while head in parents:
                head = parents[head]
            heads[company] = heads[head] = head
        return heads

    @api.depends("member_ids")
    def _compute_debtor_ids(self):
        files = self._get_files()
        readable = self.env["collections.debtor"].union(*files.values())
        readable = readable._filtered_access("read")
        for group in self:
            group.debtor_ids = files[group] & readable

    @api.depends("member_ids")
    def _compute_credit_limit(self):
        """A customer of several branches has one limit: any of his files tells it."""
        for group, files in self.sudo()._get_files().items():
            by_customer = {file.partner_id: file for file in files}
            limits = [
                file.applied_credit_limit
                for file in by_customer.values()
                if file.has_applied_credit_limit
            ]
            group.credit_limit = sum(limits)
            group.unlimited_count = len(by_customer) - len(limits)

    def _get_files(self):
        """Return the files of these groups; what is read of one is read of all.

        :rtype: dict(collections.debtor.group, collections.debtor)
        """
        ids = {group: group.member_ids or [] for group in self}
        files = self.env["collections.debtor"].browse(
            [file_id for file_ids in ids.values() for file_id in file_ids]
        )
        return {
            group: files.browse(file_ids).with_prefetch(files.ids)
            for group, file_ids in ids.items()
        }


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
                %(families)s
                SELECT file.id, family.head_id, count(DISTINCT other.partner_id)
                  FROM collections_debtor file
                  JOIN res_company own ON own.id = file.company_id
                  JOIN family ON family.member_id = file.partner_id
                  JOIN collections_debtor other ON other.partner_id = family.id
                  JOIN res_company company
                    ON company.id = other.company_id
                   AND split_part(company.parent_path, '/', 1)
                     = split_part(own.parent_path, '/', 1)
                 WHERE file.id = ANY(%(ids)s)
              GROUP BY 1, 2
                """,
                families=SQL(FAMILIES, self.partner_id.ids),
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
