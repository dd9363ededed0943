from odoo import models
from odoo.exceptions import UserError

from ..tools import creditor_reference


class CollectionsDebtor(models.Model):
    """What a customer pays on his page: chosen items, a plan, a settlement."""

    _inherit = "collections.debtor"

    # === ONLINE === #

    def _get_portal_payment(self, key):
        """Return what a customer chose to pay, as it stands now.

        :param str key: ``items-3-7`` or ``less-3-7`` (the same, less his credits) with
            ids of items, ``plan-5``, ``settlement-5``: anything anybody typed.
        :return: ``moves`` (invoices), ``currency``, ``amount``, ``reference`` (of the
            transaction) and ``rows`` (label and amount).
        :rtype: dict
        :raise UserError: when it can't be paid, or is not this customer's.
        """
        self.ensure_one()
        kind, *ids = key.split("-")
        if kind not in ("items", "less", "plan", "settlement"):
            ids = []
        if not ids or not all(text.isdecimal() and len(text) < 19 for text in ids):
            raise UserError(self.env._("Choose what you want to pay."))
        ids = [int(text) for text in ids]
        if kind in ("items", "less"):
            payment = self._get_portal_item_payment(ids, kind == "less")
        else:
            payment = self._get_portal_agreement_payment(kind, ids[0])
        currency = payment["currency"]
        payment["amount"] = currency.round(payment["amount"])
        if not payment["moves"] or currency.compare_amounts(payment["amount"], 0) <= 0:
            raise UserError(self.env._("There is nothing to pay for this."))
        moves = payment["moves"]
        payment["reference"] = (
            moves.name if len(moves) == 1 else self._get_statement_reference()
        )
        return payment

    def _get_portal_item_payment(self, ids, deduct):
        """Return the payment of chosen items.

        :param list(int) ids: of items.
        :param bool deduct: whether the customer's credits are taken off.
        """
        for block in self._get_portal_account():
            items = [item for item in block["items"] if item["id"] in ids]
            if items:
                break
        else:
            items = []
        # All of them, in one currency, and none that can't be paid here.
        if len(items) != len(set(ids)) or not all(item["payable"] for item in items):
            raise UserError(
                self.env._("Some of this can't be paid online: please choose again.")
            )
        rows = [(item["number"], item["payable"]) for item in items]
        credit = block["amounts"]["credit"]
        if deduct and credit:
            rows.append((self.env._("Your credits"), credit))
        moves = self.env["account.move"].union(*(item["move"] for item in items))
        return {
            "moves": moves,
            "currency": block["currency"],
            "amount": sum(amount for _label, amount in rows),
            "rows": rows,
        }

    def _get_portal_agreement_payment(self, kind, record_id):
        """Return the payment of what is due of a plan or of a settlement.

        :param str kind: ``plan`` or ``settlement``.
        :param int record_id: which one.
        """
        agreement = self._get_portal_agreement(kind, record_id)
        if not agreement or agreement.state not in ("accepted", "late"):
            raise UserError(self.env._("There is nothing to pay for this."))
        lines = agreement.item_ids if kind == "settlement" else agreement.line_ids
        items = lines if kind == "settlement" else lines.move_line_id
        amount = agreement._get_portal_due()
        open_items = items.filtered(lambda item: not item.reconciled)
        return {
            "moves": open_items.move_id.filtered(lambda move: move._has_to_be_paid()),
            "currency": agreement.currency_id,
            "amount": amount,
            "rows": [(agreement.name or "", amount)],
        }

    # === BY TRANSFER === #

    def _get_portal_bank(self, blocks):
        """Return how to pay by transfer: the lines to read, and the code to scan.

        The code is for all that is overdue, less credits and what is disputed: in
        euros alone.

        :param list(dict) blocks: see :meth:`_get_portal_account`.
        :return: ``lines`` (label and value) and ``qr`` (an image, or False); empty
            without a bank account.
        :rtype: dict
        """
        account = self.company_id._get_dunning_bank_account()
        number = account.sanitized_acc_number
        if not number:
            return {}
        holder = account.acc_holder_name or account.partner_id.name
        reference = self._get_statement_reference()
        lines = [
            (self.env._("Beneficiary"), holder),
            ("IBAN", " ".join(number[i : i + 4] for i in range(0, len(number), 4))),
            ("BIC", account.bank_bic),
            (
                self.env._("Reference to quote"),
                creditor_reference.format_printed(reference),
            ),
        ]
        amount = sum(
            self._get_portal_claim(block)
            for block in blocks
            if block["currency"].name == "EUR"
        )
        euro = self.env.ref("base.EUR")
        letter = self.env["report.collections_dunning.dunning_letter_report"]
        return {
            "lines": [line for line in lines if line[1]],
            "amount": amount,
            "currency": euro,
            "qr": letter._build_qr(account, euro, amount, reference),
        }

    def _get_portal_claim(self, block):
        """Return what to pay today: what is overdue and not disputed, less credits."""
        overdue = sum(
            item["residual"] - item["disputed"] for item in block["sections"]["overdue"]
        )
        return block["currency"].round(max(overdue + block["amounts"]["credit"], 0.0))
