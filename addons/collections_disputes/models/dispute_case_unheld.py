"""What a customer contests by himself and is not held before a person has said so."""

from odoo import api, fields, models
from odoo.exceptions import UserError

# Who contests more at once by a mail is read by a person first.
MAX_HELD_ITEMS = 10
# A formal notice in one of these states has left, or may have.
LEFT_STATES = ("sending", "printed", "in_doubt", "sent")
# Why what a customer contests by mail or in the portal is not held by itself.
UNHELD_REASONS = [
    ("formal", "A formal notice was sent"),
    ("again", "It was disputed before"),
    ("many", "Many invoices at once"),
]


class DisputeCase(models.Model):
    """Nobody stops our dunning again and again by writing a mail.

    A customer's word is enough to hold an item once: what is disputed is not dunned
    (article 1219 of the French civil code asks for a serious objection, and somebody
    judges that within days). It is not when the item was disputed before, when a formal
    notice has been sent (it stands until we withdraw it), nor for a whole ledger. Then
    the case says so and a Collector decides; dunning goes on meanwhile.
    """

    _inherit = "dispute.case"

    has_unheld = fields.Boolean(compute="_compute_has_unheld")

    @api.depends("state", "line_ids.unheld_reason")
    def _compute_has_unheld(self):
        for case in self:
            case.has_unheld = case.is_open and any(
                case.line_ids.mapped("unheld_reason")
            )

    @api.model
    def _get_unheld_reason(self, items):
        """Return why some items are not held by a customer's word alone.

        :param account.move.line items: that he contests.
        :return: a reason of ``UNHELD_REASONS`` by id of the item; others are held.
        :rtype: dict(int, str)
        """
        if len(items) > MAX_HELD_ITEMS:
            return dict.fromkeys(items.ids, "many")
        lines = self.env["dispute.case.line"].sudo()
        before = lines.search([("move_line_id", "in", items.ids)]).move_line_id
        notice_lines = self.env["dunning.notice.line"].sudo()
        formal = notice_lines.search(
            [
                ("move_line_id", "in", items.ids),
                ("level_id.is_formal", "=", True),
                ("notice_id.state", "in", LEFT_STATES),
            ]
        ).move_line_id
        return {
            **dict.fromkeys(before.ids, "again"),
            **dict.fromkeys(formal.ids, "formal"),
        }

    def action_hold(self):
        """Hold what the customer contests: somebody has read it, and it is serious.

        :raise AccessError: when the user is no Collector.
        :raise UserError: when nothing waits for it.
        """
        self.check_access("write")
        self.env["dunning.notice"]._check_collector()
        if any(not case.has_unheld for case in self):
            raise UserError(self.env._("What is disputed is held already."))
        for case in self.sudo():
            case.line_ids.unheld_reason = False
            case.line_ids._hold()
            case._message_log(
                body=self.env._("What is disputed is held, by decision of a person.")
            )
        return True

    def _tell_unheld(self):
        """Have the owner decide whether what was not held by itself is to be."""
        for case in self.filtered("has_unheld"):
            env = case._get_company_env()
            lines = case.line_ids.filtered("unheld_reason")
            reasons = dict(lines._fields["unheld_reason"]._description_selection(env))
            case._call_owner(
                env._(
                    "Hold or not: %(items)s (%(reason)s)",
                    items=", ".join(dict.fromkeys(lines.mapped("move_name"))),
                    reason=reasons[lines[0].unheld_reason],
                )
            )

    def _end_holds(self, is_told):
        """Override: who was told a new date to pay is not dunned before it."""
        if is_told and self.new_date_to_pay:
            holds = self.env["dunning.hold"].sudo()
            unheld = self.line_ids.filtered("unheld_reason")
            # A hold of nothing would be one of all.
            for line in unheld.filtered("amount"):
                line.hold_id = holds.create(line._prepare_hold(line.amount))
        return super()._end_holds(is_told)


class DisputeCaseLine(models.Model):
    _inherit = "dispute.case.line"

    unheld_reason = fields.Selection(
        UNHELD_REASONS,
        string="Not Held",
        readonly=True,
        copy=False,
        help="Why dunning goes on: a customer's word alone does not hold it.",
    )

    def _get_held_amount(self):
        """Override: nothing is held before a person has said so."""
        return None if self.unheld_reason else super()._get_held_amount()

    def _has_moved(self, left):
        """Override: there is no hold to compare with."""
        if not self.unheld_reason or not self.amount:
            return super()._has_moved(left)
        item = self.move_line_id
        return (
            item.parent_state != "posted"
            or self.currency_id.compare_amounts(left[item.id], 0) < 0
        )
