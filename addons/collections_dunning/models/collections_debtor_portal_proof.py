from odoo import fields, models
from odoo.exceptions import UserError

from ..const import PORTAL_PROOF_DAYS


class CollectionsDebtor(models.Model):
    """What a customer tells us on his page: that he has paid, or a question."""

    _inherit = "collections.debtor"

    def _get_portal_proof_bars(self, items):
        """Return of which of these items a proof of payment was sent already.

        :param account.move.line items: of this debtor.
        :rtype: dict(account.move.line, str)
        """
        proofs = self.env["collections.payment.proof"].search(
            [("move_line_id", "in", items.ids)]
        )
        words = self.env._("You sent a proof already: we are looking into it.")
        return dict.fromkeys(proofs.move_line_id, words)

    def _receive_portal_proof(self, contact, items, words, files, is_known):
        """Pause items that a customer says he has paid, until we found the money.

        Once for each item. The file stays on the debtor; the responsible has a task.

        :param res.partner contact: in whose name it was sent.
        :param account.move.line items: which he paid.
        :param str words: his own, plain text; may be empty.
        :param list(tuple) files: name and content of each.
        :param bool is_known: whether he was logged in.
        :raise UserError: when there is nothing to look at, or no more to pause.
        """
        self.ensure_one()
        self._check_portal_choice(items, self._get_portal_proof_bars(items))
        if not files:
            raise UserError(
                self.env._("Add the proof of your payment: a PDF or a picture.")
            )
        names = ", ".join(dict.fromkeys(items.mapped("move_name")))
        env = self._get_company_env()
        message = self._post_from_portal(
            contact,
            env._("Proof of payment of %(names)s", names=names),
            words,
            files,
            is_known,
        )
        today = fields.Date.context_today(self)
        self.env["collections.payment.proof"].create(
            [
                {
                    "debtor_id": self.id,
                    "move_line_id": item.id,
                    "contact_id": contact.id,
                    "message_id": message.id,
                }
                for item in items
            ]
        )
        self.env["dunning.hold"].create(
            [
                {
                    "debtor_id": self.id,
                    "move_line_id": item.id,
                    "reason": "paused",
                    "date_to": fields.Date.add(today, days=PORTAL_PROOF_DAYS),
                    "note": env._("The customer sent a proof of payment."),
                }
                for item in items
            ]
        )
        self._tell_responsible(
            lambda env: env._("Find the payment: the customer sent a proof"),
            f"{names}\n\n{words}".strip(),
        )

    def _receive_portal_question(self, contact, words, files, is_known):
        """Put a customer's question in the chatter, and tell the responsible.

        :param res.partner contact: in whose name it was sent.
        :param str words: his own, plain text.
        :param list(tuple) files: name and content of each.
        :param bool is_known: whether he was logged in.
        :raise UserError: when he asks nothing.
        """
        self.ensure_one()
        if not words:
            raise UserError(self.env._("Tell us your question."))
        title = self._get_company_env()._("Question")
        self._post_from_portal(contact, title, words, files, is_known)
        self._tell_responsible(lambda env: env._("Answer the customer"), words)
