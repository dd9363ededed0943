from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from ..const import CREDIT_ACTIONS

CREDIT_STRICTNESS = [action for action, _label in CREDIT_ACTIONS]


class CollectionsDebtor(models.Model):
    """Whether a customer gets more on credit.

    One rule for orders, invoices and the customer's page: :meth:`_check_credit`.
    Nothing of it is stored but the hold by hand: it follows the ledger, so a payment
    lifts it by itself.
    """

    _inherit = "collections.debtor"

    is_over_limit = fields.Boolean(
        string="Over the Limit",
        compute="_compute_credit",
        search="_search_is_over_limit",
        help="The exposure is greater than the credit limit.",
    )
    credit_hold = fields.Boolean(
        compute="_compute_credit",
        search="_search_credit_hold",
        help="Orders are not accepted: because a person said so, because a notice "
        "suspended the deliveries and is not paid, or by the credit policy.",
    )
    credit_status = fields.Selection(
        [
            ("ok", "Within the Rule"),
            ("too_old", "Debt Too Old"),
            ("over_limit", "Over the Limit"),
            ("on_hold", "Credit Hold"),
        ],
        string="Credit",
        compute="_compute_credit",
        search="_search_credit_status",
    )
    credit_findings = fields.Text(
        string="Why",
        compute="_compute_credit_findings",
        help="What the credit rule says of this customer today.",
    )
    credit_hold_by_hand = fields.Boolean(
        string="Credit Hold by Hand", readonly=True, copy=False
    )
    credit_hold_reason = fields.Char(readonly=True, copy=False)
    credit_hold_user_id = fields.Many2one(
        "res.users", string="Put on Hold By", readonly=True, copy=False
    )
    credit_hold_date = fields.Date(string="On Hold Since", readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id", "credit_hold_by_hand")
    def _compute_credit(self):
        for debtor, findings in self._get_credit_findings().items():
            kinds = {finding["kind"] for finding in findings}
            debtor.is_over_limit = "limit" in kinds
            debtor.credit_hold = any(f["action"] == "block" for f in findings)
            if debtor.credit_hold:
                debtor.credit_status = "on_hold"
            elif "limit" in kinds:
                debtor.credit_status = "over_limit"
            else:
                debtor.credit_status = "too_old" if "age" in kinds else "ok"

    @api.depends("is_over_limit", "credit_hold", "credit_status")
    @api.depends_context("lang")
    def _compute_credit_findings(self):
        for debtor in self:
            findings = debtor._check_credit()
            debtor.credit_findings = "\n".join(f["text"] for f in findings)

    # === THE RULE === #

    def _check_credit(self, amount=0.0, currency=None, date=None):
        """Say what the credit rule has against this customer.

        :param float amount: of a document that would come on top of the exposure, 0:
            the customer as he stands.
        :param res.currency currency: of the amount; None: that of the company.
        :param date date: day of the document; None: today.
        :return: findings, the gravest first: ``kind`` (hold, suspended, limit, age),
            ``action`` (warn, approve, block) and ``text``, a sentence.
        :rtype: list(dict)
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        own = self.company_id.currency_id
        if currency and currency != own:
            amount = currency._convert(amount, own, self.company_id, date)
        return self._get_credit_findings(amount, date)[self]

    def _get_credit_findings(self, amount=0.0, date=None):
        """Return the findings of :meth:`_check_credit` for each of these debtors.

        :param float amount: in the currency of the company.
        :param date date: None: today.
        :rtype: dict(collections.debtor, list(dict))
        """
        date = date or fields.Date.context_today(self)
        exposures = self._get_exposures(date)
        notices = self._get_suspending_notices(date)
        result = {}
        for debtor in self:
            row = exposures.get(debtor._get_exposure_key(), {})
            findings = [
                debtor._find_hold(),
                debtor._find_suspension(notices.get(debtor._origin.id)),
                debtor._find_past_limit(row.get("amount", 0.0), amount),
                debtor._find_too_old(row.get("days_late") or 0),
            ]
            result[debtor] = sorted(
                (f for f in findings if f and f["action"] in CREDIT_STRICTNESS[1:]),
                key=lambda finding: -CREDIT_STRICTNESS.index(finding["action"]),
            )
        return result

    def _get_credit_action(self, name):
        """Return what the policy does: ``limit_action`` or ``age_action``.

        Where no policy says, core's own way: it warns.
        """
        return self.applied_credit_policy_id._get_value(name) or "warn"

    def _find_hold(self):
        if not self.credit_hold_by_hand:
            return None
        text = self.env._(
            "On credit hold since %(date)s (%(user)s): %(reason)s",
            date=format_date(self.env, self.credit_hold_date),
            user=self.credit_hold_user_id.sudo().name,
            reason=self.credit_hold_reason,
        )
        return {"kind": "hold", "action": "block", "text": text}

    def _find_suspension(self, notices):
        if not notices:
            return None
        text = self.env._(
            "Deliveries are suspended until what was claimed is paid: %(notices)s",
            notices=", ".join(notices.mapped(self._name_suspending_notice)),
        )
        return {"kind": "suspended", "action": "block", "text": text}

    @api.model
    def _name_suspending_notice(self, notice):
        return self.env._(
            "%(notice)s of %(date)s",
            notice=notice.name or notice.level_id.name,
            date=format_date(self.env, notice.sent_at),
        )

    def _find_past_limit(self, exposure, amount):
        currency = self.currency_id
        total = exposure + amount
        limit = self.applied_credit_limit
        if (
            not self.has_applied_credit_limit
            or currency.compare_amounts(total, limit) <= 0
        ):
            return None
        words = {
            "total": formatLang(self.env, total, currency_obj=currency),
            "limit": formatLang(self.env, limit, currency_obj=currency),
            "origin": self.credit_limit_source or "",
        }
        if amount:
            text = self.env._(
                "With this document the customer would owe %(total)s: more than his "
                "credit limit of %(limit)s (%(origin)s).",
                **words,
            )
        else:
            text = self.env._(
                "The customer owes %(total)s: more than his credit limit of %(limit)s "
                "(%(origin)s).",
                **words,
            )
        return {
            "kind": "limit",
            "action": self._get_credit_action("limit_action"),
            "text": text,
        }

    def _find_too_old(self, days_late):
        most = self.applied_credit_policy_id._get_value("age_limit_days")
        if not most or days_late <= most:
            return None
        text = self.env._(
            "The oldest open item is %(days)s days late: more than the %(most)s days "
            "of the credit policy.",
            days=days_late,
            most=most,
        )
        return {
            "kind": "age",
            "action": self._get_credit_action("age_action"),
            "text": text,
        }

    def _get_suspending_notices(self, date):
        """Return the notices that suspend deliveries to these debtors.

        Sent at a level that does so, with an item that is still open and about which
        nothing was agreed since.

        :param date date: day as of which holds count.
        :rtype: dict(int, dunning.notice), by debtor id
        """
        if not self.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT s.debtor_id, array_agg(DISTINCT s.notice_id) FROM (%s) s "
                "WHERE s.debtor_id = ANY(%s) GROUP BY s.debtor_id",
                self._get_suspending_sql(date),
                self.ids,
            )
        )
        notices = self.env["dunning.notice"].sudo()
        return {debtor_id: notices.browse(ids).sorted("id") for debtor_id, ids in rows}

    @api.model
    def _get_suspending_sql(self, date):
        """Return the query of :meth:`_get_suspending_notices`.

        :param date date: day as of which holds count.
        :return: rows of ``debtor_id`` and ``notice_id``.
        :rtype: SQL
        """
        for model in ("account.move.line", "dunning.level", "dunning.notice"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT n.debtor_id, n.id AS notice_id
              FROM dunning_notice_line nl
              JOIN dunning_level v ON v.id = nl.level_id AND v.suspends_deliveries
              JOIN dunning_notice n ON n.id = nl.notice_id
              JOIN account_move_line l ON l.id = nl.move_line_id
               AND l.move_id = nl.move_id
               AND coalesce(l.date_maturity, l.date) = nl.date_maturity
              JOIN res_partner p ON p.id = l.partner_id
             WHERE nl.live AND n.state = 'sent'
               AND l.parent_state = 'posted'
               AND l.reconciled IS NOT TRUE
               AND l.amount_residual > 0
               AND NOT %s
            """,
            self._get_agreed_sql(date),
        )

    @api.model
    def _get_for_credit(self, company, partner):
        """Return the file to ask the credit rule of; one in memory for who has none.

        :param res.company company: the seller.
        :param res.partner partner: commercial partner who is invoiced.
        :rtype: collections.debtor, with the rights of the system
        """
        debtors = self.sudo()
        domain = [("company_id", "=", company.id), ("partner_id", "=", partner.id)]
        return debtors.search(domain) or debtors.new(
            {"company_id": company.id, "partner_id": partner.id}
        )
