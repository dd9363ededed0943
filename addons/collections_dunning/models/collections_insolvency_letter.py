from odoo import fields, models
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter


class CollectionsInsolvency(models.Model):
    """The words and tables of the declaration of claim, in the court's language."""

    _inherit = "collections.insolvency"

    def _get_claim_values(self):
        """Return what the declaration shows; call it in the language of the paper.

        Its contents: articles L622-25 and R622-23 of the French commercial code.

        :rtype: dict
        """
        self.ensure_one()
        record = self.sudo()
        lines = record._get_claim_lines()
        writer = record._get_claim_writer()
        sums = record._sum_claim(lines)
        labels = record._get_claim_labels()
        rows = {
            name: (labels[name], writer.amount(amount))
            for name, amount in sums.items()
            if amount or name == "total"
        }
        total = rows.pop("total")
        return {
            "address": record._get_claim_address(),
            "reference": record._get_claim_reference(writer),
            "place_and_date": record._get_claim_place_and_date(writer),
            "subject": self.env._("Declaration of claim"),
            "opening": record._get_claim_opening(writer),
            "sums": list(rows.values()),
            "total": total,
            "paragraphs": record._get_claim_paragraphs(writer, lines, sums["total"]),
            "annexes": record._get_claim_annexes(lines),
            "signature": record._get_claim_signature(),
            "table": {
                **record._get_claim_table(lines),
                "totals": [total],
            },
            "computation": record._get_claim_computation(lines, rows),
        }

    # === THE LETTER === #

    def _get_claim_locale(self):
        return babel_locale_parse(self._get_claim_lang())

    def _get_claim_writer(self, currency=None):
        """Return what writes dates, and amounts of a currency: the company's."""
        name = (currency or self.currency_id).name
        return TextWriter(self._get_claim_locale(), name)

    def _get_claim_address(self):
        """Return the address of whom the claim is declared to, for the window."""
        partner = self.trustee_id
        if not partner:
            return [self.env._("To the creditors' representative")]
        letter = self.env["report.collections_dunning.dunning_letter_report"]
        lines = [partner.commercial_partner_id.name or ""]
        if partner.name and partner != partner.commercial_partner_id:
            lines.append(partner.name)
        return lines + letter._get_postal_lines(self, partner)

    def _get_claim_reference(self, writer):
        """Return the facts of the proceedings: label and value."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        rows = [
            (self.env._("Insolvent debtor"), self.partner_id.name),
            (self.env._("Proceedings"), kinds[self.kind]),
            (self.env._("Court"), self.court),
            (self.env._("Number"), self.case_number),
            (self.env._("Judgment"), writer.date(self.judgment_date)),
            (self.env._("BODACC"), writer.date(self.publication_date)),
        ]
        return [row for row in rows if row[1]]

    def _get_claim_place_and_date(self, writer):
        today = writer.date(self.declared_on or fields.Date.context_today(self))
        place = self.company_id.city
        if not place:
            return today
        return self.env._("%(place)s, %(date)s", place=place, date=today)

    def _get_claim_opening(self, writer):
        """Return who declares, against whom.

        :rtype: list(str)
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        court = self.court or self.env._("the competent court")
        return [
            self.env._(
                "By judgment of %(day)s, %(court)s opened %(kind)s proceedings against "
                "%(debtor)s.",
                day=writer.date(self.judgment_date),
                court=court,
                kind=kinds[self.kind].lower(),
                debtor=self._describe_party(self.partner_id),
            ),
            self.env._(
                "The creditor, %(creditor)s, declares the following claim, born before "
                "the judgment (article L. 622-24 of the French commercial code):",
                creditor=self._describe_party(self.company_id.partner_id),
            ),
        ]

    def _describe_party(self, partner):
        """Return name, address and number of a party, in a sentence.

        :rtype: str
        """
        place = " ".join(filter(None, [partner.zip, partner.city]))
        parts = [partner.name, partner.street, partner.street2, place]
        if partner.company_registry:
            parts.append(
                self.env._("company ID %(number)s", number=partner.company_registry)
            )
        return ", ".join(filter(None, parts))

    def _sum_claim(self, lines):
        """Return the sums of the claim in the company's currency.

        Separately what was due at the judgment and what falls due later (article
        L622-25 of the commercial code).

        :return: by ``due``, ``later``, ``credit``, ``interest``, ``compensation`` and
            ``total``.
        :rtype: dict(str, float)
        """

        def add_up(name, chosen):
            return self.currency_id.round(
                sum(self._to_company_currency(li, getattr(li, name)) for li in chosen)
            )

        debts = [line for line in lines if line.principal > 0]
        sums = {
            "due": add_up("principal", [line for line in debts if line.is_due]),
            "later": add_up("principal", [line for line in debts if not line.is_due]),
            "credit": add_up("principal", [li for li in lines if li.principal < 0]),
            "interest": add_up("interest", lines),
            "compensation": add_up("compensation", lines),
        }
        return {**sums, "total": self.currency_id.round(sum(sums.values()))}

    def _get_claim_labels(self):
        """Return how the declaration names its sums."""
        return {
            "due": self.env._("Principal due on the day of the judgment"),
            "later": self.env._("Principal that falls due later"),
            "credit": self.env._("Credits and payments before the judgment, deducted"),
            "interest": self.env._("Late interest up to the judgment"),
            "compensation": self.env._("Fixed compensation for recovery costs"),
            "total": self.env._("Total declared"),
        }

    def _get_claim_paragraphs(self, writer, lines, total):
        """Return what follows the sums.

        :rtype: list(str)
        """
        words = writer.amount_words(total)
        paragraphs = []
        if words:
            paragraphs.append(self.env._("That is: %(words)s.", words=words))
        paragraphs += [self._get_claim_origin(lines), self._get_claim_rank()]
        if self.has_retention_of_title:
            paragraphs.append(
                self.env._(
                    "Goods were sold with retention of title until they are paid in "
                    "full. The creditor reserves the right to reclaim those that still "
                    "exist in kind, within the time of article L. 624-9 of the "
                    "commercial code."
                )
            )
        paragraphs += self._get_claim_interest_words(lines)
        if any(line.item.currency_id != self.currency_id for line in lines):
            paragraphs.append(
                self.env._(
                    "Claims in another currency are converted at the rate of the day "
                    "of the judgment (article L. 622-25 of the commercial code)."
                )
            )
        paragraphs.append(
            self.env._(
                "The creditor certifies that the claim declared is sincere (article "
                "L. 622-25 of the commercial code), and asks you to acknowledge this "
                "declaration."
            )
        )
        return paragraphs

    def _get_claim_origin(self, lines):
        count = len({line.item.move_id for line in lines if line.principal > 0})
        if count == 1:
            return self.env._(
                "It arises from deliveries or services of which the invoice is listed "
                "in the annex."
            )
        return self.env._(
            "It arises from deliveries or services of which the %(count)s invoices are "
            "listed in the annex.",
            count=count,
        )

    def _get_claim_interest_words(self, lines):
        """Return at which rate interest was computed, and until when."""
        texts = {}
        for line in lines:
            if line.segments:
                regime = line.regime.with_context(lang=self.env.lang)
                texts.setdefault(regime, []).extend(line.segments)
        paragraphs = []
        for regime, segments in texts.items():
            rate = regime._get_rate_label(
                min(segment.first_day for segment in segments),
                max(segment.last_day for segment in segments),
            )
            paragraphs.append(
                self.env._(
                    "Late interest is computed at the yearly rate of "
                    "%(rate)s%(basis)s. The judgment stops its course (article "
                    "L. 622-28 of the commercial code): the computation is in the "
                    "annex.",
                    rate=rate,
                    basis=f" ({regime.legal_basis})" if regime.legal_basis else "",
                )
            )
        return paragraphs

    def _get_claim_annexes(self, lines):
        annexes = [self.env._("list of the claims")]
        if any(line.segments for line in lines):
            annexes.append(self.env._("computation of the interest"))
        return [*annexes, self.env._("copies of the invoices")]

    def _get_claim_signature(self):
        user = self.user_id
        return list(
            filter(
                None,
                [self.company_id.name, user.name, user.partner_id.function],
            )
        )
