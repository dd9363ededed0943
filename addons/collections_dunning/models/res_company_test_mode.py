from odoo import models
from odoo.tools import email_normalize


class ResCompany(models.Model):
    """Test mode, and what becomes of that which has not left when it changes."""

    _inherit = "res.company"

    def action_dunning_test_mode_on(self, address=None):
        """Send every message to one address; no level counts.

        :param str address: where they go; None: the address used last.
        :raise AccessError: when the user is no Credit Manager.
        :raise ValidationError: when there is no valid address.
        """
        # A branch goes with its parent: one switch for all of them.
        companies = self.root_id
        companies._check_dunning_settings()
        vals = {"dunning_test_mode": True}
        if address is not None:
            vals["dunning_test_email"] = email_normalize(address) or address
        companies.sudo().write(vals)
        self._tell_test_mode()

    def action_dunning_test_mode_off(self):
        """Send messages to the customers again.

        :raise AccessError: when the user is no Credit Manager.
        """
        companies = self.root_id
        companies._check_dunning_settings()
        companies.sudo().dunning_test_mode = False
        self._tell_test_mode()

    def _tell_test_mode(self):
        """Have the open screens of everybody who works here say so, or no longer."""
        reader = self.env.ref("collections_dunning.collections_dunning_group_reader")
        for user in reader.sudo().all_user_ids.filtered("active"):
            addresses = user.company_ids._get_dunning_test_addresses()
            user._bus_send("dunning_test_mode", addresses)

    def _is_dunning_test_mode(self):
        """Tell whether messages go to the test address: the root company decides.

        :rtype: bool
        """
        return bool(self.sudo().root_id.dunning_test_mode)

    def _get_dunning_test_addresses(self):
        """Return where the messages of companies in test mode go.

        :return: address by id of the company, for those in test mode.
        :rtype: dict(int, str)
        """
        return {
            company.id: company.root_id.dunning_test_email
            for company in self.sudo()
            if company.root_id.dunning_test_mode
        }

    def write(self, vals):
        """Whoever changes the mode, and by whatever way."""
        tested = self.sudo().filtered("dunning_test_mode")
        result = super().write(vals)
        if "dunning_test_mode" in vals:
            testing = self.sudo().filtered("dunning_test_mode")
            (testing - tested)._withhold_dunning_mails()
            (tested - testing)._take_back_queued_notices()
        return result

    def _withhold_dunning_mails(self):
        """Cancel what core's queue would still send to customers.

        The queue asks for the mode too, once for many messages: it passes over those
        that were cancelled after that.
        """
        if self:
            mails = self.env["mail.mail"].sudo()
            models_at_stake = mails._get_test_mode_models()
            domain = [("state", "=", "outgoing"), ("model", "in", models_at_stake)]
            mails.search(domain)._withhold_in_test_mode()

    def _take_back_queued_notices(self):
        """Make drafts of the e-mails that were queued, perhaps as a test only.

        A person approves them anew: in test mode nobody looks twice.
        """
        domain = [
            ("company_id", "child_of", self.ids),
            ("state", "=", "queued"),
            ("channel", "=", "email"),
        ]
        queued = self.env["dunning.notice"].sudo().search(domain) if self else ()
        if queued:
            queued._set_state(
                "draft", approved=False, approved_by_id=False, send_now=False
            )
