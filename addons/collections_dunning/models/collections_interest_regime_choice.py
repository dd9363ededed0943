from odoo import api, models

from ..const import FRENCH_LAW


class CollectionsInterestRegime(models.Model):
    """Which regime a debtor has for want of an own one, and why."""

    _inherit = "collections.interest.regime"

    @api.model
    def _find_regime(self, company, debtor_type):
        """Return the regime of a company's debtors of a type, for want of an own one.

        The company's own regimes come first, then those of its parents, then those of
        its country; a contract comes before the law. A public buyer has those of
        businesses where the country has none for him.

        :param res.company company: the seller.
        :param str debtor_type: see ``const.DEBTOR_TYPES``.
        :rtype: collections.interest.regime
        """
        types = self._get_debtor_types(debtor_type)
        lineage = company._get_dunning_lineage()
        regimes = self.sudo().search(
            [
                ("debtor_type", "in", types),
                ("country_ids", "in", self._get_seller_country(company).ids),
                ("company_id", "in", [False, *lineage.ids]),
            ]
        )
        ranks = {company.id: rank for rank, company in enumerate(lineage)}
        return regimes.sorted(
            lambda regime: (
                types.index(regime.debtor_type),
                ranks.get(regime.company_id.id, len(ranks)),
                not regime.is_contractual,
                regime.sequence,
                regime.id,
            )
        )[:1]

    @api.model
    def _choose_regime(self, company, debtor_type, policy):
        """Return the regime of debtors that have no own one, of a credit policy.

        What the policy says, unless it is for other debtors, or the law has something
        for just these: a contract with businesses is none with public buyers.

        :param res.company company: the seller.
        :param str debtor_type: see ``const.DEBTOR_TYPES``.
        :param collections.credit.policy policy: theirs; may be empty.
        :rtype: collections.interest.regime
        """
        law = self._find_regime(company, debtor_type)
        agreed = policy._get_value("interest_regime_id")
        types = self._get_debtor_types(debtor_type)
        if law:
            types = types[: types.index(law.debtor_type) + 1]
        return agreed if agreed.debtor_type in types else law

    @api.model
    def _get_debtor_types(self, debtor_type):
        """Return the kinds of debtors whose regimes serve a kind, the best first.

        :param str debtor_type: see ``const.DEBTOR_TYPES``.
        :rtype: list(str)
        """
        if debtor_type == "public":
            return ["public", "professional"]
        return [debtor_type]

    @api.model
    def _get_seller_country(self, company):
        """Return the country whose law a company sells under: its own, or its parent's.

        :rtype: res.country, may be empty
        """
        return company.sudo()._get_dunning_lineage().country_id[:1]

    def _is_french_law(self, company):
        """Tell whether French law rules a debt: that of its regime, or the seller's.

        A regime for several countries is the law of the seller, if he is in one.

        :param res.company company: the seller.
        :rtype: bool
        """
        own = self._get_seller_country(company).code
        codes = self.sudo().country_ids.mapped("code")
        if not codes or own in codes:
            codes = [own]
        return any(code in FRENCH_LAW for code in codes)

    def _describe_choice(self, company, debtor_type):
        """Return why this is the regime that :meth:`_find_regime` has found.

        Of an empty recordset: why there is none.

        :param res.company company: the seller.
        :param str debtor_type: see ``const.DEBTOR_TYPES``.
        :rtype: str
        """
        country = self._get_seller_country(company)
        words = {
            "company": self.sudo().company_id.name or company.name,
            "country": country.name,
            "debtors": self._get_debtors_label(self.debtor_type or debtor_type),
            "others": self._get_debtors_label(debtor_type),
        }
        if not country:
            return self.env._(
                "%(company)s has no country: no interest is computed", **words
            )
        if not self:
            return self.env._(
                "None installed for %(country)s, %(debtors)s: no interest is computed",
                **words,
            )
        if self.company_id:
            return self.env._("Regime of %(company)s, %(debtors)s", **words)
        if self.is_contractual:
            return self.env._("Contract, %(debtors)s", **words)
        if self.debtor_type != debtor_type:
            return self.env._(
                "Law of the seller's country (%(country)s), %(debtors)s: none is "
                "installed for %(others)s",
                **words,
            )
        return self.env._(
            "Law of the seller's country (%(country)s), %(debtors)s", **words
        )

    def _get_debtors_label(self, debtor_type):
        """Return a kind of debtors as a sentence names it.

        :param str debtor_type: see ``const.DEBTOR_TYPES``.
        :rtype: str
        """
        return {
            "professional": self.env._("businesses"),
            "public": self.env._("public buyers"),
            "consumer": self.env._("consumers"),
        }[debtor_type]
