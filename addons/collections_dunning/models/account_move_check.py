from odoo import api, fields, models
from odoo.tools import SQL

from ..const import PUBLIC_PAYMENT_DAYS
from .account_move_line import LEDGER_GROUPS

# Of the French commercial code, article L441-10: days from the date of the invoice,
# and days to the end of a month, for which two counts are lawful.
MOST_DAYS = 60
MONTH_END_DAYS = 45
# What is looked at of an invoice, with its type in SQL: one on the screen may not be
# saved yet.
CHECKED = {
    "company_id": "int",
    "partner_id": "int",
    "commercial_partner_id": "int",
    "ref": "text",
    "invoice_date": "date",
    "invoice_date_due": "date",
    "invoice_payment_term_id": "int",
    "move_type": "text",
    "state": "text",
    "payment_state": "text",
    "is_move_sent": "bool",
    "is_late_charge": "bool",
    "credit_policy_id": "int",
}


class AccountMove(models.Model):
    """What may keep an invoice from being paid in time, seen before it is late.

    Of drafts, and of open invoices until they are due; not sent: also later.
    """

    _inherit = "account.move"

    dunning_check_note = fields.Text(
        string="Invoice Check",
        compute="_compute_dunning_check",
        groups=LEDGER_GROUPS,
        help="What may keep the customer from paying this invoice in time.",
    )
    dunning_has_check = fields.Boolean(
        string="To Correct",
        compute="_compute_dunning_check",
        search="_search_dunning_has_check",
        groups=LEDGER_GROUPS,
        help="The invoice check found something: a purchase order number, a due date "
        "or an e-mail address that is missing, days to pay over the legal maximum, or "
        "an invoice that was not sent.",
    )

    # === COMPUTE METHODS === #

    @api.depends(*CHECKED)
    def _compute_dunning_check(self):
        found = self._find_checks()
        for place, move in enumerate(self):
            kinds, days = found.get(place, ([], 0))
            texts = move._get_check_texts(days) if kinds else {}
            move.dunning_check_note = "\n".join(texts[kind] for kind in kinds)
            move.dunning_has_check = bool(kinds)

    def _search_dunning_has_check(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.flush_model(list(CHECKED))
        moves = SQL(
            "SELECT id AS place, %s FROM account_move "
            "WHERE company_id = ANY(%s) AND move_type = 'out_invoice' "
            "AND state IN ('draft', 'posted')",
            SQL(", ").join(SQL.identifier(name) for name in CHECKED),
            self.env.companies.ids,
        )
        query = self._get_checks_sql(moves, self.env.companies)
        return [("id", "in", SQL("(SELECT place FROM (%s) found)", query))]

    @api.depends("dunning_check_note")
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.env.user.has_groups(LEDGER_GROUPS) and self.dunning_check_note:
            alerts["dunning_check"] = {
                "level": "warning",
                "message": self.dunning_check_note,
            }
        return alerts

    # === BUSINESS METHODS === #

    def _get_check_texts(self, public_days):
        """Return what the banner says of each thing that is amiss.

        :param int public_days: in which the customer has to pay, if a public buyer.
        :rtype: dict(str, str)
        """
        return {
            "no_order": self.env._(
                "This customer wants his purchase order number on the invoice: fill in "
                "the customer reference."
            ),
            "no_due_date": self.env._(
                "No payment term and no later due date: the invoice is due at once."
            ),
            "no_email": self.env._(
                "Nobody at this customer has an e-mail address that works."
            ),
            "long_terms": self.env._(
                "Due after the legal maximum: 60 days from the date of the invoice, or "
                "45 days end of month (article L441-10 of the French commercial code)."
            ),
            "long_public_terms": self.env._(
                "Due after the %(days)s days in which this public buyer has to pay "
                "(article R2192-10 of the French public procurement code).",
                days=public_days,
            ),
            "not_sent": self.env._("Not sent to the customer yet."),
        }

    def _find_checks(self):
        """Return what is amiss with these invoices, as they stand on the screen.

        :return: by place in ``self``: kinds, see :meth:`_get_check_texts`, and the
            days to pay of a public buyer.
        :rtype: dict(int, tuple(list(str), int))
        """
        if not self:
            return {}
        moves = SQL(
            "SELECT * FROM (VALUES %s) given (place, %s)",
            SQL(", ").join(
                SQL("(%s, %s)", place, move._get_checked_sql())
                for place, move in enumerate(self)
            ),
            SQL(", ").join(SQL.identifier(name) for name in CHECKED),
        )
        query = self._get_checks_sql(moves, self.company_id)
        return {
            place: (kinds, days) for place, kinds, days in self.env.execute_query(query)
        }

    def _get_checked_sql(self):
        """Return the values of ``CHECKED`` of this invoice, saved or not."""
        values = []
        for name, kind in CHECKED.items():
            value = self[name]
            if isinstance(value, models.BaseModel):
                value = value._origin.id
            values.append(
                SQL("%s::%s", value if kind == "bool" else value or None, SQL(kind))
            )
        return SQL(", ").join(values)

    def _get_checks_sql(self, moves, companies):
        """Return the query of what is amiss with invoices.

        :param SQL moves: query of the invoices: place, and the columns ``CHECKED``.
        :param res.company companies: of these invoices.
        :return: query of place, kinds, public_days; what is fine is left out.
        :rtype: SQL
        """
        for name in ("res.partner", "collections.debtor", "dunning.notice"):
            self.env[name].flush_model()
        companies = companies.sudo()
        french = companies.filtered(lambda company: company._is_french_law())
        return SQL(
            """
            SELECT place, kinds, public_days
              FROM (SELECT m.place, fact.public_days,
                           array_remove(ARRAY[%(kinds)s], NULL) AS kinds
                      FROM (%(moves)s) m
                      JOIN res_partner p ON p.id = m.commercial_partner_id
                 LEFT JOIN collections_debtor d ON d.partner_id = p.id
                                               AND d.company_id = m.company_id
                CROSS JOIN LATERAL (
                           SELECT m.state = 'draft'
                                  OR coalesce(m.invoice_date_due >= %(today)s, TRUE)
                                      AS is_early,
                                  coalesce(m.invoice_date, %(today)s) AS day,
                                  m.company_id = ANY(%(french)s) AS is_french,
                                  coalesce(d.debtor_type, CASE
                                      WHEN p.is_company OR p.vat <> ''
                                        OR p.company_registry <> ''
                                      THEN 'professional' ELSE 'consumer' END)
                                      AS debtor_type,
                                  coalesce(nullif(d.public_payment_days, 0),
                                           %(public_days)s) AS public_days) fact
                     WHERE m.move_type = 'out_invoice'
                       AND m.is_late_charge IS NOT TRUE
                       AND (m.state = 'draft' OR m.state = 'posted'
                            AND m.payment_state IN ('not_paid', 'partial'))) checked
             WHERE kinds <> '{}'
            """,
            kinds=self._get_check_kinds_sql(
                companies.filtered("root_id.dunning_sent_outside")
            ),
            moves=moves,
            french=french.ids,
            public_days=PUBLIC_PAYMENT_DAYS,
            today=fields.Date.context_today(self),
        )

    def _get_check_kinds_sql(self, outside):
        """Return what is amiss with an invoice (``m`` of ``p``), NULL for what is not.

        :param res.company outside: whose invoices are sent by another software.
        :rtype: SQL
        """
        return SQL(
            """
            CASE WHEN fact.is_early AND p.dunning_order_wanted
                  AND coalesce(trim(m.ref), '') = '' THEN 'no_order' END,
            CASE WHEN fact.is_early AND fact.debtor_type <> 'consumer'
                  AND m.invoice_payment_term_id IS NULL
                  AND coalesce(m.invoice_date_due <= fact.day, TRUE)
                 THEN 'no_due_date' END,
            CASE WHEN fact.is_early AND NOT EXISTS (%(reachable)s)
                 THEN 'no_email' END,
            -- An end of month is lawful up to the very day that either count gives.
            CASE WHEN fact.is_early AND fact.is_french
                  AND fact.debtor_type = 'professional'
                  AND m.invoice_date_due > fact.day + %(most)s
                  AND m.invoice_date_due NOT IN (
                      %(end_then_days)s, %(days_then_end)s) THEN 'long_terms' END,
            CASE WHEN fact.is_early AND fact.is_french
                  AND fact.debtor_type = 'public'
                  AND m.invoice_date_due > fact.day + fact.public_days
                 THEN 'long_public_terms' END,
            CASE WHEN m.state = 'posted' AND m.is_move_sent IS NOT TRUE
                  AND NOT m.company_id = ANY(%(outside)s)
                  AND fact.day < %(today)s THEN 'not_sent' END
            """,
            reachable=self._get_reachable_sql(),
            most=MOST_DAYS,
            end_then_days=SQL(
                "%s + %s", self._get_month_end_sql(SQL("fact.day")), MONTH_END_DAYS
            ),
            days_then_end=self._get_month_end_sql(
                SQL("(fact.day + %s)", MONTH_END_DAYS)
            ),
            outside=outside.ids,
            today=fields.Date.context_today(self),
        )

    def _get_month_end_sql(self, day):
        return SQL(
            "(date_trunc('month', %s) + interval '1 month' - interval '1 day')::date",
            day,
        )

    def _get_reachable_sql(self):
        """Return the query of who can be written to about an invoice (``m``)."""
        return SQL(
            """
            SELECT FROM res_partner contact
             WHERE contact.commercial_partner_id = p.id
               AND (contact.id IN (p.id, m.partner_id)
                    OR contact.active
                   AND (contact.type = 'invoice' OR contact.is_dunning_contact))
               AND contact.email_normalized IS NOT NULL
               AND contact.email_normalized NOT IN (
                   SELECT email_to FROM (%s) refused WHERE email_to IS NOT NULL)
            """,
            self.env["dunning.assessment"]._get_refused_sql(),
        )
