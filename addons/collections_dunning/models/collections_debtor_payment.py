from odoo import models
from odoo.exceptions import UserError


class CollectionsDebtor(models.Model):
    """What a customer pays on his page: chosen items, a plan, a settlement."""

    _inherit = "collections.debtor"

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
        if not ids or not all(text.isdecimal() for text in ids):
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
