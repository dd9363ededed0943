from decimal import Decimal

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter


class AccountMove(models.Model):
    """What French law wants on an invoice between businesses of its late payment."""

    _inherit = "account.move"

    def _get_late_payment_mentions(self):
        """Return what this invoice says of late and of early payment.

        Article L441-9 of the French commercial code: the rate of the penalties, the
        compensation for recovery costs, the discount. In the language of ``self.env``.

        :return: sentences; none unless the company asks for them and French law wants
            them of it.
        :rtype: list(str)
        """
        self.ensure_one()
        company = self.company_id.sudo()
        if (
            self.move_type != "out_invoice"
            or self.is_late_charge
            or not company.root_id.dunning_invoice_mentions
            or not company._is_french_law()
        ):
            return []
        debtor = self._get_mentioned_debtor()
        regime = debtor.applied_regime_id.with_context(lang=self.env.lang)
        if debtor.applied_debtor_type == "consumer" or not regime:
            return []
        sentences = [
            self._mention_penalties(regime),
            self._mention_compensation(regime),
            self._mention_discount(),
        ]
        return [sentence for sentence in sentences if sentence]

    def _get_mentioned_debtor(self):
        """Return the file of the customer; one never saved where there is none yet."""
        debtors = self.env["collections.debtor"].sudo()
        key = {
            "company_id": self.company_id.id,
            "partner_id": self.commercial_partner_id.id,
        }
        found = debtors.search([(name, "=", value) for name, value in key.items()])
        return found or debtors.new(key)

    def _mention_penalties(self, regime):
        """Return the rate of the penalties: how it changes, and that of the day.

        :rtype: str
        """
        day = self.invoice_date or fields.Date.context_today(self)
        if regime.series and regime.rate_mode == "sliding":
            return self.env._(
                "Late payment penalties: %(rate)s, due without a reminder from the day "
                "after the due date.",
                rate=regime._get_sliding_label(day),
            )
        rate = regime._get_rate_label(day, day)
        return self.env._(
            "Late payment penalties: %(rate)s a year, due without a reminder from the "
            "day after the due date.",
            rate=rate,
        )

    def _mention_compensation(self, regime):
        amount = regime._get_compensation(Decimal(str(self.amount_total)))
        if not amount:
            return ""
        locale = babel_locale_parse(self.env.lang)
        writer = TextWriter(locale, regime.compensation_currency_id.name)
        return self.env._(
            "Fixed compensation for recovery costs in case of late payment: "
            "%(amount)s.",
            amount=writer.amount(amount),
        )

    def _mention_discount(self):
        """Return that there is no discount; what there is, core prints."""
        if self.invoice_payment_term_id.early_discount:
            return ""
        return self.env._("No discount for early payment.")
