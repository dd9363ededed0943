from markupsafe import Markup

from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse

from ..tools.text_writer import TextWriter


class CollectionsInterestCharge(models.Model):
    """The words of a charge invoice, in the language of the environment."""

    _inherit = "collections.interest.charge"

    def _get_number(self, item):
        """Return the number of a late invoice, as its customer knows it."""
        move = item.move_id
        return move.name if move.is_invoice() else item.name or move.ref or move.name

    def _describe_segments(self, item, segments, due):
        """Return how the interest of an item is computed, line by line.

        :param date due: last day on which it was not late.
        :rtype: list(str)
        """
        writer = TextWriter(babel_locale_parse(self.env.lang), item.currency_id.name)
        regimes = self.env["collections.interest.regime"]
        texts = [
            self.env._(
                "Late interest on invoice %(number)s, due on %(due)s",
                number=self._get_number(item),
                due=format_date(self.env, due),
            )
        ]
        for segment in segments:
            texts.append(
                self.env._(
                    "%(first)s – %(last)s: %(principal)s × %(rate)s × %(days)s days",
                    first=format_date(self.env, segment.first_day),
                    last=format_date(self.env, segment.last_day),
                    principal=writer.amount(segment.principal),
                    rate=regimes._format_percent(segment.rate),
                    days=segment.days,
                )
            )
        return texts

    def _describe_compensation(self, item):
        return self.env._(
            "Fixed compensation for recovery costs, invoice %(number)s",
            number=self._get_number(item),
        )

    def _get_narration(self, items, computed):
        """Return the legal basis of what is charged.

        :rtype: Markup
        """
        found = [computed[item.id] for item in items]
        regime = found[0].regime.sudo().with_context(lang=self.env.lang)
        texts = []
        if regime.legal_basis and any(item.interest for item in found):
            texts.append(
                self.env._("Late interest: %(basis)s.", basis=regime.legal_basis)
            )
        if regime.compensation_basis and any(item.compensation for item in found):
            texts.append(
                self.env._(
                    "Compensation for recovery costs: %(basis)s.",
                    basis=regime.compensation_basis,
                )
            )
        if items.company_id.country_id in self.env.ref("base.europe").country_ids:
            texts.append(self.env._("Outside the scope of VAT."))
        return Markup("<br/>").join(texts)
