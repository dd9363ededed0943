from textwrap import wrap

from babel.numbers import format_decimal

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse

from ..tools import creditor_reference
from ..tools.text_writer import TextWriter
from .dunning_letter_report import ADDRESS_WIDTH, _use_known_spaces


class CollectionsStatementReport(models.AbstractModel):
    """What the statement of account shows on paper, read for all debtors at once."""

    _name = "report.collections_dunning.collections_statement_report"
    _description = "Statement of Account"

    @api.model
    def _get_report_values(self, docids, data=None):
        debtors = self.env["collections.debtor"].browse(docids)
        statements = debtors._get_statements()
        return {
            "doc_ids": docids,
            "doc_model": "collections.debtor",
            "docs": debtors,
            "statements": {
                debtor.id: self._get_statement(debtor, statements[debtor.id])
                for debtor in debtors
            },
            "report_type": (data or {}).get("report_type", "html"),
        }

    def _get_statement(self, debtor, blocks):
        """Return what one statement shows, in the language of its reader.

        :param collections.debtor debtor: whose statement it is.
        :param list(dict) blocks: one for each currency.
        :rtype: dict
        """
        lang = debtor._get_statement_lang()
        debtor = debtor.with_context(lang=lang)
        locale = babel_locale_parse(lang)
        today = TextWriter(locale, "EUR").date(fields.Date.context_today(debtor))
        user = debtor.applied_responsible_id.sudo()
        return {
            "lang": lang,
            "labels": debtor._get_statement_labels(),
            "address": self._get_address_lines(debtor),
            "today": today,
            "place_and_date": self._get_place_and_date(debtor, today),
            "user": user,
            "blocks": [self._prepare_block(block, locale) for block in blocks],
            "payment": self._get_payment_lines(debtor),
        }

    def _prepare_block(self, block, locale):
        """Return the items of one currency by section, and how amounts are written.

        Columns of figures go without the currency: eight of them fit on the page.
        """
        writer = TextWriter(locale, block["currency"].name)
        decimals = "0" * block["currency"].decimal_places
        pattern = f"#,##0.{decimals}" if decimals else "#,##0"
        return {
            **block,
            "sections": [
                (name, [item for item in block["items"] if item["section"] == name])
                for name in block["amounts"]
            ],
            "write": lambda amount: _use_known_spaces(writer.amount(amount)),
            "number": lambda amount: _use_known_spaces(
                format_decimal(amount, pattern, locale)
            ),
        }

    def _get_place_and_date(self, debtor, today):
        place = debtor.company_id.city
        if not place:
            return today
        return debtor.env._("%(place)s, %(date)s", place=place, date=today)

    def _get_address_lines(self, debtor):
        """Return the address as it stands in the window of the envelope."""
        recipient = (debtor.contact_id or debtor.partner_id).sudo()
        customer = debtor.partner_id
        lines = wrap(customer.name or "", ADDRESS_WIDTH)[:2]
        if recipient.name and recipient.name != customer.name:
            lines.append(recipient.name)
        letter = self.env["report.collections_dunning.dunning_letter_report"]
        return lines + letter._get_postal_lines(debtor, recipient)

    def _get_payment_lines(self, debtor):
        """Return how to pay: label and value; empty without a bank account."""
        account = debtor.company_id._get_dunning_bank_account().sudo()
        number = account.sanitized_acc_number
        if not number:
            return []
        reference = creditor_reference.format_printed(debtor._get_statement_reference())
        lines = [
            (
                debtor.env._("Beneficiary"),
                account.acc_holder_name or account.partner_id.name,
            ),
            (
                debtor.env._("Account (IBAN)"),
                " ".join(number[i : i + 4] for i in range(0, len(number), 4)),
            ),
            ("BIC", account.bank_bic),
            (debtor.env._("Reference to quote"), reference),
        ]
        return [line for line in lines if line[1]]
