from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

READER = "collections_dunning.collections_dunning_group_reader"


class CollectionsDebtor(models.Model):
    """What is known of a customer from outside, and what secures our claims."""

    _inherit = "collections.debtor"

    rating_ids = fields.One2many(
        "collections.credit.rating",
        "debtor_id",
        string="External Ratings",
        groups=READER,
    )
    rating_id = fields.Many2one(
        "collections.credit.rating",
        compute="_compute_rating_id",
        string="External Rating",
        groups=READER,
        help="The newest one.",
    )
    guarantee_ids = fields.One2many(
        "collections.guarantee", "debtor_id", string="Guarantees", groups=READER
    )
    insurance_ids = fields.One2many(
        "collections.credit.insurance",
        "debtor_id",
        string="Credit Insurance",
        groups=READER,
    )
    credit_request_ids = fields.One2many(
        "collections.credit.request",
        "debtor_id",
        string="Credit Requests",
        groups=READER,
    )
    granted_request_id = fields.Many2one(
        "collections.credit.request",
        compute="_compute_granted_request_id",
        groups=READER,
        help="The request by which a Credit Manager has granted the limit in force.",
    )
    insured_exposure = fields.Monetary(
        string="Insured",
        compute="_compute_insured_exposure",
        groups=READER,
        help="What insurers pay if the customer fails: of the invoices made while a "
        "cover was in force, and of the orders while one is, the covered share within "
        "the approved amount.",
    )
    uncovered_exposure = fields.Monetary(
        compute="_compute_insured_exposure",
        groups=READER,
        help="The exposure less what is insured: what we lose if the customer fails.",
    )

    # === COMPUTE METHODS === #

    @api.depends("rating_ids.date")
    def _compute_rating_id(self):
        for debtor in self:
            debtor.rating_id = debtor.rating_ids.sorted(
                lambda rating: (rating.date, rating.id or 0)
            )[-1:]

    @api.depends("credit_request_ids.state")
    def _compute_granted_request_id(self):
        for debtor in self:
            debtor.granted_request_id = debtor.credit_request_ids.filtered(
                lambda request: request.state == "granted"
            )[:1]

    @api.depends(
        "exposure",
        "insurance_ids.amount",
        "insurance_ids.quota",
        "insurance_ids.date_from",
        "insurance_ids.date_to",
    )
    def _compute_insured_exposure(self):
        today = fields.Date.context_today(self)
        covers = self._find_covers()
        parts = self.filtered(covers.get)._read_exposure_parts()
        for debtor in self:
            insured = debtor._get_insured(
                parts.get(debtor._origin.id, []),
                covers.get(debtor, self.env["collections.credit.insurance"]),
                today,
            )
            debtor.insured_exposure = insured
            debtor.uncovered_exposure = max(debtor.exposure - insured, 0.0)

    def _find_covers(self):
        """Return the insurance of these customers, on a file of any branch.

        The exposure is that of the root company with its branches, and so is the cover.

        :rtype: dict(collections.debtor, collections.credit.insurance)
        """
        insurances = (
            self.env["collections.credit.insurance"]
            .sudo()
            .search([("partner_id", "in", self.partner_id.ids)])
        )
        found = insurances.grouped(
            lambda insurance: (insurance.company_id.root_id, insurance.partner_id)
        )
        covers = {
            debtor: found.get((debtor.sudo().company_id.root_id, debtor.partner_id))
            for debtor in self
        }
        return {debtor: cover for debtor, cover in covers.items() if cover}

    def _read_exposure_parts(self):
        """Return the open amounts of these customers: invoice day and amount.

        :return: the oldest first, by debtor id; credits are negative.
        :rtype: dict(int, list)
        """
        if not self.ids:
            return {}
        for model in ("account.move", "account.move.line", "res.partner"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id, coalesce(m.invoice_date, l.date), sum(l.amount_residual)
                  FROM collections_debtor d
                  JOIN res_company own ON own.id = d.company_id
                  JOIN res_company c
                    ON split_part(c.parent_path, '/', 1)
                     = split_part(own.parent_path, '/', 1)
                  JOIN res_partner p ON p.commercial_partner_id = d.partner_id
                  JOIN account_move_line l
                    ON l.partner_id = p.id AND l.company_id = c.id
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE d.id = ANY(%s)
                   AND l.parent_state = 'posted'
                   AND a.account_type = 'asset_receivable'
                   AND l.reconciled IS NOT TRUE
              GROUP BY 1, 2, l.amount_residual < 0
              ORDER BY 1, 2
                """,
                self.ids,
            )
        )
        parts = defaultdict(list)
        for debtor_id, day, amount in rows:
            parts[debtor_id].append((day, float(amount)))
        return parts

    def _get_insured(self, parts, covers, today):
        """Return what the insurers of this customer would pay.

        Credits pay the oldest invoices first. Each cover takes of what those before
        it have left.

        :param list parts: days and open amounts of the ledger.
        :param collections.credit.insurance covers: of this customer.
        :param date today: orders that are not invoiced count as of this day.
        :rtype: float
        """
        self.ensure_one()
        credit = -sum(amount for _day, amount in parts if amount < 0)
        open_parts = []
        for day, amount in parts:
            if amount > 0:
                used = min(credit, amount)
                credit -= used
                open_parts.append([day, amount - used])
        orders = self.exposure - sum(amount for _day, amount in parts)
        if orders > 0:
            open_parts.append([today, orders])
        insured = 0.0
        for cover in covers.sorted(lambda i: (i.date_from, i.id)):
            room = cover.amount
            for part in open_parts:
                if cover._is_in_force(part[0]):
                    taken = min(room, part[1])
                    part[1] -= taken
                    room -= taken
                    insured += taken * cover.quota / 100
        return self.currency_id.round(insured)

    # === ACTION METHODS === #

    def action_credit_request(self):
        """Open a new credit request for this customer."""
        self.ensure_one()
        self.env["dunning.notice"]._check_collector()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Request"),
            "res_model": "collections.credit.request",
            "view_mode": "form",
            "context": {"default_debtor_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_guarantees(self, date):
        """Return the guarantees that secure our claims on these customers on a day.

        :param date date: any day.
        :rtype: collections.guarantee
        """
        guarantees = self.env["collections.guarantee"]
        return guarantees.search(
            [
                ("debtor_id", "in", self.ids),
                *guarantees._get_in_force_domain(date),
            ]
        )

    def _merge_credit_file(self, target):
        """Move ratings, guarantees, insurance and credit requests to another file.

        Of two limits in force the one of the file that stays counts.

        :param collections.debtor target: the file that stays.
        """
        granted = self.granted_request_id
        if target.granted_request_id:
            granted._close("replaced")
            granted = granted.browse()
        for records in (
            self.rating_ids,
            self.guarantee_ids,
            self.insurance_ids,
            self.credit_request_ids,
        ):
            self._move_by_sql(records, target)
        granted._restore_limit()
