import logging
import operator as op

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date
from odoo.tools.mail import plaintext2html

from ..const import DECLARE_NOTICE_DAYS

_logger = logging.getLogger(__name__)

COMPARISONS = {"<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}
DECLARE = "collections_dunning.mail_activity_type_credit_declare"


class CollectionsCreditInsurance(models.Model):
    """Unpaid items are declared to the insurer in time, or he pays nothing."""

    _inherit = "collections.credit.insurance"

    declared_item_ids = fields.Many2many(
        "account.move.line",
        "collections_credit_insurance_item_rel",
        "insurance_id",
        "move_line_id",
        string="Declared Items",
        readonly=True,
        copy=False,
    )
    to_declare_item_ids = fields.Many2many(
        "account.move.line",
        string="To Declare",
        compute="_compute_to_declare",
        help="Unpaid items whose last day to declare has come near, or has passed.",
    )
    to_declare_count = fields.Integer(
        string="Items to Declare", compute="_compute_to_declare"
    )
    declare_by = fields.Date(
        compute="_compute_to_declare",
        search="_search_declare_by",
        help="Last day to declare the oldest of them to the insurer.",
    )

    # === COMPUTE METHODS === #

    @api.depends("declare_days", "date_from", "date_to", "declared_item_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_to_declare(self):
        """Of the companies at work alone: nobody reads the items of another one."""
        found = self._read_to_declare(
            SQL("i.id = ANY(%s) AND c.id = ANY(%s)", self.ids, self.env.companies.ids)
        )
        for insurance in self:
            item_ids, day = found.get(insurance.id, ([], False))
            insurance.to_declare_item_ids = [Command.set(item_ids)]
            insurance.to_declare_count = len(item_ids)
            insurance.declare_by = day

    def _search_declare_by(self, operator, value):
        found = self._read_to_declare(SQL("TRUE"))
        if operator in COMPARISONS:
            compare, day = COMPARISONS[operator], fields.Date.to_date(value)
            return [
                (
                    "id",
                    "in",
                    [key for key, row in found.items() if compare(row[1], day)],
                )
            ]
        if operator != "in":
            return NotImplemented
        days = {fields.Date.to_date(day) for day in value if day}
        ids = [key for key, (_ids, day) in found.items() if day in days]
        domain = [("id", "in", ids)]
        return (
            ["|", *domain, ("id", "not in", list(found))] if False in value else domain
        )

    @api.model
    def _read_to_declare(self, where):
        """Return what is to be declared soon of the items that insurances cover.

        Invoices of the root company and its branches made while the cover was in
        force, open, past due, and not declared; interest is not insured.

        :param SQL where: condition on ``i``, the insurance.
        :return: ids of the items, and the last day of the first one, by insurance id.
        :rtype: dict(int, tuple)
        """
        for model in ("account.move", "account.move.line", "res.partner", self._name):
            self.env[model].flush_model()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.id,
                       array_agg(l.id ORDER BY l.date_maturity, l.id),
                       min(l.date_maturity + i.declare_days)
                  FROM collections_credit_insurance i
                  JOIN res_company own ON own.id = i.company_id
                  JOIN res_company c
                    ON split_part(c.parent_path, '/', 1)
                     = split_part(own.parent_path, '/', 1)
                  JOIN res_partner p ON p.commercial_partner_id = i.partner_id
                  JOIN account_move_line l
                    ON l.partner_id = p.id AND l.company_id = c.id
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE i.declare_days > 0
                   AND i.amount > 0
                   AND l.parent_state = 'posted'
                   AND a.account_type = 'asset_receivable'
                   AND l.reconciled IS NOT TRUE
                   AND l.amount_residual > 0
                   AND m.is_late_charge IS NOT TRUE
                   AND coalesce(m.invoice_date, l.date) >= i.date_from
                   AND coalesce(m.invoice_date, l.date)
                       <= coalesce(i.date_to, 'infinity')
                   AND l.date_maturity < %(today)s
                   AND l.date_maturity + i.declare_days - %(notice)s <= %(today)s
                   AND NOT EXISTS (
                       SELECT FROM collections_credit_insurance_item_rel r
                        WHERE r.insurance_id = i.id AND r.move_line_id = l.id)
                   AND %(where)s
              GROUP BY i.id
                """,
                today=today,
                notice=DECLARE_NOTICE_DAYS,
                where=where,
            )
        )
        return {insurance_id: (ids, day) for insurance_id, ids, day in rows}

    # === ACTION METHODS === #

    def action_declare(self):
        """Record that what is to be declared was declared to the insurer.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when there is nothing to declare.
        """
        self.ensure_one()
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        items = self.to_declare_item_ids
        if not items:
            raise UserError(self.env._("There is nothing to declare to the insurer."))
        self.sudo()._note_declared(items.sudo())
        return True

    def _set_declared(self):
        """Note that all items to declare were declared, of whatever branch."""
        found = self._read_to_declare(SQL("i.id = ANY(%s)", self.ids))
        for insurance in self:
            item_ids, _day = found.get(insurance.id, ([], False))
            insurance._note_declared(self.env["account.move.line"].browse(item_ids))

    def _note_declared(self, items):
        """Note that items were declared; nobody is asked about them any more.

        :param account.move.line items: may be empty.
        """
        self.ensure_one()
        if items:
            self.declared_item_ids = [Command.link(item.id) for item in items]
            self._message_log(
                body=self.env._(
                    "Declared to the insurer: %(items)s",
                    items=", ".join(items.mapped("move_name")),
                )
            )
        self.activity_unlink([DECLARE])

    # === SCHEDULED ACTION === #

    @api.model
    def _watch_declarations(self):
        """Ask to declare what has to be declared soon; one failure stops no other."""
        found = self._read_to_declare(SQL("TRUE"))
        every = [item_id for item_ids, _day in found.values() for item_id in item_ids]
        items = self.env["account.move.line"].browse(every)
        for insurance in self.browse(found):
            item_ids, day = found[insurance.id]
            mine = items.browse(item_ids).with_prefetch(every)
            try:
                insurance._ask_to_declare(mine, day)
            except Exception:  # one of them must not stop the others
                _logger.exception("Asking to declare for %s failed", insurance)

    def _ask_to_declare(self, items, day):
        """Ask the responsible to declare items: one activity, brought up to date.

        :param account.move.line items: what is to be declared.
        :param date day: last day of the first one.
        """
        self.ensure_one()
        user = self._get_attendant()
        insurance = self.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        kind = self.env.ref(DECLARE)
        asked = self.activity_ids.filtered(lambda task: task.activity_type_id == kind)
        values = {
            "date_deadline": day,
            "note": insurance._describe_to_declare(items),
        }
        if asked and all(asked[0][name] == value for name, value in values.items()):
            return
        with self.env.cr.savepoint():
            if asked:
                asked[0].write(values)
            else:
                insurance.activity_schedule(
                    DECLARE,
                    summary=insurance.env._("Declare unpaid invoices to the insurer"),
                    user_id=user.id,
                    **values,
                )

    def _describe_to_declare(self, items):
        """Return the items and the last day of each, one line each.

        :param account.move.line items: what is to be declared.
        :rtype: Markup
        """
        lines = [
            plaintext2html(
                self.env._(
                    "%(item)s: by %(date)s",
                    item=item.move_name,
                    date=format_date(
                        self.env,
                        fields.Date.add(item.date_maturity, days=self.declare_days),
                    ),
                )
            )
            for item in items
        ]
        return Markup("").join(lines)
