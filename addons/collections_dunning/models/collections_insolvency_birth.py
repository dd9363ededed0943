from odoo import api, fields, models
from odoo.tools import SQL

# An invoice without a delivery date, made so soon after the judgment, may be about
# what was delivered before.
UNSURE_DAYS = 31


class CollectionsInsolvency(models.Model):
    """When each open item was born: what is booked later is found every night."""

    _inherit = "collections.insolvency"

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_watch(self):
        """Find what was booked since, of all customers in insolvency proceedings."""
        live = self.search([("state", "!=", "closed")])
        for record in live:
            record._watch()

    def _watch(self):
        """Stop what was booked since and was born before, and tell the responsible."""
        self.ensure_one()
        added = self._update_items()
        before = added.filtered(
            lambda item: item.birth == "before" and item.amount_open > 0
        )
        if before:
            self._ask_to_declare(before)

    # === BUSINESS METHODS === #

    @api.model
    def _update_all(self, company, partners=None):
        """Sort the open items of all insolvent customers of a company.

        The assessment asks for it: nothing born before a judgment is dunned, however
        late it was booked.

        :param res.company company: whose customers.
        :param res.partner partners: these only; None: all of them.
        """
        domain = [("company_id", "=", company.id), ("state", "!=", "closed")]
        if partners is not None:
            domain.append(("debtor_id.partner_id", "in", partners.ids))
        self.sudo().search(domain)._update_items()

    def _update_items(self):
        """Sort the open items anew, and hold them as that says.

        :return: those that are new or were born otherwise than it seemed.
        :rtype: collections.insolvency.item
        """
        changed = self._add_items()
        changed.insolvency_id._stop(changed)
        # Of what is split, a receipt of before the judgment may be allocated since.
        split = self.env["collections.insolvency.item"].search(
            [("insolvency_id", "in", self.ids), ("birth", "=", "straddling")]
        )
        (split.insolvency_id - changed.insolvency_id)._apply_holds()
        return changed

    def _add_items(self):
        """List the open items of these customers that are not, by their birth.

        Those that nobody decided on follow their dates.

        :return: the items that are new or were born otherwise than it seemed.
        :rtype: collections.insolvency.item
        """
        changed = self.env["collections.insolvency.item"].sudo()
        if not self:
            return changed
        vals_list = []
        for row in self.env.execute_query_dict(self._get_changed_sql()):
            item_id = row.pop("item_id")
            if item_id:
                item = changed.browse(item_id)
                item.write(row)
                changed |= item
            else:
                vals_list.append(row)
        return changed | changed.create(vals_list)

    def _get_changed_sql(self):
        """Return the query of the open items that are not listed as they were born."""
        for name in (
            "account.account",
            "account.move",
            "account.move.line",
            "collections.interest.charge",
            "collections.insolvency",
            "collections.insolvency.item",
            "res.partner",
        ):
            self.env[name].flush_model()
        return SQL(
            """
            SELECT known.id AS item_id, ins.id AS insolvency_id, l.id AS move_line_id,
                   born.day AS born_on,
                   CASE WHEN born.day < ins.judgment_date THEN 'before'
                        ELSE 'after' END AS birth,
                   l.amount_residual > 0
                   AND m.move_type = 'out_invoice'
                   AND born.day >= ins.judgment_date
                   AND CASE WHEN m.delivery_date IS NULL
                            THEN born.day < ins.judgment_date + %(unsure)s
                            ELSE m.invoice_date < ins.judgment_date
                        END AS is_to_check
              FROM collections_insolvency ins
              JOIN collections_debtor d ON d.id = ins.debtor_id
              JOIN res_partner p ON p.commercial_partner_id = d.partner_id
              JOIN account_move_line l ON l.partner_id = p.id
                                      AND l.company_id = d.company_id
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
        CROSS JOIN LATERAL (SELECT %(born)s AS day) born
         LEFT JOIN collections_insolvency_item known
                ON known.insolvency_id = ins.id AND known.move_line_id = l.id
             WHERE ins.id = ANY(%(ids)s)
               AND l.parent_state = 'posted'
               AND l.reconciled IS NOT TRUE
               AND a.account_type = 'asset_receivable'
               AND a.non_trade IS NOT TRUE
               AND (known.id IS NULL
                    OR known.is_by_hand IS NOT TRUE
                   AND (known.born_on IS DISTINCT FROM born.day
                        OR (known.birth = 'before')
                           <> (born.day < ins.judgment_date)))
          ORDER BY born.day, l.id
            """,
            born=self._get_born_sql(),
            unsure=UNSURE_DAYS,
            ids=self.ids,
        )

    @api.model
    def _get_born_sql(self):
        """Return the day on which an item (``l`` of ``m``) was born.

        That of the delivery, else of the invoice; a credit note goes with the invoice
        that it reverses, an invoice of late interest with its last day of interest, a
        payment by its own day.

        :rtype: SQL
        """
        return SQL(
            """
            coalesce((SELECT coalesce(reversed.delivery_date, reversed.invoice_date)
                        FROM account_move reversed
                       WHERE reversed.id = m.reversed_entry_id),
                     CASE WHEN m.is_late_charge
                          THEN (SELECT max(charge.date_to)
                                  FROM collections_interest_charge charge
                                 WHERE charge.charge_move_id = m.id) END,
                     m.delivery_date, m.invoice_date, l.date)
            """
        )

    def _ask_to_declare(self, items):
        """Have the responsible declare what was found since, once.

        :param collections.insolvency.item items: born before the judgment.
        """
        self.ensure_one()
        summary = self.env._("Claims found since: declare them too")
        if summary in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.context_today(self),
            summary=summary,
            note=self.env._(
                "Born before the judgment, and booked since: %(names)s",
                names=", ".join(items.mapped(lambda item: item.move_name or "")),
            ),
            user_id=self.user_id.id,
        )

    def _get_later_procedure(self, move):
        """Return the procedure of an invoice that was born after the judgment.

        :param account.move move: of the insolvent customer.
        :return: empty: another one decides.
        :rtype: dunning.procedure
        """
        procedures = self.env["dunning.procedure"]
        if self.state != "open":
            return procedures
        known = self.item_ids.filtered(lambda item: item.move_id == move)
        born = move.delivery_date or move.invoice_date or move.date
        later = (
            any(item.birth != "before" for item in known)
            if known
            else born >= self.judgment_date
        )
        company = move.company_id
        return company._get_dunning_insolvency_procedure() if later else procedures
