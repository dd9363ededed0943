from odoo import api, fields, models
from odoo.tools import SQL

from ..const import TONES


class CollectionsSegment(models.Model):
    """A group of customers by how they pay, and by size, tag and country.

    Customers are sorted every night, see ``collections_segment_assign``: the first
    segment whose conditions all hold takes a customer.
    """

    _name = "collections.segment"
    _description = "Segment"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first segment that fits takes the customer."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: shared by all companies."
    )
    description = fields.Text(translate=True)
    severity = fields.Integer(
        help="0 is best. A customer who comes to a segment with a higher number pays "
        "worse than before: the Credit Manager is told."
    )

    # Who belongs to it.
    condition_ids = fields.One2many(
        "collections.segment.condition", "segment_id", string="Conditions", copy=True
    )
    tag_ids = fields.Many2many(
        "res.partner.category",
        string="Tags",
        help="Customers with one of these tags, or of a tag below. Empty: all.",
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="Customers of these. Empty: all."
    )
    only_strategic = fields.Boolean(
        string="Strategic Customers Only",
        help="Customers that are marked as strategic on their file.",
    )

    # What it gives.
    tone = fields.Selection(
        TONES,
        help="Tone of the notices to customers that have none of their own. Empty: "
        "standard.",
    )
    procedure_id = fields.Many2one(
        "dunning.procedure",
        index="btree_not_null",
        check_company=True,
        help="Procedure of customers that have none of their own. Empty: that of the "
        "credit policy or of the company.",
    )
    credit_policy_id = fields.Many2one(
        "collections.credit.policy",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Credit policy of customers that have none of their own. Empty: that of "
        "the company.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        help="Follows the customers that have no responsible of their own. Empty: the "
        "default collector of the company.",
    )
    is_gentle = fields.Boolean(
        string="Late for Once",
        help="Who is later than he usually is gets the soft tone, signed by the "
        "salesperson, each level 5 days later, calls only from an amount on, and no "
        "formal notice without approval.",
    )

    @api.model
    def _get_responsible_sql(self, debtor):
        """Return the query of who follows the customers of a debtor's segment.

        Nobody who has left, or who does not work for the company of the debtor.

        :param str debtor: alias of ``collections_debtor``.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT segment.responsible_id
              FROM collections_segment segment
              JOIN res_users follower ON follower.id = segment.responsible_id
                                     AND follower.active AND NOT follower.share
              JOIN res_company_users_rel works ON works.user_id = follower.id
                                              AND works.cid = %(debtor)s.company_id
             WHERE segment.id = %(debtor)s.segment_id AND segment.active
            """,
            debtor=SQL.identifier(debtor),
        )
