from decimal import Decimal

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..text_fields import TEXT_FIELDS
from .dunning_level_text import TEXTS


class DunningLevelText(models.Model):
    """The preview beside the editor: the text being edited, on a real debtor."""

    _inherit = "dunning.level.text"

    preview_debtor_id = fields.Many2one(
        "collections.debtor",
        string="Preview For",
        compute="_compute_preview_debtor_id",
        readonly=False,
    )
    preview_lang = fields.Selection(
        selection="_get_preview_langs",
        string="Language",
        compute="_compute_preview_lang",
        readonly=False,
        help="In the language you work in, the preview follows what you write; in "
        "another, it shows the translation that is saved.",
    )
    preview_subject = fields.Char(
        string="Subject as Received", compute="_compute_preview"
    )
    preview_body = fields.Text(string="Text as Received", compute="_compute_preview")
    preview_error = fields.Char(compute="_compute_preview")
    preview_note = fields.Char(compute="_compute_preview_note")
    field_help = fields.Html(
        string="Fields", compute="_compute_field_help", sanitize=False
    )

    @api.depends("level_id", "audience")
    def _compute_preview_debtor_id(self):
        """Offer the debtor of the last notice made at this level, or of any.

        Of a text for some customers, one of them where there is one.
        """
        notices = self.env["dunning.notice"]
        debtors = self.env["collections.debtor"]
        for text in self:
            level = text.level_id._origin
            concerned = text._get_audience_domain()
            notice = notices.search([("level_id", "=", level.id)], limit=1)
            notice = notice or notices.search([], limit=1)
            text.preview_debtor_id = (
                notice.debtor_id.filtered_domain(concerned)
                or debtors.search(concerned, limit=1)
                or notice.debtor_id
                or debtors.search([], limit=1)
            )

    def _get_audience_domain(self):
        """Return which debtors the audience of this text is made of.

        :rtype: Domain
        """
        kind = Domain("debtor_type", "=", self.audience)
        if self.audience == "consumer":
            return kind | (
                Domain("debtor_type", "=", False)
                & Domain("partner_id.is_company", "=", False)
                & Domain("partner_id.vat", "=", False)
                & Domain("partner_id.company_registry", "=", False)
            )
        if self.audience == "export":
            own = self.env.company.country_id.ids
            return Domain("partner_id.country_id", "not in", [False, *own])
        return kind if self.audience else Domain.TRUE

    def _compute_preview_lang(self):
        self.preview_lang = self.env.lang or "en_US"

    def _get_preview_langs(self):
        return self.env["res.lang"].get_installed()

    @api.depends(
        "subject",
        "body",
        "tone",
        "audience",
        "level_id",
        "preview_debtor_id",
        "preview_lang",
    )
    def _compute_preview(self):
        notices = self.env["dunning.notice"]
        for text in self:
            result = text._render_preview()
            text.preview_subject = result["subject"]
            text.preview_body = notices._show_sections(result["body"])
            text.preview_error = result["error"]

    @api.depends("tone", "audience", "level_id", "preview_debtor_id")
    def _compute_preview_note(self):
        """Say in which language, and with which text, that debtor is written to."""
        for text in self:
            debtor = text.preview_debtor_id
            notice = self.env["dunning.notice"]
            if debtor and text.level_id:
                debtor.check_access("read")
                notice = text._make_notice_of(debtor.sudo())
            text.preview_note = notice and notice._describe_writing()

    def _compute_field_help(self):
        rows = Markup().join(
            Markup("<div style='break-inside: avoid'><code>%s</code> %s</div>")
            % (name, self.env._(meaning))
            for name, meaning in TEXT_FIELDS.items()
        )
        self.field_help = Markup("<div style='columns: 3 20rem'>%s</div>") % rows

    def _render_preview(self):
        """Render the text being edited as the chosen debtor would receive it.

        :return: see ``dunning.notice._render_text``.
        :rtype: dict
        """
        self.ensure_one()
        debtor = self.preview_debtor_id
        nothing = {"subject": "", "body": "", "error": False}
        if not debtor or not self.level_id:
            return {**nothing, "error": self.env._("Choose a customer.")}
        debtor.check_access("read")  # the values are read without access rules
        notice = self._make_preview_notice(debtor)
        if not notice.line_ids:
            error = self.env._(
                "%(customer)s has no open item: choose another customer.",
                customer=debtor.display_name,
            )
            return {**nothing, "error": error}
        values = notice._get_text_values()[notice.id]
        return notice._render_text(*self._get_preview_source(), values)

    def _get_preview_source(self):
        """Return the subject and body to preview, in the chosen language.

        What was changed in the editor, else what is stored: an editor without a
        translation shows the English text, which must not pass for one.
        """
        level_id = self.level_id._origin.id
        key = (level_id, self.audience or None, self.tone, self.preview_lang)
        stored = self._get_stored_texts(self.level_id).get(key, (None, None))
        if self.preview_lang != (self.env.lang or "en_US"):
            return stored
        return tuple(
            saved if self[name] == self._origin[name] else self[name]
            for name, saved in zip(TEXTS, stored, strict=True)
        )

    def _make_notice_of(self, debtor):
        """Return a notice of this level to ``debtor`` without items, never saved.

        In the debtor's language and tone.

        :rtype: dunning.notice
        """
        contact = debtor.contact_id
        return self.env["dunning.notice"].new(
            {
                "company_id": debtor.company_id.id,
                "debtor_id": debtor.id,
                "partner_id": debtor.partner_id.id,
                "recipient_id": contact.id,
                "responsible_id": debtor.applied_responsible_id.id,
                "currency_id": debtor.currency_id.id,
                "level_id": self.level_id._origin.id,
                "channel": self.level_id.channel,
                "tone": debtor.applied_tone,
                "lang": contact.lang
                or debtor.partner_id.lang
                or debtor.company_id.partner_id.lang
                or "en_US",
            }
        )

    def _make_preview_notice(self, debtor):
        """Return a notice of this level to ``debtor`` as the preview shows it.

        :param collections.debtor debtor: whose open items it lists.
        :rtype: dunning.notice
        """
        items = self._get_preview_items(debtor)
        currency = items[:1].currency_id
        items = items.filtered(lambda item: item.currency_id == currency)
        held = self._get_preview_held(items)
        notice = self._make_notice_of(debtor)
        notice.update(
            {
                "currency_id": currency or debtor.currency_id,
                "tone": self.tone,
                "lang": self.preview_lang,
                **self._prepare_preview_vals(debtor, items, held),
            }
        )
        return notice

    def _prepare_preview_vals(self, debtor, items, held):
        """Return the lines of a preview and what they add up to.

        :param dict held: what is held of the items, by id.
        """
        charging = self._get_preview_charging(debtor)
        today = fields.Date.context_today(self)
        charges = {}
        if charging != "none":
            charges = self.env["collections.interest"]._compute_interest(
                items,
                today,
                {id_: [(None, Decimal(str(part)))] for id_, part in held.items()},
            )
        if any(item.status == "missing_rate" for item in charges.values()):
            charges = {}  # as in a notice: all or nothing
        lines = [
            self._prepare_preview_line_vals(
                item, held.get(item.id, 0.0), charges.get(item.id)
            )
            for item in items
        ]
        lines = [line for line in lines if line["amount_claimed"]]
        return {
            "charging": charging,
            "interest_date": charges and today,
            "amount_claimed": sum(line["amount_claimed"] for line in lines),
            "amount_interest": sum(line["amount_interest"] for line in lines),
            "amount_compensation": sum(line["amount_compensation"] for line in lines),
            "daily_interest": float(sum(item.daily for item in charges.values())),
            "line_ids": [Command.create(line) for line in lines],
        }

    def _get_preview_charging(self, debtor):
        """Return what the level does with interest, if the debtor has no own choice."""
        if self.level_id.charging == "none" or debtor.charging == "waive":
            return "none"
        return debtor.charging or self.level_id.charging

    def _get_preview_items(self, debtor):
        """Return the open items of a debtor that a notice of this level shows.

        Overdue items and credits; of a level before the due date, the items not yet
        due; where there are none, all open items.

        :rtype: account.move.line
        """
        items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", debtor.company_id.id),
                    ("partner_id.commercial_partner_id", "=", debtor.partner_id.id),
                    ("account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ],
                order="date_maturity, id",
            )
        )
        today = fields.Date.context_today(self)
        late = items._filter_late(today)
        if self.level_id.day_offset > 0:
            credits = items.filtered(lambda item: item.amount_residual < 0)
            return (items & (late | credits)) or items
        return (items - late) or items

    def _get_preview_held(self, items):
        """Return what is held of these items today, by item id.

        :rtype: dict(int, float)
        """
        today = fields.Date.context_today(self)
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", items.ids),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ]
            )
        )
        held = {}
        for hold in holds:
            residual = hold.move_line_id.amount_residual_currency
            item_id = hold.move_line_id.id
            total = held.get(item_id, 0.0) + (hold.amount or residual)
            held[item_id] = min(total, residual)
        return held

    def _prepare_preview_line_vals(self, item, held, charges):
        """Return the values of one line.

        :param ItemInterest charges: see ``collections.interest``; None: none.
        """
        residual = item.amount_residual_currency
        return {
            "company_id": item.company_id.id,
            "kind": "1_item" if residual > 0 else "3_credit",
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "move_name": item.move_id.name,
            "invoice_date": item.move_id.invoice_date or item.date,
            "date_maturity": item.date_maturity,
            "currency_id": item.currency_id.id,
            "amount_residual": residual,
            "amount_held": held,
            "amount_claimed": residual - held,
            "amount_interest": float(charges.interest) if charges else 0.0,
            "amount_compensation": float(charges.compensation) if charges else 0.0,
            "interest_segments": [
                segment.as_row() for segment in (charges.segments if charges else ())
            ],
        }
