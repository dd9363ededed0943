from odoo import api, fields, models
from odoo.tools import formatLang


class DunningNotice(models.Model):
    """What the screens that review notices show beside their fields."""

    _inherit = "dunning.notice"

    is_simulation = fields.Boolean(related="run_id.is_simulation")
    item_summary = fields.Char(string="About", compute="_compute_item_summary")
    review_note = fields.Char(string="What to Look At", compute="_compute_review_note")
    lang_name = fields.Char(string="Written In", compute="_compute_lang_name")
    message_html = fields.Html(
        string="Message",
        compute="_compute_message_html",
        help="The message as it will arrive, or as it left.",
    )

    @api.depends("line_ids.kind", "line_ids.days_late")
    def _compute_item_summary(self):
        groups = self.env["dunning.notice.line"]._read_group(
            [("notice_id", "in", self.ids), ("kind", "=", "1_item")],
            ["notice_id"],
            ["__count", "days_late:max"],
        )
        figures = {notice.id: values for notice, *values in groups}
        for notice in self:
            count, days = figures.get(notice._origin.id, (0, 0))
            notice.item_summary = self._describe_items(count, days)

    def _describe_items(self, count, days):
        """Return how many items there are and how late the oldest is."""
        if days <= 0:
            return self.env._("%(count)s not due", count=count)
        if count == 1:
            return self.env._("1 item, %(days)s days late", days=days)
        return self.env._(
            "%(count)s items, up to %(days)s days late", count=count, days=days
        )

    @api.depends("review_reason")
    def _compute_review_note(self):
        for notice in self:
            reason = notice.review_reason
            notice.review_note = reason and notice._get_review_notes()[reason]

    def _get_review_notes(self):
        """Return what there is to look at, in a sentence for each reason.

        :rtype: dict(str, str)
        """
        self.ensure_one()
        env = self.env
        company = self.company_id.root_id
        limit = formatLang(
            env, company.dunning_review_amount, currency_obj=company.currency_id
        )
        return {
            "no_recipient": env._(
                "Nobody can receive it: mend the customer's address, or choose "
                "another channel."
            ),
            "first_formal": env._("The first formal notice to this customer."),
            "late_for_once": env._(
                "This customer usually pays better: should a formal notice leave?"
            ),
            "foreign_credit": env._(
                "The customer has a credit in another currency: allocate it first?"
            ),
            "recent_receipt": env._(
                "The customer paid something in the last 10 days: is the receipt "
                "allocated as it was meant?"
            ),
            "open_credit": env._(
                "The customer has a credit that is not allocated: allocate it first?"
            ),
            "after_pause": env._(
                "A pause has ended, and somebody is to look before anything is sent."
            ),
            "new_procedure": env._(
                "The procedure changed since the last notice: is this level right?"
            ),
            "address_refused": env._(
                "The usual address returned a message: another one is used."
            ),
            "new_recipient": env._(
                "%(name)s was never written to about this customer.",
                name=self.recipient_id.name or "",
            ),
            "missing_copy": self._describe_missing_copy(),
            "missing_rate": env._(
                "A rate of its late interest is missing: it leaves without interest, "
                "unless somebody enters the rate first."
            ),
            "missing_deposit": env._(
                "The deposit date of an invoice is not recorded: its interest is "
                "counted from the due date in the books."
            ),
            "firmer_tone": env._("Firmer in tone than the last notice."),
            "strategic": env._("A strategic customer."),
            "large_amount": env._("%(amount)s or more is claimed.", amount=limit),
            "slow_period": env._(
                "Few people are at work these days: should a formal notice wait?"
            ),
        }

    @api.depends("lang")
    def _compute_lang_name(self):
        languages = self.env["res.lang"]
        for notice in self:
            notice.lang_name = languages._get_data(code=notice.lang).name

    @api.depends("preview_subject", "preview_body")
    def _compute_message_html(self):
        texts = self.filtered(lambda notice: not notice.body)._render_texts()
        for notice in self:
            text = texts.get(notice.id) or {
                "subject": notice.subject,
                "body": notice.body,
            }
            notice.message_html = (
                notice.sudo()._prepare_content(text)["html"] if text["body"] else ""
            )
