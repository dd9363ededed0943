"""Cases that end, or shrink, because what they are about is settled."""

from odoo import Command, api, fields, models

from ..const import FOUND_JUSTIFIED, OPEN_STATES

# An entry against one of them pays a debt, it does not give it up.
PAYING_ACCOUNTS = {
    "asset_cash",
    "asset_receivable",
    "liability_credit_card",
    "liability_payable",
}
# Cases that one nightly turn looks at before it commits.
BATCH = 200


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === BUSINESS METHODS === #

    def _close(self, resolution, tell=True, attachment_ids=(), **values):
        """End these cases: nothing is held any more.

        :param str resolution: see ``const.RESOLUTIONS``.
        :param bool tell: whether the customer is told, as when somebody has decided.
        :param list(int) attachment_ids: sent along with our answer.
        :param values: more values of the case.
        """
        state = "rejected" if resolution == "rejected" else "resolved"
        for case in self.sudo():
            case.write(
                {
                    "state": state,
                    "resolution": resolution,
                    "date_closed": fields.Datetime.now(),
                    "requested_resolution": False,
                    "request_values": False,
                    "draft_reason": False,
                    "needs_approval": False,
                    "reminded": False,
                    **values,
                }
            )
            case.activity_ids.unlink()
        self._on_closed()
        files = self.env["ir.attachment"].sudo().browse(attachment_ids)
        for case in self.sudo():
            case._end_holds(tell and case._send_outcome(files))

    def _end_holds(self, is_told):
        """Let dunning go on with what this case has held.

        A new date to pay that nobody was told is none: dunning's own message after the
        stop gives one.

        :param bool is_told: whether the customer was written how the case ended.
        """
        self.ensure_one()
        if self.new_date_to_pay and not is_told:
            self.new_date_to_pay = False
            self._message_log(
                body=self.env._(
                    "The customer was told no new date to pay: the next reminder "
                    "gives one."
                )
            )
        self.line_ids.hold_id._end(self.new_date_to_pay)

    def _follow_items(self):
        """Bring open cases up to date with the ledger.

        What is disputed is never more than what is open: it is cut, and a case of
        which nothing is open any more ends. An invoice that is a draft again is
        waited for.
        """
        for case in self.sudo().filtered(lambda c: c.state in OPEN_STATES):
            lines = case.line_ids
            lines._find_again()
            lines._follow_corrections()
            waiting = lines.filtered(lambda line: line.move_id.state == "draft")
            left = {line: line._get_left() for line in lines - waiting}
            if lines and not any(line.amount and left.get(line, 1) for line in lines):
                case._close_settled()
                continue
            for line in lines - waiting:
                if left[line] < line.amount:
                    line._set_amount(left[line])
            lines._hold()

    def _cut_to_disputable(self):
        """Cut the items of a reopened case to what no other open case disputes.

        Nobody else disputes the same meanwhile: the customer's file is locked.
        """
        self.ensure_one()
        self.line_ids._find_again()
        lines = self.line_ids.filtered(
            lambda line: line.move_line_id.parent_state == "posted"
        )
        lines.move_line_id._lock_debtors()
        for line in lines:
            item = line.move_line_id
            left = max(item._get_disputable(line)[item.id], 0.0)
            if line.currency_id.compare_amounts(line.amount, left) > 0:
                line._set_amount(left)

    def _forget_credited(self):
        """Dispute no more, once reopened, what credit notes of this case have given."""
        self.ensure_one()
        if self.resolution not in FOUND_JUSTIFIED:
            return
        for line in self.line_ids:
            left = line._get_uncredited()
            if line.currency_id.compare_amounts(line.amount, left) > 0:
                line._set_amount(left)

    def _close_settled(self, is_decided=False):
        """End a case of which nothing is open any more, as the ledger says why.

        What nobody has said the cause of is to be qualified.

        :param bool is_decided: what was chosen has been done; else it has when a credit
            note settled it.
        """
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: not line.amount):
            # An end is about all that was disputed, whatever was settled first.
            line.with_context(dispute_settled=True).amount = line.amount_opened
        resolution, credit_notes = self._get_settlement()
        values = {}
        if self.requested_resolution and (is_decided or resolution == "credit_note"):
            resolution, values = self.requested_resolution, self.request_values
        names = ("cause_id", "side", "answer", "attachment_ids")
        known = {name: values[name] for name in names if values.get(name)}
        credit_notes |= self.credit_note_ids
        self._message_log(body=self._get_settled_text(resolution))
        self._close(
            resolution,
            tell=bool(values),
            credit_note_ids=[Command.set(credit_notes.ids)],
            amount_credited=self._get_credited(credit_notes),
            needs_cause=not (values or self.cause_id and self.side),
            **known,
        )
        if any(note.state == "draft" for note in self.credit_note_ids):
            env = self._get_company_env()
            self._call_owner(
                env._(
                    "Settled in another way: post the draft credit note, or delete it"
                )
            )

    def _tell_taken_back(self):
        """Have the owners look at what these ended cases gave, and is owed again."""
        for case in self:
            if any(line._get_uncredited() for line in case.line_ids):
                env = case._get_company_env()
                case._call_owner(
                    env._("Its credit note was taken off: credit it again, or reopen")
                )

    def _get_settlement(self):
        """Return how the items of this case were settled last.

        :return: the resolution, and the credit notes that did it.
        :rtype: tuple(str, account.move)
        """
        items = self.line_ids.filtered(lambda line: line._is_same_debt()).move_line_id
        # An exchange difference settles nothing in the currency of the item.
        partials = items.matched_credit_ids.filtered("debit_amount_currency")
        partials = partials.sorted("id")
        credits = partials.credit_move_id.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )
        last = partials[-1:].credit_move_id
        if not last:
            return "corrected_invoice", credits
        if last.move_id.move_type == "out_refund":
            other = last.move_id.reversed_entry_id - items.move_id
            return ("paid", credits.browse()) if other else ("credit_note", credits)
        if self._is_write_off(last):
            return "goodwill", credits
        return "paid", credits.browse()

    def _is_write_off(self, credit):
        """Tell whether an item that settles a debt gives it up.

        That is an entry against expenses or income, with its taxes. One against what we
        owe the customer, or against money, pays: nobody has found him right.

        :param account.move.line credit: a receivable item.
        :rtype: bool
        """
        entry = credit.move_id
        if entry.origin_payment_id or entry.statement_line_id:
            return False
        against = entry.line_ids.filtered(lambda line: line.balance > 0).account_id
        kinds = set(against.mapped("account_type"))
        groups = set(against.mapped("internal_group"))
        return (
            entry.journal_id.type == "general"
            and bool({"expense", "income"} & groups)
            and not PAYING_ACCOUNTS & kinds
        )

    def _get_credited(self, credit_notes):
        """Return what posted credit notes give, in the currency of the case."""
        posted = credit_notes.filtered(
            lambda move: move.state == "posted" and move.currency_id == self.currency_id
        )
        return min(sum(posted.mapped("amount_total")), self.amount_disputed)

    def _get_settled_text(self, resolution):
        """Return what the chatter says of a case that ended by itself."""
        texts = {
            "paid": self.env._("What was disputed was paid, or set off."),
            "credit_note": self.env._("What was disputed was credited."),
            "goodwill": self.env._("What was disputed was written off."),
            "corrected_invoice": self.env._(
                "The invoice was cancelled, or is another customer's now."
            ),
        }
        return texts.get(resolution, self.env._("Nothing of it is open any more."))

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_follow(self):
        """Look at all open cases each night: what no event told is found here."""
        lines = self.env["dispute.case.line"].search(
            [("case_id.state", "in", OPEN_STATES)]
        )
        left = lines.move_line_id._get_disputable()
        cases = lines.filtered(lambda line: line._has_moved(left)).case_id
        self.env["ir.cron"]._commit_progress(remaining=len(cases))
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            batch._follow_items()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break
