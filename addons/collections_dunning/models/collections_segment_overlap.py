from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionsSegment(models.Model):
    """What the order of the segments means for one of them; its customers."""

    _inherit = "collections.segment"

    debtor_count = fields.Integer(compute="_compute_debtor_count")
    condition_summary = fields.Char(compute="_compute_condition_summary")
    overlap_note = fields.Char(compute="_compute_overlap_note")

    def _compute_debtor_count(self):
        counts = dict(
            self.env["collections.debtor"]._read_group(
                [("segment_id", "in", self.ids)], ["segment_id"], ["__count"]
            )
        )
        for segment in self:
            segment.debtor_count = counts.get(segment, 0)

    @api.depends(
        "condition_ids.figure",
        "condition_ids.operator",
        "condition_ids.value",
        "tag_ids.name",
        "country_ids.name",
        "only_strategic",
    )
    @api.depends_context("lang")
    def _compute_condition_summary(self):
        for segment in self:
            parts = segment.condition_ids.mapped("display_name")
            if segment.only_strategic:
                parts.append(self.env._("Strategic customers"))
            for records in (segment.tag_ids, segment.country_ids):
                if records:
                    parts.append(" / ".join(records.mapped("display_name")))
            segment.condition_summary = " · ".join(parts) or self.env._("Everybody")

    @api.depends(
        "sequence",
        "active",
        "company_id",
        "condition_ids.figure",
        "condition_ids.operator",
        "condition_ids.value",
        "tag_ids",
        "country_ids",
        "only_strategic",
    )
    @api.depends_context("lang")
    def _compute_overlap_note(self):
        """Say who goes elsewhere: the first segment that fits takes a customer."""
        segments = self.search([])  # pylint: disable=no-search-all
        for segment in self:
            above = segments.filtered(
                lambda other, segment=segment: (
                    other._is_above(segment) and other._may_share(segment)
                )
            )
            segment.overlap_note = segment._describe_overlap(above)

    def _describe_overlap(self, above):
        """Return the words about the segments above that share customers with this."""
        if not self.active or not above:
            return False
        greedy = above.filtered(lambda other: other._takes_all_of(self))[:1]
        if greedy:
            return self.env._(
                "Nobody gets here: “%(segment)s” stands above and takes everybody.",
                segment=greedy.name,
            )
        return self.env._(
            "The first segment that fits takes a customer. Above this one: "
            "%(segments)s. Whoever fits one of these too goes there.",
            segments=", ".join(
                self.env._("“%(name)s”", name=name) for name in above.mapped("name")
            ),
        )

    def _is_above(self, other):
        """Tell whether this segment is tried before another one.

        :rtype: bool
        """
        self.ensure_one()
        place = (other.sequence, other._origin.id or float("inf"))
        return self != other._origin and (self.sequence, self.id) < place

    def _takes_all_of(self, other):
        """Tell whether this segment leaves nobody for one below.

        :rtype: bool
        """
        self.ensure_one()
        if self.company_id and self.company_id not in other.company_id.parent_ids:
            return False
        return not (
            self.condition_ids
            or self.tag_ids
            or self.country_ids
            or self.only_strategic
        )

    def _may_share(self, other):
        """Tell whether a customer may fit this segment and another one.

        Not when they are of different companies, nor when what one asks for
        contradicts what the other does.

        :rtype: bool
        """
        self.ensure_one()
        lineages = self.company_id.parent_ids, other.company_id.parent_ids
        if self.company_id and other.company_id:
            if self.company_id not in lineages[1] and (
                other.company_id not in lineages[0]
            ):
                return False
        if self.country_ids and other.country_ids:
            if not self.country_ids & other.country_ids._origin:
                return False
        return not self._has_contradiction(self.condition_ids | other.condition_ids)

    @api.model
    def _has_contradiction(self, conditions):
        """Tell whether no figures can meet all these conditions.

        :rtype: bool
        """
        for bounds in conditions.grouped("figure").values():
            values = {
                operator: some.mapped("value")
                for operator, some in bounds.grouped("operator").items()
            }
            if max(values.get("at_least", [float("-inf")])) > min(
                values.get("at_most", [float("inf")])
            ):
                return True
        return False

    # === CRUD METHODS === #

    def write(self, vals):
        """Who is pinned to a segment keeps it: it can't be archived from under him."""
        if vals.get("active") is False:
            self._check_nobody_pinned()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pinned(self):
        self._check_nobody_pinned()

    def _check_nobody_pinned(self):
        """Refuse while customers are pinned to one of these segments.

        :raise UserError: says how many.
        """
        count = (
            self.env["collections.debtor"]
            .sudo()
            .search_count(
                [("segment_id", "in", self.ids), ("segment_pinned", "=", True)]
            )
        )
        if count:
            raise UserError(
                self.env._(
                    "%(count)s customers are pinned to this segment: release them "
                    "first.",
                    count=count,
                )
            )

    # === ACTION METHODS === #

    def action_open_customers(self):
        """Open the customers of this segment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "collections_dunning.collections_debtor_action"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("segment_id", "=", self.id)],
            "context": {},
        }

    @api.model
    def action_sort_customers(self):
        """Sort the customers of the user's companies now, as every night.

        :raise AccessError: when the user is no Credit Manager.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_credit_manager()
        for company in self.env.companies:
            self.sudo()._sort_customers(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
