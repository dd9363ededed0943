from odoo import api, fields, models


class DunningNotice(models.Model):
    """What the screens that review notices show beside their fields."""

    _inherit = "dunning.notice"

    item_summary = fields.Char(string="About", compute="_compute_item_summary")
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
