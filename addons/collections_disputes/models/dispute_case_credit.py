"""Credit notes of what a customer was right about."""

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    draft_reason = fields.Text(
        string="Why It Is a Draft",
        readonly=True,
        copy=False,
        help="What somebody has to do about the credit note before it is posted.",
    )

    def _give(self, values):
        """Credit what was decided; posted as far as the user may post, else drafts.

        Until it is posted the case stays open, and holds what is disputed.

        :param dict values: see :meth:`action_resolve`.
        :return: whether the case has ended.
        :rtype: bool
        """
        self.ensure_one()
        self._check_invoices()
        self.write(
            {
                "requested_resolution": values["resolution"],
                "request_values": values,
                "requested_by_id": self.requested_by_id.id or self.env.uid,
            }
        )
        may_post = self.env.user.has_group("account.group_account_invoice")
        if values["resolution"] == "corrected_invoice":
            self._correct_invoices(may_post)
            problems = set()
        else:
            credit_notes = self._make_credit_notes(values["scope"])
            self.credit_note_ids |= credit_notes
            problems = self._post_credit_notes(credit_notes) if may_post else set()
        if not may_post:
            problems = {self.env._("Somebody who may post it has to do so.")}
        drafts = self.credit_note_ids.filtered(lambda move: move.state == "draft")
        if self.requested_resolution and not drafts:
            self._close_settled(is_decided=True)
        elif self.requested_resolution:
            self._wait_for_posting("\n".join(sorted(problems)))
        return not self.requested_resolution

    def _post_credit_notes(self, credit_notes):
        """Post credit notes as far as they can be; the others stay drafts.

        :param account.move credit_notes: drafts.
        :return: why some of them are drafts still.
        :rtype: set(str)
        """
        problems = set()
        for credit_note in credit_notes:
            if not self._is_vat_known(credit_note):
                problems.add(
                    self.env._(
                        "The invoice bears several taxes: check which of them the "
                        "credit note is about, then post it."
                    )
                )
                continue
            try:
                with self.env.cr.savepoint():
                    credit_note._post(soft=False)
            except UserError as error:
                problems.add(
                    self.env._("It could not be posted: %(error)s", error=error)
                )
        return problems

    def _wait_for_posting(self, reason):
        """Go on with the case until its credit note is posted.

        :param str reason: why it is a draft.
        """
        self.write({"state": "waiting_us", "draft_reason": reason})
        text = self.env._(
            "The credit note is a draft: the dispute ends when it is posted."
        )
        self._message_log(body=plaintext2html(f"{text}\n{reason}".strip()))

    def _forget_outcome(self):
        """Have these cases decided anew: their draft credit note was thrown away."""
        for case in self:
            if any(note.state == "draft" for note in case.credit_note_ids):
                continue
            case.write(
                {
                    "requested_resolution": False,
                    "request_values": False,
                    "draft_reason": False,
                }
            )
            text = self.env._("The draft credit note was thrown away: decide anew.")
            case._message_log(body=text)
            case._plan_answer()

    def _check_invoices(self):
        """Refuse to credit what is no invoice, or is none at present.

        :raise UserError: names the entry.
        """
        for line in self.line_ids:
            move = line.move_line_id.move_id
            if move.move_type != "out_invoice" or move.state != "posted":
                raise UserError(
                    self.env._(
                        "%(item)s is no posted invoice: credit it in the books.",
                        item=line.move_name,
                    )
                )

    def _make_credit_notes(self, scope):
        """Draft the credit notes of this case, one for each invoice.

        :param str scope: ``invoice``: of all of it; else of the disputed amount.
        :rtype: account.move
        """
        credit_notes = self.env["account.move"]
        disputed = self.line_ids.filtered("amount")
        for move, lines in disputed.grouped(lambda x: x.move_line_id.move_id).items():
            credit_note = self._reverse(move)
            amount = sum(lines.mapped("amount"))
            part = self.currency_id.compare_amounts(amount, move.amount_total) < 0
            if scope != "invoice" and part:
                self._reduce(credit_note, move, amount, lines.product_id)
            credit_notes |= credit_note
        return credit_notes

    def _is_vat_known(self, credit_note):
        """Tell whether a credit note is one of taxes that are certain.

        Of a part of an invoice at several rates only a person knows which are meant.

        :param account.move credit_note: a draft.
        :rtype: bool
        """
        invoice = credit_note.reversed_entry_id
        lines = credit_note.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        whole = credit_note.currency_id.compare_amounts(
            credit_note.amount_total, invoice.amount_total
        )
        return not whole or len({line.tax_ids for line in lines}) <= 1

    def _reverse(self, move, modify=False):
        """Reverse an invoice by core's own dialog.

        :param account.move move: the invoice.
        :param bool modify: core posts the credit note and drafts a new invoice.
        :return: the draft credit note; with ``modify`` the new invoice.
        :rtype: account.move
        """
        wizard = (
            self.env["account.move.reversal"]
            .with_company(move.company_id)
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"reason": self.name, "journal_id": move.journal_id.id})
        )
        wizard.reverse_moves(is_modify=modify)
        return wizard.new_move_ids

    def _reduce(self, credit_note, move, amount, products):
        """Make a draft credit note one of a part of the invoice.

        Each account and tax keeps its share, of the disputed products where they are
        known; core's tax engine brings the total to the amount, to the cent.

        :param account.move credit_note: reverses all of ``move``.
        :param account.move move: the invoice.
        :param float amount: taxes included.
        :param product.product products: what is disputed, when it was said.
        """
        taxes = self.env["account.tax"]
        base_lines = self._get_credited_base_lines(move, amount, products)
        reduced = taxes._prepare_down_payment_lines(
            base_lines,
            move.company_id,
            "fixed",
            amount,
            computation_key=f"dispute,{self.id}",
            grouping_function=lambda line: {"account_id": line["account_id"]},
        )
        customer = self.with_context(lang=move.partner_id.lang or self.env.lang)
        text = customer.env._(
            "Disputed part of %(invoice)s (%(dispute)s)",
            invoice=move.name,
            dispute=self.name,
        )
        commands = [Command.create(self._get_part_vals(line, text)) for line in reduced]
        credit_note.write({"invoice_line_ids": [Command.clear(), *commands]})

    def _get_credited_base_lines(self, move, amount, products):
        """Return what of an invoice is credited in part.

        :param account.move move: the invoice.
        :param float amount: taxes included.
        :param product.product products: see :meth:`_reduce`.
        :return: the lines of these products; all, when they come to less than that.
        :rtype: list(dict)
        """
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        own = [line for line in base_lines if line["product_id"] in products]
        total = sum(line["record"].price_total for line in own)
        enough = own and move.currency_id.compare_amounts(total, amount) >= 0
        return own if enough else base_lines

    def _get_part_vals(self, line, text):
        """Return the values of a line of a credit note of a part.

        :param dict line: as core's tax engine has computed it.
        :param str text: what it is about.
        :rtype: dict
        """
        return {
            "name": text,
            "account_id": line["account_id"].id,
            "quantity": line["quantity"],
            "price_unit": line["price_unit"],
            "tax_ids": [Command.set(line["tax_ids"].ids)],
            "analytic_distribution": line["analytic_distribution"],
            "extra_tax_data": self.env["account.tax"]._export_base_line_extra_tax_data(
                line
            ),
        }

    def _correct_invoices(self, may_post):
        """Reverse the invoices of this case, and draft new ones in their place.

        :param bool may_post: whether the credit notes are posted at once.
        """
        drafts = self.env["account.move"]
        for move in self.line_ids.move_line_id.move_id:
            known = move.reversal_move_ids
            if may_post:
                drafts |= self._reverse(move, modify=True)
            else:
                self._reverse(move)
                drafts |= move.with_context(include_business_fields=True).copy()
            self.credit_note_ids |= move.reversal_move_ids - known
        self._message_log(
            body=self.env._(
                "New invoices to correct: %(invoices)s",
                invoices=", ".join(drafts.mapped("display_name")),
            )
        )
