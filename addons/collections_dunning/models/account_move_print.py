from odoo import fields, models
from odoo.exceptions import UserError

from ..const import LETTER_CHANNELS, MANAGER, PENDING_STATES, SENT_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_print_formal_notice(self):
        """Make the formal notice for these invoices and return its PDF.

        The invoices are one customer's, in one currency and company. Their overdue
        installments are claimed at the formal level of the customer's procedure, now,
        whatever its days: somebody decided so. But each was reminded of before, unless
        the procedure begins with the formal notice. Called again for the same invoices
        it returns the same letter.

        :return: the action that downloads the PDF.
        :rtype: dict
        :raise AccessError: when the user is no Collector.
        :raise UserError: says which invoice can't be claimed and why; or that a
            Credit Manager has to make the notice.
        """
        self.check_access("read")
        self.env["dunning.notice"]._check_collector()
        self._check_formal_notice_scope()
        notice = self._find_formal_notice() or self._draft_formal_notice()
        if not (notice.approved or notice.pdf_attachment_id):
            self._check_may_approve_formal_notice()
        return notice.action_print()

    # === CHECKS === #

    def _check_formal_notice_scope(self):
        """Refuse what can't be on one letter.

        :raise UserError: when an entry is no posted invoice, or they belong to
            several customers, currencies or companies.
        """
        for move in self:
            if move.move_type not in ("out_invoice", "out_receipt"):
                raise UserError(
                    self.env._(
                        "%(entry)s is no customer invoice.", entry=move.display_name
                    )
                )
            if move.state != "posted":
                raise UserError(
                    self.env._("%(entry)s is not posted.", entry=move.display_name)
                )
        if len(self.commercial_partner_id) != 1:
            raise UserError(
                self.env._(
                    "A formal notice is for one customer: select invoices of one."
                )
            )
        if len(set(self.mapped("is_late_charge"))) != 1:
            raise UserError(
                self.env._(
                    "Invoices of late interest are not claimed together with others."
                )
            )
        if len(self.currency_id) != 1 or len(self.company_id) != 1:
            raise UserError(
                self.env._("A formal notice is in one currency, from one company.")
            )

    def _check_may_approve_formal_notice(self):
        """Refuse who may not approve a formal notice, and tell who may.

        :raise UserError: names Credit Managers.
        """
        if self.env.su or self.env.user.has_group(MANAGER):
            return
        managers = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                    ("company_ids", "in", self.company_id.ids),
                ],
                limit=3,
            )
        )
        raise UserError(
            self.env._(
                "A formal notice is approved by a Credit Manager: ask %(names)s.",
                names=", ".join(managers.mapped("name")) or "–",
            )
        )

    # === THE NOTICE === #

    def _get_open_receivables(self):
        """Return the installments of these invoices that are not settled."""
        return self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def _find_formal_notice(self):
        """Return the live formal notice that claims these invoices.

        :rtype: dunning.notice
        :raise UserError: when only some of them are on it, or another notice about
            them is on its way.
        """
        lines = self.env["dunning.notice.line"].search(
            [
                ("move_id", "in", self.ids),
                ("kind", "in", ("1_item", "2_covered")),
                ("live", "=", True),
                ("notice_id.state", "in", PENDING_STATES + SENT_STATES),
            ]
        )
        formal = lines.filtered(lambda line: line.notice_id.is_formal)
        for notice in formal.notice_id:
            if self <= (notice.line_ids & lines).move_id:
                return notice
        pending = lines.notice_id.filtered(lambda n: n.state in PENDING_STATES)
        if formal or pending:
            states = dict(
                self.env["dunning.notice"]
                ._fields["state"]
                ._description_selection(self.env)
            )
            line = (formal or lines.filtered(lambda li: li.notice_id in pending))[0]
            raise UserError(
                self.env._(
                    "%(invoice)s is on another notice: %(notice)s (%(state)s).",
                    invoice=line.move_name,
                    notice=line.notice_id.display_name,
                    state=states[line.notice_id.state],
                )
            )
        return self.env["dunning.notice"]

    def _draft_formal_notice(self):
        """Draft the formal notice of these invoices.

        :rtype: dunning.notice
        :raise UserError: when an invoice is paid, not due, was never reminded of, or
            may not be claimed.
        """
        self._check_may_approve_formal_notice()
        items = self._get_overdue_items()
        level = self._get_formal_level()
        self._check_reminded(items, level)
        draft = self.env["dunning.proposal"].sudo()._draft_for_items(items, level)
        draft._add_copies()
        if draft.channel not in LETTER_CHANNELS:
            draft.channel = "registered_letter"
        return draft.with_env(self.env)

    def _get_overdue_items(self):
        """Return the overdue installments of these invoices.

        :rtype: account.move.line
        :raise UserError: names the first invoice that has none.
        """
        today = fields.Date.context_today(self)
        for move in self:
            items = move._get_open_receivables()
            if not items:
                raise UserError(
                    self.env._("%(invoice)s is paid.", invoice=move.display_name)
                )
            if not items._filter_late(today):
                raise UserError(
                    self.env._("%(invoice)s is not due yet.", invoice=move.display_name)
                )
        return self._get_open_receivables()._filter_late(today)

    def _check_reminded(self, items, level):
        """Refuse items that no reminder was sent about.

        A message before the due date is no reminder. A procedure that begins with its
        formal notice wants none.

        :param account.move.line items: what the notice is to claim.
        :param dunning.level level: the formal level.
        :raise UserError: names the first such invoice.
        """
        earlier = level.procedure_id.level_ids.filtered(
            lambda other: not other.event and 0 < other.day_offset < level.day_offset
        )
        if not earlier:
            return
        lines = self.env["dunning.notice.line"].search(
            [
                ("move_line_id", "in", items.ids),
                ("live", "=", True),
                ("notice_id.state", "in", SENT_STATES),
                ("level_id", "!=", False),
                "|",
                ("day_offset", ">", 0),
                ("level_id.event", "!=", False),
            ]
        )
        reminded = lines.filtered(
            # Another debt on the same journal item was never reminded of.
            lambda line: line.ledger_status not in ("changed", "deleted")
        )
        for item in items - reminded.move_line_id:
            raise UserError(
                self.env._(
                    "No reminder of %(invoice)s was sent yet: send one before its "
                    "formal notice.",
                    invoice=item.move_id.display_name,
                )
            )

    def _get_formal_level(self):
        """Return the formal level of the procedure of these invoices.

        :rtype: dunning.level
        :raise UserError: when there is no procedure, or several, or none in it.
        """
        debtors = self.env["collections.debtor"].sudo()
        debtors._ensure_for(self.company_id, self.commercial_partner_id)
        debtor = debtors.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.commercial_partner_id.id),
            ]
        )
        procedure = self.env["dunning.procedure"].union(
            *(move._get_applied_procedure(debtor) for move in self)
        )
        if len(procedure) > 1:
            raise UserError(
                self.env._(
                    "These invoices follow different procedures: make a formal notice "
                    "of those of one procedure."
                )
            )
        level = procedure.level_ids.filtered("is_formal").sorted("day_offset")[:1]
        if not level and self[0].is_late_charge:
            raise UserError(
                self.env._("No formal notice claims invoices of late interest.")
            )
        if not level:
            raise UserError(
                self.env._(
                    "The procedure of %(customer)s has no formal notice.",
                    customer=self.commercial_partner_id.display_name,
                )
            )
        return level
