from odoo import fields, models
from odoo.tools import SQL

from ..const import FRENCH_LAW

# Regulation (EC) No 1896/2006 does not bind Denmark.
NO_EUROPEAN_ORDER = ("DK",)


class DunningNotice(models.Model):
    """What texts can show of interest, compensation and the law behind them."""

    _inherit = "dunning.notice"

    # === THE LAW === #

    def _get_legal_bases(self):
        """Return the legal bases of these notices in the languages they are written in.

        Reading a translated field falls back to English in silence; what is stored is
        read here, so that a notice never mixes two languages.

        :return: basis of the interest and of the compensation, by (regime id,
            language).
        :rtype: dict(tuple, tuple)
        """
        regimes = self.env["collections.interest.regime"].union(
            *(notice._get_interest_regime() for notice in self)
        )
        regimes.flush_recordset(["legal_basis", "compensation_basis"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, coalesce(legal_basis, '{}'),
                       coalesce(compensation_basis, '{}')
                  FROM collections_interest_regime
                 WHERE id = ANY(%s)
                """,
                regimes.ids,
            )
        )
        return {
            (regime_id, lang): (interest.get(lang) or "", compensation.get(lang) or "")
            for regime_id, interest, compensation in rows
            for lang in interest.keys() | compensation.keys()
        }

    def _get_interest_regime(self):
        """Return the regime that was applied, else the one that would be.

        :rtype: collections.interest.regime
        """
        self.ensure_one()
        return self.interest_regime_id or self.debtor_id.applied_regime_id

    def _is_french_law(self):
        """Tell whether French law rules the debt: that of the regime, or the seller's.

        :rtype: bool
        """
        return self._get_interest_regime()._is_french_law(self.company_id)

    def _get_party_countries(self):
        """Return the codes of the countries of customer and seller, if known.

        The French overseas departments count as France.

        :rtype: list(str)
        """
        seller = self.env["collections.interest.regime"]._get_seller_country(
            self.company_id
        )
        codes = (self.partner_id.country_id.code, seller.code)
        return ["FR" if code in FRENCH_LAW else code for code in codes]

    def _is_abroad(self):
        """Tell whether the customer is in another country than the seller.

        The French overseas departments are not abroad.

        :rtype: bool
        """
        customer, seller = self._get_party_countries()
        return bool(customer and seller) and customer != seller

    def _has_european_order(self, union):
        """Tell whether the creditor can have a European order for payment.

        Both are in different member states (article 3 of Regulation (EC)
        No 1896/2006); it does not bind Denmark.

        :param list union: codes of the member states.
        :rtype: bool
        """
        return self._is_abroad() and all(
            code in union and code not in NO_EUROPEAN_ORDER
            for code in self._get_party_countries()
        )

    def _get_audience(self):
        """Return for whom a text of this notice has to be.

        :return: see ``const.AUDIENCES``; None: a business at home.
        :rtype: str
        """
        self.ensure_one()
        kind = self.debtor_id.applied_debtor_type
        if kind in ("public", "consumer"):
            return kind
        return "export" if self._is_abroad() else None

    def _get_law_values(self, union):
        kind = self.debtor_id.applied_debtor_type
        french = self._is_french_law()
        return {
            "fr": french,
            "fr_b2b": french and kind == "professional",
            "professional": kind == "professional",
            "public": kind == "public",
            "consumer": kind == "consumer",
            "export": self._is_abroad(),
            "eu_order": self._has_european_order(union),
        }

    # === THE CHARGES === #

    def _get_charge_values(self, write, bases, rates):
        """Return what texts show of interest, compensation and fee.

        :param TextWriter write: of the notice's language and currency.
        :param dict bases: see :meth:`_get_legal_bases`.
        :param dict rates: rates in words that were asked for before, see
            :meth:`_get_rate_words`; gets those of this notice.
        :rtype: dict
        """
        shown = self.charging != "none"
        interest, daily, compensation = (
            self[name] if shown else 0.0
            for name in ("amount_interest", "daily_interest", "amount_compensation")
        )
        claimed = self._get_charges()
        fee = self.amount_fee if claimed else 0.0
        has_charges = bool(interest or compensation)
        legal_basis, compensation_basis = bases.get(
            (self._get_interest_regime().id, self.lang), ("", "")
        )
        return {
            "shows_charges": self.charging == "show" and has_charges,
            "claims_charges": bool(claimed),
            "waived": self.debtor_id.charging == "waive" and not shown,
            "has_interest": bool(interest),
            "interest_total": write.amount(interest),
            "interest_date": write.date(self.interest_date),
            "rate_label": self._get_rate_words(rates) if interest else "",
            "legal_basis": legal_basis,
            "has_daily": bool(daily),
            "daily_interest": write.amount(daily),
            "has_compensation": bool(compensation),
            "compensation_total": write.amount(compensation),
            "compensation_basis": compensation_basis,
            "has_fee": bool(fee),
            "fee_total": write.amount(fee),
        }

    def _get_rate_words(self, rates):
        """Return the rate of the interest of this notice, in its language.

        Of a rate that is frozen, those of the first late days count.

        :param dict rates: words by regime, language and half-years: read once.
        :rtype: str
        """
        regime = self._get_interest_regime().with_context(lang=self.lang)
        ends = (0,) if regime.rate_mode == "frozen" else (0, -1)
        days = [
            fields.Date.to_date(line.interest_segments[end][key])
            for line in self.line_ids.filtered("interest_segments")
            for end, key in zip(ends, ("from", "to"), strict=False)
        ]
        if not days:
            return ""
        half_year = self.env["collections.interest.rate"]._get_half_year
        key = (regime.id, self.lang, half_year(min(days)), half_year(max(days)))
        if key not in rates:
            rates[key] = regime._get_rate_label(min(days), max(days))
        return rates[key]
