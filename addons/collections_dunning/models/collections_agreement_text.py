from odoo import models

from ..tools import creditor_reference


class CollectionsAgreement(models.AbstractModel):
    """The words that all agreements share, in the language of the context."""

    _inherit = "collections.agreement"

    # === REPORT === #

    def _get_agreement_values(self, records):
        """Return what the report shows of these documents, each in its language.

        :param records: plans or settlement offers.
        :return: by id.
        :rtype: dict(int, dict)
        """
        return {
            record.id: record.sudo()
            .with_context(lang=record._get_agreement_lang())
            ._prepare_agreement()
            for record in records
        }

    def _prepare_agreement(self):
        """Return what one document shows, or the page that proves it.

        :rtype: dict
        """
        self.ensure_one()
        common = {
            "lang": self._get_agreement_lang(),
            "title": self._get_agreement_title(),
            "company": self.company_id,
        }
        fingerprint = self.env.context.get("agreement_fingerprint")
        if fingerprint:
            return {**common, "proof": self._prepare_proof(fingerprint)}
        articles = self._get_agreement_articles()
        return {
            **common,
            "proof": False,
            "subtitle": self._get_agreement_subtitle(),
            "between": self.env._("Between the undersigned:"),
            "parties": self._get_agreement_parties(),
            "agreed": self.env._(
                "who declare to be empowered to sign, the following is agreed:"
            ),
            "articles": [
                {
                    **article,
                    "title": self.env._(
                        "Article %(number)s – %(title)s",
                        number=number,
                        title=article["title"],
                    ),
                }
                for number, article in enumerate(articles, 1)
            ],
            "items": self._get_agreement_items(),
            "schedule": self._get_agreement_schedule(),
            "payment": self._get_agreement_payment(),
            "signatures": self._get_agreement_signatures(),
        }

    def _get_agreement_subtitle(self):
        """Hook: return a line below the title; may be empty."""
        return ""

    def _get_agreement_items(self):
        """Hook: return the table of what is owed: ``heads``, ``rows``, ``totals``."""
        return {}

    def _get_agreement_schedule(self):
        """Hook: return the table of what is paid when: ``heads`` and ``rows``."""
        return {}

    def _get_first_payment(self):
        """Hook: return the amount of the first payment, for the code to scan.

        :rtype: float
        """
        return 0.0

    # === PARTIES === #

    def _get_agreement_parties(self):
        """Return who agrees: role, and the lines that say who that is.

        :rtype: list(dict)
        """
        company = self.company_id
        return [
            {
                "role": self.env._("The Creditor"),
                "lines": self._describe_party(
                    company.partner_id,
                    self._get_agreement_user().partner_id,
                    company.company_registry,
                ),
            },
            {
                "role": self.env._("The Debtor"),
                "lines": self._describe_party(
                    self.partner_id,
                    self.contact_id,
                    self.partner_id.company_registry,
                ),
            },
        ]

    def _describe_party(self, partner, person, registry):
        """Return name, address, numbers and representative of a party.

        :param res.partner partner: the party.
        :param res.partner person: who signs for it; may be unknown.
        :rtype: list(str)
        """
        address = partner._display_address(without_company=True)
        place = ", ".join(line.strip() for line in address.splitlines() if line.strip())
        lines = [partner.name or "", place]
        if registry:
            lines.append(self.env._("Company registry: %(number)s", number=registry))
        if partner.vat:
            lines.append(self.env._("VAT number: %(number)s", number=partner.vat))
        if partner.is_company:
            lines.append(self._describe_representative(person, partner))
        return [line for line in lines if line]

    def _describe_representative(self, person, partner):
        """Return who represents a company, and in which capacity.

        Dots where that is to be written by hand.

        :rtype: str
        """
        known = person and not person.is_company and person != partner
        return self.env._(
            "Represented by %(name)s, acting as %(capacity)s",
            name=(person.name if known else "") or "." * 30,
            capacity=(person.function if known else "") or "." * 30,
        )

    # === ARTICLES OF ALL === #

    def _get_payment_article(self, *more):
        return {
            "key": "payment",
            "title": self.env._("Means of payment"),
            "paragraphs": [
                self.env._(
                    "Payment is made by bank transfer to the account below, quoting "
                    "the reference of this agreement."
                ),
                *more,
            ],
            "block": "payment",
        }

    def _get_note_article(self):
        """Return the particular terms, as a list of no or one article."""
        paragraphs = [part for part in (self.note or "").split("\n") if part.strip()]
        if not paragraphs:
            return []
        title = self.env._("Particular terms")
        return [{"key": "note", "title": title, "paragraphs": paragraphs}]

    def _get_law_article(self):
        """Return the article on law and court.

        Between businesses the creditor's court may be agreed; others keep the one that
        the law gives them.
        """
        company = self.company_id
        if company._is_french_law():
            law = self.env._("French law")
        else:
            law = self.env._(
                "the law of the Creditor's country (%(country)s)",
                country=company.country_id.name or "",
            )
        if self.debtor_id.applied_debtor_type == "professional" and company.city:
            court = self.env._(
                "Any dispute about it is brought before the competent court of the "
                "Creditor's seat, in %(city)s.",
                city=company.city,
            )
        else:
            court = self.env._(
                "Any dispute about it is brought before the court that the law "
                "designates."
            )
        return {
            "key": "law",
            "title": self.env._("Law and court"),
            "paragraphs": [
                self.env._("This agreement is governed by %(law)s.", law=law)
                + " "
                + court
            ],
        }

    def _get_copies_article(self):
        signed = self.env._(
            "Signed electronically, it has the same force as on paper, and each party "
            "receives a copy of it."
        )
        if self.company_id._is_french_law():
            signed = self.env._(
                "Signed electronically, it has the same force as on paper (articles "
                "1366 and 1367 of the French civil code), and each party receives a "
                "copy of it."
            )
        return {
            "key": "copies",
            "title": self.env._("Copies and signature"),
            "paragraphs": [
                self.env._(
                    "This agreement is made in two original copies, one for each party."
                )
                + " "
                + signed
            ],
        }

    # === PAYMENT === #

    def _get_payment_reference(self):
        """Hook: return the reference that payments of this agreement quote.

        :return: an ISO 11649 creditor reference, electronic form.
        :rtype: str
        """
        raise NotImplementedError()

    def _get_agreement_payment(self):
        """Return how to pay: lines, and the code to scan for the first payment.

        :rtype: dict
        """
        account = self.company_id._get_dunning_bank_account()
        number = account.sanitized_acc_number or ""
        holder = account.acc_holder_name or account.partner_id.name or ""
        reference = self._get_payment_reference()
        lines = [
            (self.env._("Beneficiary"), holder),
            (
                self.env._("Account (IBAN)"),
                " ".join(number[i : i + 4] for i in range(0, len(number), 4)),
            ),
            ("BIC", account.bank_bic),
            (
                self.env._("Reference to quote"),
                creditor_reference.format_printed(reference),
            ),
        ]
        amount = self._get_first_payment()
        qr = self.env["report.collections_dunning.dunning_letter_report"]._build_qr(
            account, self.currency_id, amount, reference
        )
        if qr:
            lines.append(
                (self.env._("Code to scan"), self._describe_qr(amount)),
            )
        return {"lines": [line for line in lines if number and line[1]], "qr": qr}

    def _describe_qr(self, amount):
        return self.env._(
            "first payment, %(amount)s", amount=self._get_writer().amount(amount)
        )
