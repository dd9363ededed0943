from odoo import models

from .collections_credit_insurance_declare import DECLARE
from .collections_credit_request_decision import REVIEW


class MailActivity(models.Model):
    """Whoever marks such an activity done has done what it asks for."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Override: note the review of a limit, and what an insurer was told.

        :raise AccessError: when the user may not do what the activity asks for.
        """
        requests = self._get_records_of(REVIEW, "collections.credit.request")
        requests = requests.filtered(lambda request: request.state == "granted")
        if requests:
            self.env["dunning.notice"]._check_credit_manager()
        insurances = self._get_records_of(DECLARE, "collections.credit.insurance")
        if insurances:
            self.env["dunning.notice"]._check_collector()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        requests._set_reviewed()
        insurances._set_declared()
        return result

    def _get_records_of(self, xml_id, model):
        """Return what those of these activities that have a type are about.

        :param str xml_id: of the type.
        :param str model: of the records.
        :return: with the rights of the system.
        """
        kind = self.env.ref(xml_id, raise_if_not_found=False)
        mine = self.filtered(
            lambda activity: (
                activity.res_model == model and activity.activity_type_id == kind
            )
        )
        return self.env[model].sudo().browse(mine.mapped("res_id")).exists()
