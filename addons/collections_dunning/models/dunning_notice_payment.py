import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import creditor_reference

# A reference within what a bank prints around it.
REFERENCE = re.compile(r"(?:RF\d\d)?DN\d{8,}")


class DunningNotice(models.Model):
    """From the reference a customer quotes to the payment of what it was about."""

    _inherit = "dunning.notice"

    payment_reference = fields.Char(
        compute="_compute_payment_reference",
        search="_search_payment_reference",
        help="In the QR code, and what a payment is asked to carry.",
    )
    has_open_items = fields.Boolean(compute="_compute_has_open_items")

    def _compute_payment_reference(self):
        for notice in self:
            notice.payment_reference = creditor_reference.format_printed(
                notice._get_payment_reference()
            )

    @api.model
    def _search_payment_reference(self, operator, value):
        """Find notices by their reference, a piece of it, or a bank's text with it.

        Spaces and lower case don't matter: people copy what they see.
        """
        if operator in ("in", "=ilike"):
            values = [value] if isinstance(value, str) else value
            return Domain.OR(
                self._get_reference_domain(text, "") for text in values if text
            )
        if operator in ("ilike", "like"):
            return self._get_reference_domain(value, "%")
        return NotImplemented

    def _get_reference_domain(self, text, around):
        """Return the domain of the notices whose reference is like a text.

        :param str text: what was typed or pasted.
        :param str around: ``%`` when it may be a piece, else empty.
        :rtype: Domain
        """
        compact = re.sub(r"[^A-Z0-9]", "", str(text).upper())
        found = REFERENCE.search(compact)
        pattern = f"{around}{found[0] if found else compact}{around}"

        def to_sql(model, alias, query):
            return SQL(
                "%s LIKE %s",
                self._get_reference_sql(SQL.identifier(alias, "id")),
                pattern,
            )

        return Domain.custom(to_sql=to_sql) if compact else Domain.FALSE

    def _get_reference_sql(self, notice_id):
        """Return the reference of a notice in SQL, as ``_get_payment_reference`` makes
        it.

        The check digits are those of ISO 11649: letters stand for 10 to 35, so that
        DN is 1323 and RF is 2715.

        :param SQL notice_id: the notice's id.
        :rtype: SQL
        """
        digits = SQL(
            "lpad(%(id)s::text, greatest(8, length(%(id)s::text)), '0')", id=notice_id
        )
        return SQL(
            "'RF' || lpad((98 - ('1323' || %(digits)s || '271500')::numeric %% 97)"
            "::text, 2, '0') || 'DN' || %(digits)s",
            digits=digits,
        )

    @api.depends("line_ids.move_line_id.reconciled")
    def _compute_has_open_items(self):
        for notice in self:
            notice.has_open_items = bool(notice._get_payable_items())

    def _get_payable_items(self):
        """Return the items that this notice claims and that are still open.

        :rtype: account.move.line
        """
        lines = self.line_ids.filtered(lambda line: line.kind == "1_item")
        return lines.move_line_id.sudo().filtered(
            lambda item: item.parent_state == "posted" and not item.reconciled
        )

    def action_register_payment(self):
        """Open the dialog that books a payment of the open items of this notice.

        :raise UserError: when nothing of it is open any more.
        """
        self.ensure_one()
        self.check_access("read")
        items = self._get_payable_items()
        if not items:
            raise UserError(self.env._("Nothing of this notice is open any more."))
        # What was claimed in one notice is usually paid in one transfer.
        return items.with_env(self.env).action_register_payment(
            {"default_group_payment": True}
        )
