from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import SEGMENT_FIGURES, SEGMENT_OPERATORS


class CollectionsSegmentCondition(models.Model):
    """One bound of one figure; all of a segment hold for its customers."""

    _name = "collections.segment.condition"
    _description = "Condition of a Segment"
    _order = "segment_id, id"

    segment_id = fields.Many2one(
        "collections.segment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="segment_id.company_id", store=True, index=True
    )
    figure = fields.Selection(
        SEGMENT_FIGURES,
        required=True,
        help="Of the last 12 months. A figure that is not known of a customer fits no "
        "condition.",
    )
    operator = fields.Selection(SEGMENT_OPERATORS, required=True, default="at_least")
    value = fields.Float(
        required=True,
        digits=(16, 2),
        help="Amounts are in the currency of the customer's company.",
    )

    @api.depends("figure", "operator", "value")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["figure"]._description_selection(self.env))
        signs = {"at_least": "≥", "at_most": "≤"}
        for condition in self:
            condition.display_name = " ".join(
                [
                    labels.get(condition.figure, ""),
                    signs.get(condition.operator, ""),
                    f"{condition.value:g}",
                ]
            )

    @api.constrains("segment_id", "figure", "operator", "value")
    def _check_contradiction(self):
        """Refuse bounds that nobody can meet."""
        for segment in self.segment_id:
            if segment._has_contradiction(segment.condition_ids):
                raise ValidationError(
                    self.env._(
                        "Nobody can fit “%(segment)s”: two of its conditions "
                        "contradict each other.",
                        segment=segment.name,
                    )
                )
