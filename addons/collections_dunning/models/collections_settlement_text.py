from odoo import fields, models
from odoo.tools import format_date

from ..tools import creditor_reference

REPORT = "collections_dunning.collections_settlement_report"


class CollectionsSettlement(models.Model):
    """The settlement offer on paper: its articles and tables."""

    _inherit = "collections.settlement"

    # === DOCUMENT === #

    def _get_offer_pdf(self):
        """Return this offer as PDF: as it was frozen, or as it would be offered.

        :rtype: bytes
        """
        return self._get_agreement_pdf()

    def _get_agreement_report(self):
        return REPORT

    def _get_payment_reference(self):
        """Return the reference that the payment of this offer quotes.

        ``SO`` keeps it apart from those of notices and payment plans.
        """
        self.ensure_one()
        return creditor_reference.build(f"SO{self.id or self._origin.id or 0:08d}")

    def _get_agreement_title(self):
        if not self.name:
            return self.env._("Settlement offer (draft)")
        return self.env._("Settlement offer %(number)s", number=self.name)

    # === ARTICLES === #

    def _get_agreement_articles(self):
        return [
            self._get_debt_article(),
            self._get_offer_article(),
            self._get_payment_article(),
            self._get_default_article(),
            self._get_effect_article(),
            self._get_law_article(),
            self._get_copies_article(),
        ]

    def _get_debt_article(self):
        return {
            "key": "debt",
            "title": self.env._("Acknowledgement of the debt"),
            "paragraphs": [
                self.env._(
                    "The Debtor acknowledges owing the Creditor, on %(date)s, the sum "
                    "of %(amount)s, certain, fixed in amount and due, for the items "
                    "below.",
                    date=self._get_writer().date(fields.Date.context_today(self)),
                    amount=self._write_amount_twice(self.amount_due),
                )
            ],
            "block": "items",
        }

    def _get_offer_article(self):
        write = self._get_writer()
        values = {
            "amount": self._write_amount_twice(self.amount),
            "date": write.date(self.date),
            "rest": write.amount(self.amount_waived),
        }
        if self.kind == "waiver":
            text = self.env._(
                "If %(amount)s reach the Creditor's account by %(date)s at the latest, "
                "the Creditor waives the rest, %(rest)s. The items of article 1 are "
                "then settled, interest and compensation included.",
                **values,
            )
        else:
            text = self.env._(
                "The Creditor reduces this sum to %(amount)s, on condition that it "
                "reaches the Creditor's account in full by %(date)s at the latest. "
                "Once it is paid by then, the rest, %(rest)s, is claimed no more: the "
                "items of article 1 are settled, interest and compensation included.",
                **values,
            )
        return {"key": "offer", "title": self.env._("Offer"), "paragraphs": [text]}

    def _get_default_article(self):
        if self.kind == "waiver":
            text = self.env._(
                "Without full payment by that date this offer lapses, without further "
                "notice: the whole sum of article 1 is due, less what was paid, with "
                "interest and compensation."
            )
        else:
            text = self.env._(
                "Without full payment by that date the reduction ends, without further "
                "notice, as if it had never been granted: the whole sum of article 1 "
                "is due, less what was paid, with interest and compensation."
            )
        title = self.env._("Without payment in time")
        return {"key": "default", "title": title, "paragraphs": [text]}

    def _get_effect_article(self):
        text = self.env._(
            "Until full payment this agreement entails no novation of the Creditor's "
            "claims; guarantees and sureties, and the retention of title to goods not "
            "fully paid for, remain in force."
        )
        if self.company_id._is_french_law():
            text += " " + self.env._(
                "Once performed, it ends the matter between the parties (articles 2044 "
                "and 2052 of the French civil code)."
            )
        return {
            "key": "effect",
            "title": self.env._("Effect of this agreement"),
            "paragraphs": [text],
        }

    # === TABLES === #

    def _get_agreement_items(self):
        write = self._get_writer()
        rows = [
            [
                item.move_id.name or "",
                self._format_day(item.move_id.invoice_date or item.date),
                self._format_day(item.date_maturity or item.date),
                write.amount(item.amount_residual_currency),
            ]
            for item in self.item_ids.sorted(
                lambda i: (i.date_maturity or i.date, i.id)
            )
        ]
        return {
            "heads": [
                self.env._("Number"),
                self.env._("Date"),
                self.env._("Due date"),
                self.env._("Open amount"),
            ],
            "rows": rows,
            "totals": [
                (self.env._("Sum acknowledged"), write.amount(self.amount_due)),
                (self.env._("To be paid"), write.amount(self.amount)),
            ],
            "texts": 3,
        }

    def _format_day(self, day):
        return format_date(self.env, day) if day else ""

    def _get_first_payment(self):
        return self.amount

    def _describe_qr(self, amount):
        return self._get_writer().amount(amount)

    def _get_handwriting(self):
        return self.env._(
            "To be written by hand: “Read and approved, valid as acknowledgement of "
            "the sum of %(amount)s.”",
            amount=self._write_amount_twice(self.amount_due),
        )
