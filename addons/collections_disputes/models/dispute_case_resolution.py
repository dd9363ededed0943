"""How a case ends by a decision."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, is_html_empty

from odoo.addons.collections_dunning.const import MANAGER

from ..const import (
    CLOSED_STATES,
    DAYS_TO_PAY,
    DEBT_STANDS,
    FOUND_JUSTIFIED,
    MOST_DAYS_TO_PAY,
    OWNER_RESOLUTIONS,
    RESOLUTIONS,
    SIDES,
)


class DisputeCase(models.Model):
    _inherit = "dispute.case"

    # === ACTION METHODS === #

    def action_resolve(
        self,
        resolution,
        cause_id=False,
        side=False,
        answer=False,
        scope="disputed",
        new_date_to_pay=False,
        attachment_ids=(),
    ):
        """End a dispute, and do what its outcome asks for.

        What costs more than the company's limit waits for a Credit Manager. A credit
        note that the user may not post is a draft: the case ends when it is posted.

        :param str resolution: ``credit_note``, ``corrected_invoice``, ``document``,
            ``redone``, ``goodwill``, ``rejected``, ``withdrawn`` or ``paid``.
        :param int cause_id: dispute.cause, why it really arose; required.
        :param str side: ``us``, ``customer``, ``carrier``, ``supplier`` or ``nobody``;
            left out: that of the cause.
        :param str answer: what the customer is told; required when rejected.
        :param str scope: of a credit note: ``disputed`` (amount) or ``invoice``.
        :param date new_date_to_pay: last day to pay when the debt stands; left out: in
            8 days, and not before the due date. Beyond 60 days only a Credit Manager
            may grant it.
        :param list(int) attachment_ids: ir.attachment, sent along with our answer.
        :return: True; False while it waits for an approval or a posting.
        :raise AccessError: when the user may not decide this.
        :raise UserError: says what is missing.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_resolve(resolution)
        cause = self.env["dispute.cause"].browse(cause_id or ()).exists()
        values = {
            "resolution": resolution,
            "cause_id": cause.id,
            "side": side or cause.side,
            "answer": answer or False,
            "scope": scope,
            "new_date_to_pay": fields.Date.to_string(
                fields.Date.to_date(new_date_to_pay or self._get_new_date())
            ),
            "attachment_ids": self._take_attachments(attachment_ids),
        }
        self._check_outcome(values)
        case = self.sudo()
        if case._needs_approval(resolution, scope):
            case._request_approval(values)
            return False
        return case._apply(values)

    def action_reject(self, answer, cause_id=False, side=False, new_date_to_pay=False):
        """Tell the customer that he owes what he disputes, why, and by when.

        That answer is the one message after the stop: nothing is dunned before the new
        date has passed, and then at most the level after the last one sent.

        :param str answer: the grounds.
        :param int cause_id: see :meth:`action_resolve`.
        :param str side: see :meth:`action_resolve`.
        :param date new_date_to_pay: see :meth:`action_resolve`.
        :raise AccessError: when the user is no Collector.
        :raise UserError: without grounds or a root cause.
        """
        return self.action_resolve(
            "rejected",
            cause_id=cause_id,
            side=side,
            answer=answer,
            new_date_to_pay=new_date_to_pay,
        )

    def action_open_resolve(self):
        """Open the dialog that ends this dispute."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve"),
            "res_model": "dispute.resolve",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    # === CHECKS === #

    def _check_may_resolve(self, resolution):
        """Refuse an outcome that is not this user's to decide.

        :raise AccessError: when the user is no Collector, and it is more than what the
            owner of a case has done himself.
        :raise UserError: when there is no such outcome.
        """
        if resolution not in dict(RESOLUTIONS):
            raise UserError(self.env._("There is no such outcome of a dispute."))
        if resolution in OWNER_RESOLUTIONS and self.user_id == self.env.user:
            return
        if not self.env.su and not self.env.user.has_group(
            "collections_dunning.collections_dunning_group_collector"
        ):
            raise AccessError(
                self.env._("Only a Collector can decide that: hand the dispute over.")
            )

    def _check_outcome(self, values):
        """Refuse an outcome that lacks something.

        :param dict values: see :meth:`action_resolve`.
        :raise UserError: says what.
        """
        resolution = values["resolution"]
        if self.state in CLOSED_STATES:
            raise UserError(self.env._("This dispute has ended already."))
        drafts = self.sudo().credit_note_ids.filtered(lambda m: m.state == "draft")
        if self.needs_approval or self.requested_resolution and drafts:
            raise UserError(
                self.env._(
                    "An outcome was chosen already: it waits for its approval, or for "
                    "its credit note to be posted."
                )
            )
        if not values["cause_id"] or values["side"] not in dict(SIDES):
            raise UserError(
                self.env._("Say why the dispute arose, and whose fault it was.")
            )
        if resolution == "rejected" and is_html_empty(values["answer"]):
            raise UserError(self.env._("Say on what grounds it is rejected."))
        if resolution in (*FOUND_JUSTIFIED, "paid") and not self.line_ids:
            raise UserError(self.env._("Say which invoice is disputed."))
        if resolution == "paid":
            self._check_paid()
        if resolution in DEBT_STANDS:
            self._check_new_date(fields.Date.to_date(values["new_date_to_pay"]))

    def _check_paid(self):
        """Refuse to call paid what the books do not show as paid.

        :raise UserError: names the item of which less was paid than is disputed.
        """
        for line in self.sudo().line_ids:
            paid = line._get_paid()
            if line.currency_id.compare_amounts(paid, line.amount) < 0:
                raise UserError(
                    self.env._(
                        "Of %(item)s, %(amount)s is disputed but only %(paid)s was "
                        "paid since: record the payment first.",
                        item=line.move_name,
                        amount=line.currency_id.format(line.amount),
                        paid=line.currency_id.format(paid),
                    )
                )

    def _check_new_date(self, day):
        """Refuse a new date to pay that has passed, or that lets the debt sleep.

        :param date day: last day to pay.
        :raise UserError: when it has passed, or is further away than 60 days (or than
            the due date), unless a Credit Manager grants it.
        """
        today = fields.Date.context_today(self)
        if day < today:
            raise UserError(self.env._("The new date to pay has passed."))
        is_manager = self.env.user.has_group(MANAGER)
        last = max(fields.Date.add(today, days=MOST_DAYS_TO_PAY), self._get_new_date())
        if day > last and not (is_manager or self.env.su):
            raise UserError(
                self.env._(
                    "Only a Credit Manager grants a new date to pay after %(date)s.",
                    date=format_date(self.env, last),
                )
            )

    # === BUSINESS METHODS === #

    def _take_attachments(self, attachment_ids):
        """Make files that somebody has sent along files of this case.

        What he has just uploaded is taken over; files of other records stay there: the
        case gets copies.

        :param list(int) attachment_ids: ir.attachment that the user may read.
        :rtype: list(int)
        """
        files = self.env["ir.attachment"].browse(attachment_ids)
        files.check_access("read")
        own = {"res_model": self._name, "res_id": self.id}
        taken = files.browse()
        for file in files.sudo():
            if self._is_new_upload(file):
                file.write(own)
                taken |= file
            else:
                taken |= file.copy(own)
        return taken.ids

    def _is_new_upload(self, file):
        """Tell whether a file belongs to no record yet, but to this user.

        :param ir.attachment file: as superuser.
        :rtype: bool
        """
        is_loose = not file.res_id or file.res_model == "dispute.resolve"
        return is_loose and not file.res_field and file.create_uid == self.env.user

    def _get_new_date(self):
        """Return the last day to pay that the customer is given when the debt stands.

        :rtype: date
        """
        today = fields.Date.context_today(self)
        due = [day for day in self.sudo().line_ids.mapped("date_maturity") if day]
        return max([fields.Date.add(today, days=DAYS_TO_PAY), *due])

    def _apply(self, values):
        """End this case as was decided.

        :param dict values: see :meth:`action_resolve`.
        :return: whether it has ended; else it waits for its credit note.
        :rtype: bool
        """
        self.ensure_one()
        resolution = values["resolution"]
        if resolution in FOUND_JUSTIFIED:
            return self._give(values)
        names = ("cause_id", "side", "answer", "attachment_ids")
        known = {name: values[name] for name in names}
        if not known["answer"]:
            del known["answer"]
        if resolution in DEBT_STANDS and self.line_ids:
            known["new_date_to_pay"] = values["new_date_to_pay"]
        self._close(resolution, **known)
        return True
