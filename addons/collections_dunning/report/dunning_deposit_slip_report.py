from odoo import api, models
from odoo.tools.misc import format_date


class DunningDepositSlipReport(models.AbstractModel):
    """What the slip shows with which letters are handed to the post."""

    _name = "report.collections_dunning.dunning_deposit_slip_report"
    _description = "Deposit Slip"

    @api.model
    def _get_report_values(self, docids, data=None):
        letters = self.env["dunning.notice"].browse(docids)._in_envelope_order()
        companies = letters.sudo().grouped("company_id")
        return {
            "doc_ids": docids,
            "doc_model": "dunning.notice",
            "docs": companies,
            "slips": {
                company.id: self._get_slip(company, own)
                for company, own in companies.items()
            },
            "report_type": (data or {}).get("report_type", "html"),
        }

    def _get_slip(self, company, letters):
        """Return what the slip of one company shows.

        :param dunning.notice letters: in the order of their envelopes.
        :rtype: dict
        """
        rows = [
            {
                "position": position,
                "is_registered": letter.channel == "registered_letter",
                "notice": letter.name or "",
                "addressee": self._get_addressee(letter),
                "number": letter.registered_number or "",
            }
            for position, letter in enumerate(letters, 1)
        ]
        registered = [row for row in rows if row["is_registered"]]
        plain = [row for row in rows if not row["is_registered"]]
        return {
            "sender": self._get_sender(company),
            "date": self._get_date(letters),
            "tables": [rows for rows in (registered, plain) if rows],
            "registered_count": len(registered),
            "plain_count": len(plain),
        }

    def _get_date(self, letters):
        """Return the day of the posting, today unless it is known."""
        days = set(letters.mapped("posted_on"))
        known = len(days) == 1 and days.pop()
        env = letters[:1]._get_company_env()
        return format_date(env, known or letters[:1]._get_company_today())

    def _get_sender(self, company):
        """Return the name and address of the sender, line by line."""
        text = company.partner_id._display_address()
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _get_addressee(self, letter):
        """Return the name, and the rest of the address on one line.

        :rtype: tuple(str, str)
        """
        address = letter.printed_address or letter._get_window_address()
        name = letter.recipient_id.commercial_partner_id.name or ""
        # In the window a long name takes several lines.
        flat = address.replace("\n", " ")
        if not flat.startswith(name):
            name = address.split("\n")[0]
        rest = address[len(name) :].strip()
        return name, rest.replace("\n", ", ")
