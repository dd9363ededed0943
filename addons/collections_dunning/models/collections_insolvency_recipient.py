from odoo import fields, models
from odoo.tools import SQL


class CollectionsDebtorRecipient(models.Model):
    """Who the court appointed is a recipient while the proceedings last."""

    _inherit = "collections.debtor.recipient"

    insolvency_id = fields.Many2one(
        "collections.insolvency",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )


class CollectionsInsolvency(models.Model):
    """The administrator as a recipient that the judgment itself approves."""

    _inherit = "collections.insolvency"

    def _get_administrator(self):
        """Return who stands beside the management, or in its place.

        :return: the administrator; the liquidator, who replaces the management; else
            the creditors' representative, where the court appointed nobody.
        :rtype: res.partner
        """
        self.ensure_one()
        if self.kind == "liquidation":
            return self.trustee_id or self.administrator_id
        return self.administrator_id or self.trustee_id

    def _get_recipients(self):
        """Return whom these proceedings let be written to.

        :rtype: collections.debtor.recipient
        """
        recipients = self.env["collections.debtor.recipient"].sudo()
        return recipients.search([("insolvency_id", "in", self.ids)])

    def _apply_recipient(self):
        """Let the administrator get copies, once the judgment is on file.

        Rule: nobody outside the customer's company is written to without a reason and
        a document; here the court's decision is both.
        """
        recipients = self.env["collections.debtor.recipient"].sudo()
        for record in self:
            # Nobody without the judgment that names him.
            partner = record.document and record._get_administrator()
            own = record._get_recipients()
            record._remove_recipients(own.filtered(lambda r: r.partner_id != partner))  # noqa: B023
            if not partner:
                continue
            known = recipients.search(
                [
                    ("debtor_id", "=", record.debtor_id.id),
                    ("partner_id", "=", partner.id),
                ]
            )
            known = known or recipients.create(record._prepare_recipient(partner))
            known.write(record._prepare_recipient(partner))
            known.write(
                {
                    "approved_by_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                }
            )
            record.debtor_id.notice_ids.filtered(
                lambda n: n.review_reason == "missing_copy" or n.copy_note
            )._add_copies()

    def _prepare_recipient(self, partner):
        """Return the values of the recipient that the court appointed."""
        self.ensure_one()
        return {
            "debtor_id": self.debtor_id.id,
            "partner_id": partner.id,
            "role": "administrator",
            "reason": self._get_title(),
            "document": self.with_context(bin_size=False).document,
            "document_name": self.document_name,
            "insolvency_id": self.id,
        }

    def _remove_recipients(self, recipients):
        """Write no more to whom the court appointed: no draft keeps its copy.

        :param collections.debtor.recipient recipients: of these proceedings.
        """
        if not recipients:
            return
        drafts = recipients.debtor_id.notice_ids.filtered(lambda n: n.state == "draft")
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM dunning_notice_copy_rel
                      WHERE dunning_notice_id = ANY(%s) AND res_partner_id = ANY(%s)
                """,
                drafts.ids,
                recipients.partner_id.ids,
            )
        )
        drafts.invalidate_recordset(["copy_ids", "recipient_ids"], flush=False)
        recipients.unlink()
