from odoo import models

# An arrangement about what may not be paid any more has no effect.
LIVE_OFFERS = ("draft", "offered", "accepted")


class CollectionsInsolvency(models.Model):
    """What proceedings stop: items are held, arrangements end."""

    _inherit = "collections.insolvency"

    def _get_holds(self):
        """Return what these proceedings hold or held.

        :rtype: dunning.hold
        """
        return self.env["dunning.hold"]._find_by_origin(self)

    def _stop(self, items):
        """Hold what was born before; end what was arranged about these items.

        :param collections.insolvency.item items: of these proceedings, whose birth
            was found or decided just now.
        """
        by_record = items.grouped("insolvency_id")
        for record in self & items.insolvency_id:
            ended = record._end_arrangements(by_record[record])
            if ended:
                record._log_on_debtor(
                    self.env._("Ended: %(names)s.", names=", ".join(ended))
                )
        self._apply_holds()

    def _apply_holds(self):
        """Hold each item as far as it was born before the judgment, no other.

        From the day of the judgment on, without an end: interest stops there, too.
        """
        holds = self._get_holds()
        missing = []
        for record in self:
            own = holds.filtered(lambda hold, rec=record: hold.origin_id == rec.id)
            by_item = own.grouped("move_line_id")
            for item in record.item_ids:
                hold = by_item.get(item.move_line_id, own.browse())
                vals = item._prepare_hold()
                if not vals:
                    hold.unlink()
                elif not hold:
                    missing.append(vals)
                elif any(hold[key] != vals[key] for key in ("amount", "date_from")):
                    hold.write({key: vals[key] for key in ("amount", "date_from")})
        holds.create(missing)

    def _withdraw_queued(self):
        """Send nothing more as if the customer could pay: the next run says what is.

        Later claims go on under their own procedure, with a copy to whom the court
        appointed.
        """
        for record in self:
            queued = record.debtor_id.notice_ids.filtered(lambda n: n.state == "queued")
            queued._set_state("cancelled", error=record._describe_start([]))

    def _end_arrangements(self, items):
        """End the promises, plans and offers about what was born before the judgment.

        :param collections.insolvency.item items: those that were listed anew, or that
            somebody decided about.
        :return: the names of those the customer knew of.
        :rtype: list(str)
        """
        self.ensure_one()
        lines = items.filtered(lambda i: i.birth != "after").move_line_id
        debtor = self.debtor_id
        promises = debtor.promise_ids.filtered(
            lambda promise: promise.state == "open" and promise.item_ids & lines
        )
        plans = debtor.plan_ids.filtered(
            lambda plan: plan.line_ids.move_line_id & lines
        )
        drafts = plans.filtered(lambda plan: plan.state in ("draft", "proposed"))
        agreed = plans.filtered(lambda plan: plan.state in ("accepted", "late"))
        offers = debtor.settlement_ids.filtered(
            lambda offer: offer.state in LIVE_OFFERS and offer.item_ids & lines
        )
        names = [
            record.display_name for record in (*promises, *drafts, *agreed, *offers)
        ]
        promises._close("cancelled")
        drafts._end("cancelled")
        agreed._end("broken")
        offers._close("cancelled")
        return names
