from odoo import api, fields, models
from odoo.tools import SQL

# Of the counters; old ones are of no use.
KEPT_HOURS = 24


class CollectionsPortalLimit(models.Model):
    """How often something was sent from the customers' pages in an hour.

    One row for each act, hour, and customer or address. It is counted by one
    statement, so that requests at the same time wait for each other.
    """

    _name = "collections.portal.limit"
    _description = "Counter of a Customer's Page"
    _log_access = False

    act = fields.Char(required=True)
    key = fields.Char(required=True, help="Whose: a debtor, or an address.")
    hour = fields.Datetime(required=True)
    count = fields.Integer(required=True, default=1)

    _hour_uniq = models.UniqueIndex("(act, key, hour)")

    @api.model
    def _is_exceeded(self, act, keys, limits):
        """Count an act, and tell whether there were too many of it in this hour.

        The count stays when the act is refused afterwards, as far as the transaction
        is committed.

        :param str act: what is counted.
        :param dict keys: whose, by kind: a debtor's id, an address.
        :param dict limits: how many an hour are allowed, by kind.
        :rtype: bool
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        exceeded = False
        for kind, limit in sorted(limits.items()):
            [[count]] = self.env.execute_query(
                SQL(
                    """
                    INSERT INTO collections_portal_limit AS counter
                                (act, key, hour, count)
                         VALUES (%s, %s, %s, 1)
                    ON CONFLICT (act, key, hour)
                      DO UPDATE SET count = counter.count + 1
                      RETURNING count
                    """,
                    act,
                    f"{kind}:{keys[kind]}",
                    hour,
                )
            )
            exceeded = exceeded or count > limit
        return exceeded

    @api.autovacuum
    def _gc_counters(self):
        """Forget the counters of hours gone by, and the addresses with them."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=KEPT_HOURS)
        self.env.execute_query(
            SQL(
                "DELETE FROM collections_portal_limit WHERE hour < %s RETURNING 1",
                limit,
            )
        )
