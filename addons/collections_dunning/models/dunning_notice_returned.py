from markupsafe import Markup

from odoo import models

RETURNED_TYPE = "collections_dunning.mail_activity_type_returned"
RETURNED_OUTCOMES = ("refused", "unclaimed", "unknown")


class DunningNotice(models.Model):
    """Letters that come back.

    Rule: a letter that was refused or not claimed is served, its level stays (Cass.
    1re civ. 20 January 2021, 19-20.680: an unclaimed registered letter remains
    valid). One to a wrong address is not: the level falls back, as for a bounce.
    """

    _inherit = "dunning.notice"

    def _settle_outcomes(self):
        """Draw the consequences of the outcomes that were just written.

        :raise UserError: when a letter that did arrive was replaced meanwhile.
        """
        returned = self.filtered(lambda n: n.delivery_outcome in RETURNED_OUTCOMES)
        unknown = self.filtered(lambda n: n.delivery_outcome == "unknown")
        for notice in unknown.filtered(lambda n: n.state == "sent"):
            error = notice._get_company_env()._(
                "Came back: %(name)s is not at this address.",
                name=notice.recipient_id.name,
            )
            notice._set_state("bounced", error=error)
        arrived = (self - unknown).filtered(lambda n: n.state == "bounced")
        arrived._check_not_overtaken()
        arrived._set_state("sent", error=False)
        returned._ask_for_address()

    def _ask_for_address(self):
        """Have the responsible find new addresses: one task each, with all letters."""
        for user, notices in self.grouped(lambda n: n._get_post_watcher()).items():
            for company, own in notices.grouped("company_id").items():
                own.with_company(company)._add_to_task(user)

    def _get_post_watcher(self):
        """Return who looks after this letter when it comes back.

        :rtype: res.users
        """
        return self.company_id._get_dunning_attendant(self.responsible_id)

    def _add_to_task(self, user):
        """Put these letters on the open task of a user, or on a new one."""
        speaking = self.with_context(lang=user.lang or self.env.lang)
        labels = dict(
            self._fields["delivery_outcome"]._description_selection(speaking.env)
        )
        note = Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s: %s</li>")
            % (
                notice._get_html_link(title=notice.display_name),
                labels[notice.delivery_outcome],
            )
            for notice in speaking
        )
        task = self._find_returned_task(user)
        if task:
            task.note = (task.note or Markup()) + note
            return
        speaking[:1].with_context(mail_activity_quick_update=True).activity_schedule(
            RETURNED_TYPE,
            summary=speaking.env._("Letters came back: new address?"),
            note=note,
            user_id=user.id,
        )

    def _find_returned_task(self, user):
        """Return the open task of a user about letters of this company.

        :rtype: mail.activity
        """
        tasks = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("activity_type_id", "=", self.env.ref(RETURNED_TYPE).id),
                    ("user_id", "=", user.id),
                ]
            )
        )
        known = self.sudo().browse(tasks.mapped("res_id")).exists()
        own = known.filtered(lambda n: n.company_id == self.company_id)
        return tasks.filtered(lambda task: task.res_id in own.ids)[:1]

    # === ADDRESSES === #

    def _get_returned_addresses(self):
        """Return the addresses from which letters to these recipients came back.

        :return: printed addresses by id of the recipient.
        :rtype: dict(int, list(str))
        """
        found = self.sudo().search_fetch(
            [
                ("recipient_id", "in", self.recipient_id.ids),
                ("state", "=", "bounced"),
                ("delivery_outcome", "=", "unknown"),
                ("printed_address", "!=", False),
            ],
            ["recipient_id", "printed_address"],
        )
        return {
            recipient.id: notices.mapped("printed_address")
            for recipient, notices in found.grouped("recipient_id").items()
        }

    def _is_returned_address(self, returned):
        """Tell whether a letter came back from where the recipient still is.

        Whoever it was for: the street and the place decide.

        :param list(str) returned: printed addresses.
        :rtype: bool
        """
        self.ensure_one()
        notice = self.sudo().with_context(lang=self.lang)
        report = self.env["report.collections_dunning.dunning_letter_report"]
        place = "\n".join(report._get_postal_lines(notice, notice.recipient_id))
        return any(
            address.replace(", ", "\n").endswith(place.replace(", ", "\n"))
            for address in returned
        )
