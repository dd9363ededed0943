from textwrap import wrap

from markupsafe import Markup, escape

from odoo import api, models

from ..tools import epc_qr, letter_text

# What the window of the envelope shows.
ADDRESS_LINES = 6
ADDRESS_WIDTH = 44


class DunningLetterReport(models.AbstractModel):
    """What the letter template shows, read for all letters at once."""

    _name = "report.collections_dunning.dunning_letter_report"
    _description = "Dunning Letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        notices = self.env["dunning.notice"].browse(docids)
        values = notices._get_text_values()
        written = notices.filtered("body")
        annexed = notices._get_annexed_invoices()
        texts = {
            **{n.id: {"subject": n.subject, "body": n.body} for n in written},
            **(notices - written)._render_texts(),
        }
        return {
            "doc_ids": docids,
            "doc_model": "dunning.notice",
            "docs": notices,
            "letters": {
                notice.id: self._get_letter(
                    notice.sudo().with_context(lang=notice.lang),
                    values[notice.id],
                    texts[notice.id],
                    annexed[notice.id],
                )
                for notice in notices
            },
            "report_type": (data or {}).get("report_type", "html"),
        }

    def _get_letter(self, notice, values, text, annexed):
        """Return what one letter shows.

        :param dunning.notice notice: in its own language.
        :param dict values: the fields of its text.
        :param dict text: its subject and body.
        :param account.move annexed: invoices whose copies follow.
        :rtype: dict
        """
        body, closing, signature = self._split_body(text["body"], values)
        information = notice.line_ids.filtered(lambda li: li.kind == "4_information")
        coming = notice.line_ids.filtered(lambda li: li.kind == "5_coming")
        write = notice._get_writer()
        computation = notice._prepare_computation()
        return {
            **values,
            "address": self._get_address_lines(notice),
            "place_and_date": self._get_place_and_date(notice, values),
            "subject": text["subject"],
            "sections": [
                (name, name == "text" and self._format_text(notice, part, values))
                for name, part in letter_text.split_sections(body)
            ],
            "closing": self._format_text(notice, closing, values),
            "signature": signature,
            "lines": notice.line_ids - information - coming,
            "information": information,
            # A formal notice is about what is overdue.
            "coming": not notice.is_formal and coming,
            "columns": notice._get_charge_columns(),
            "charges": notice._get_charge_rows(),
            "plan": notice._prepare_plan_table(),
            "computation": computation,
            "annexes": self._get_annexes(notice, computation, annexed),
            "plain": _use_known_spaces,
            "write": lambda amount: _use_known_spaces(write.amount(amount)),
            "portal_qr": notice._get_portal_qr(),
            "asks": bool(notice.amount_total),
            "qr": self._get_payment_qr(notice),
        }

    def _get_annexes(self, notice, computation, annexed):
        """Return the names of what follows the letter.

        :rtype: list(str)
        """
        annexes = []
        if computation:
            annexes.append(notice.env._("Computation of the interest"))
        if annexed:
            annexes.append(notice.env._("Copies of the invoices"))
        return annexes

    # === TEXT === #

    def _split_body(self, body, values):
        """Return the text, its last paragraphs, and the lines of whoever signs it.

        The latter two stay together on a page, where a hand signs between them: two
        paragraphs, so that no page holds a mere greeting.

        :rtype: tuple(str, str, list(str))
        """
        names = [name for name in (values["user_name"], values["company_name"]) if name]
        text, _blank, last = body.rpartition("\n\n")
        if text and last.startswith(tuple(names)):
            body, names = text, last.splitlines()
        text, _blank, closing = body.rpartition("\n\n")
        if not text or closing.startswith("["):
            return body, "", names
        before, _blank, last = text.rpartition("\n\n")
        if before and letter_text.split_sections(last)[0] == ("text", last):
            text, closing = before, f"{last}\n\n{closing}"
        return text, closing, names

    def _format_text(self, notice, text, values):
        """Return a plain text as paragraphs, with what must strike the eye in bold.

        In a formal notice the paragraph that claims the total, which grants the
        time; elsewhere the last day to pay.

        :rtype: Markup
        """
        total = _use_known_spaces(values["total_claimed"])
        # An installment that is missing whole is named before it is claimed.
        days = values["deadline_days_words"] if notice.plan_id else ""
        date = escape(values["deadline_date"])
        paragraphs = []
        for paragraph in _use_known_spaces(text).split("\n\n"):
            html = Markup("<br/>").join(paragraph.strip().splitlines())
            if notice.is_formal and total in paragraph and days in paragraph:
                html = Markup("<strong>%s</strong>") % html
            elif date and not notice.is_formal:
                html = html.replace(date, Markup("<strong>%s</strong>") % date)
            paragraphs.append(Markup("<p>%s</p>") % html)
        return Markup("\n").join(paragraphs)

    def _get_place_and_date(self, notice, values):
        place = notice.company_id.city
        date = values["statement_date"]
        if not place:
            return date
        return notice.env._("%(place)s, %(date)s", place=place, date=date)

    # === ADDRESS === #

    def _get_address_lines(self, notice):
        """Return the address as it stands in the window of the envelope.

        :return: six lines at most, the last one in capitals; no country at home.
        :rtype: list(str)
        """
        recipient = notice.recipient_id or notice.partner_id
        company = recipient.commercial_partner_id
        lines = wrap(company.name, ADDRESS_WIDTH)
        if recipient.name and recipient.name != company.name:
            lines.append(recipient.name)
        elif company.is_company and (
            notice.is_formal or notice._is_plan_letter_to_office()
        ):
            lines.append(notice.env._("For the attention of the legal representative"))
        place = self._get_postal_lines(notice, recipient)
        while len(lines) + len(place) > ADDRESS_LINES and len(place) > 2:
            place[:2] = [", ".join(place[:2])]
        return lines[: ADDRESS_LINES - len(place)] + place

    def _get_postal_lines(self, notice, recipient):
        text = recipient._display_address(without_company=True)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        country = recipient.country_id
        if country and country == notice.company_id.country_id:
            lines = [line for line in lines if line != country.name]
        return lines[:-1] + [line.upper() for line in lines[-1:]]

    # === PAYMENT === #

    def _get_payment_qr(self, notice):
        """Return the code to pay a notice with, see :meth:`_build_qr`."""
        return self._build_qr(
            notice.company_id._get_dunning_bank_account(),
            notice.currency_id,
            notice.amount_total,
            notice._get_payment_reference(),
        )

    @api.model
    def _build_qr(self, account, currency, amount, reference):
        """Return the QR code of a transfer as an image for HTML.

        :param res.partner.bank account: of the beneficiary.
        :param str reference: creditor reference, electronic form.
        :return: False without an IBAN, and in another currency than the euro.
        """
        if currency.name != "EUR" or account.acc_type != "iban":
            return False
        holder = account.acc_holder_name or account.partner_id.name or ""
        try:
            payload = epc_qr.build_payload(
                holder[:70],
                account.sanitized_acc_number,
                account.bank_bic,
                amount,
                reference,
            )
        except ValueError:
            return False
        return epc_qr.build_image(payload)


def _use_known_spaces(text):
    """Replace the narrow no-break space: the fonts of letters lack it."""
    return text.replace("\u202f", "\u00a0")
