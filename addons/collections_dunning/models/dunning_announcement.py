from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

# Working days between telling a salesperson and the notice.
NOTICE_DAYS = 2
# An announcement counts so long: later the salesperson is told anew.
VALID_DAYS = 30
# A salesperson's objection holds a customer for so many days at most.
OBJECTION_DAYS = 30


class DunningAnnouncement(models.Model):
    """A notice that a salesperson is told of before it leaves, and may object to.

    The one record of dunning that somebody from sales sees: who is neither a
    Collector nor in accounting has no access to the debtor's file.
    """

    _name = "dunning.announcement"
    _description = "Announced Notice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "partner_id"
    _order = "told_on desc, id desc"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="debtor_id.company_id", store=True, index=True, readonly=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id", readonly=True)
    level_id = fields.Many2one(
        "dunning.level",
        string="Dunning Level",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    level_name = fields.Char(related="level_id.name", string="Level", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Salesperson", required=True, index=True, readonly=True
    )
    about = fields.Char(string="Invoices", readonly=True)
    told_on = fields.Date(required=True, readonly=True)
    leaves_on = fields.Date(
        string="Leaves From",
        required=True,
        readonly=True,
        help="The notice does not leave by itself before this day.",
    )
    objection = fields.Char(string="Why It Should Wait")
    pause_until = fields.Date(help="Dunning goes on after this day.")
    hold_id = fields.Many2one("dunning.hold", readonly=True, index="btree_not_null")
    is_held = fields.Boolean(compute="_compute_is_held", compute_sudo=True)

    @api.depends("hold_id")
    def _compute_is_held(self):
        for announcement in self:
            announcement.is_held = bool(announcement.hold_id)

    # === ACTION METHODS === #

    def action_object(self):
        """Hold the customer, for a reason and a time: a salesperson's objection.

        :raise AccessError: when the user is neither the salesperson nor a Collector.
        :raise UserError: without a reason, or an end within 30 days; when it counts
            no more.
        """
        self.ensure_one()
        self.check_access("write")
        if self.user_id != self.env.user or not self.sudo()._is_salesperson():
            self.env["dunning.notice"]._check_collector()
        self._check_counts()
        if not self.objection or not self.pause_until:
            raise UserError(
                self.env._("Say why the notice should wait, and until when.")
            )
        today = fields.Date.context_today(self)
        last = fields.Date.add(today, days=OBJECTION_DAYS)
        if not today <= self.pause_until <= last:
            raise UserError(
                self.env._(
                    "An objection holds for %(days)s days at most.",
                    days=OBJECTION_DAYS,
                )
            )
        announcement = self.sudo()
        announcement.hold_id = announcement._make_hold()
        announcement.activity_ids.action_feedback(feedback=self.objection)
        return True

    def _is_salesperson(self):
        """Tell whether who was told still is the customer's salesperson.

        :rtype: bool
        """
        self.ensure_one()
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.partner_id.id),
                ("state", "=", "posted"),
                ("invoice_user_id", "=", self.user_id.id),
                ("amount_residual", ">", 0),
            ],
            limit=1,
        )
        return self._get_salesperson(self.debtor_id, moves) == self.user_id

    def _check_counts(self):
        """Refuse an objection to what is over: one announcement, one hold.

        :raise UserError: when somebody objected already, or the notice has left or
            was told of anew.
        """
        if self.is_held:
            raise UserError(self.env._("Somebody has objected already."))
        today = fields.Date.context_today(self)
        current = self.sudo()._get_current(self.sudo().debtor_id, today)
        if self.sudo() not in current.values():
            raise UserError(
                self.env._(
                    "This announcement is over: the notice has left, or you will be "
                    "told anew before it leaves."
                )
            )

    def _make_hold(self):
        """Hold the customer of this announcement until the salesperson's date.

        :rtype: dunning.hold
        """
        return self.env["dunning.hold"].create(
            {
                "debtor_id": self.debtor_id.id,
                "reason": "paused",
                "date_to": self.pause_until,
                "note": self.env._(
                    "Objection of %(name)s: %(reason)s",
                    name=self.env.user.name,
                    reason=self.objection,
                ),
                "origin_model": self._name,
                "origin_id": self.id,
            }
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_salesperson(self, debtor, moves):
        """Return who is told of a notice: the customer's, else the invoices'.

        Nobody, when it is who follows the customer anyway.

        :param collections.debtor debtor: the customer.
        :param account.move moves: what the notice is about.
        :rtype: res.users
        """
        candidates = debtor.partner_id.user_id | moves.invoice_user_id
        user = candidates.filtered(lambda user: user.active and not user.share)[:1]
        return user - debtor.applied_responsible_id

    @api.model
    def _get_current(self, debtors, date):
        """Return the announcements that still count, by customer and level.

        Not those from long ago, nor those whose notice has left since.

        :param collections.debtor debtors: the customers.
        :param date date: the day asked about.
        :rtype: dict(tuple(int, int), dunning.announcement)
        """
        recent = self.search(
            [
                ("debtor_id", "in", debtors.ids),
                ("told_on", ">=", fields.Date.subtract(date, days=VALID_DAYS)),
                ("told_on", "<=", date),
            ],
            order="told_on, id",
        )
        sent = {
            (debtor.id, level.id): last.date()
            for debtor, level, last in self.env["dunning.notice"]._read_group(
                [
                    ("debtor_id", "in", recent.debtor_id.ids),
                    ("level_id", "in", recent.level_id.ids),
                    ("state", "=", "sent"),
                    ("is_test", "=", False),
                ],
                ["debtor_id", "level_id"],
                ["sent_at:max"],
            )
            if last
        }
        current = {}
        for announcement in recent:
            key = (announcement.debtor_id.id, announcement.level_id.id)
            if key not in sent or sent[key] < announcement.told_on:
                current[key] = announcement
        return current

    # === TELLING === #

    @api.model
    def _announce(self, company, date, groups):
        """Tell the salespersons of notices, each once.

        :param res.company company: whose notices.
        :param date date: day on which they are told.
        :param list(dict) groups: ``debtor_id``, ``level_id``, ``move_ids`` and
            ``leaves_on`` (None: as soon as may be); lowest level first.
        :return: what was told now.
        :rtype: dunning.announcement
        """
        debtors = self.env["collections.debtor"].browse(
            {group["debtor_id"] for group in groups}
        )
        current = self._get_current(debtors, date)
        quiet = {"mail_create_nolog": True, "mail_create_nosubscribe": True}
        announcements = self.with_context(**quiet).create(
            [
                vals
                for group in groups
                if (group["debtor_id"], group["level_id"]) not in current
                and (vals := self._prepare_vals(company, date, group))
            ]
        )
        announcements._schedule_activities()
        return announcements

    @api.model
    def _prepare_vals(self, company, date, group):
        """Return the values of an announcement.

        :param dict group: see :meth:`_announce`.
        :return: None when there is nobody to tell.
        :rtype: dict
        """
        debtor = self.env["collections.debtor"].browse(group["debtor_id"])
        moves = self.env["account.move"].browse(group["move_ids"]).exists()
        user = self._get_salesperson(debtor, moves)
        if not user:
            return None
        earliest = company._add_working_days(date, NOTICE_DAYS)
        return {
            "debtor_id": debtor.id,
            "level_id": group["level_id"],
            "user_id": user.id,
            "about": self._describe(moves, user.lang),
            "told_on": date,
            "leaves_on": max(earliest, group["leaves_on"] or earliest),
        }

    @api.model
    def _describe(self, moves, lang):
        """Return the invoices and what is open of them, in a salesperson's language."""
        env = self.with_context(lang=lang or self.env.lang).env
        amounts = [
            formatLang(env, sum(own.mapped("amount_residual")), currency_obj=currency)
            for currency, own in moves.grouped("currency_id").items()
        ]
        return f"{', '.join(moves.mapped('name'))}: {' + '.join(amounts)}"

    def _schedule_activities(self):
        """Schedule one activity for each customer, on the gravest announcement.

        The lowest level comes first. Without an e-mail about each.
        """
        gravest = {
            (announcement.debtor_id, announcement.user_id): announcement
            for announcement in self
        }
        for announcement in gravest.values():
            lang = announcement.user_id.lang or self.env.lang
            env = announcement.with_context(lang=lang).env
            announcement.with_context(
                lang=lang, mail_activity_quick_update=True
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=announcement.told_on,
                user_id=announcement.user_id.id,
                summary=env._(
                    "%(level)s to %(customer)s leaves from %(date)s",
                    level=announcement.with_context(lang=lang).level_name,
                    customer=announcement.partner_id.name,
                    date=format_date(env, announcement.leaves_on),
                ),
                note=env._(
                    "Nothing to do if you agree. If you know why it should wait, open "
                    "this and object: with a reason and an end."
                ),
            )
