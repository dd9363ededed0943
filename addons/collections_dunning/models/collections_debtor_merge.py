from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionsDebtor(models.Model):
    _inherit = "collections.debtor"

    @api.model
    def _merge_partner_files(self, source_partners, target_partner):
        """Merge the files of ``source_partners`` into those of ``target_partner``.

        Everything of a file moves: notices, holds, rejected payments, promises,
        settlement offers, what secures the claims, credit requests, recipients,
        chatter, activities and attachments. What the
        target's file has decided itself stays; holds add up, so the stricter state
        wins.

        :param res.partner source_partners: partners that go away.
        :param res.partner target_partner: commercial partner that stays.
        """
        sources = self.sudo().search([("partner_id", "in", source_partners.ids)])
        for source in sources:
            target = self.sudo().search(
                [
                    ("company_id", "=", source.company_id.id),
                    ("partner_id", "=", target_partner.id),
                ]
            )
            if not target:
                source.partner_id = target_partner
                source.notice_ids.write({"partner_id": target_partner.id})
                source.granted_request_id._restore_limit()
                continue
            source._merge_into(target)

    def _merge_into(self, target):
        """Move everything of this file into ``target`` and delete this file.

        :param collections.debtor target: file of the same company.
        :raise UserError: when the companies differ.
        """
        self.ensure_one()
        if self.company_id != target.company_id:
            raise UserError(self.env._("Files of two companies can't be merged."))
        self.notice_ids.write(
            {"debtor_id": target.id, "partner_id": target.partner_id.id}
        )
        self._move_by_sql(self.pause_ids, target)
        self._merge_insolvencies(target)
        self._move_by_sql(self.hold_ids, target)
        self._move_by_sql(self.rejection_ids, target)
        self._move_by_sql(self.policy_sending_ids, target)
        self._move_by_sql(self.promise_ids, target)
        self._move_by_sql(self.settlement_ids, target)
        charges = self.env["collections.interest.charge"]
        self._move_by_sql(charges.search([("debtor_id", "=", self.id)]), target)
        proofs = self.env["collections.payment.proof"]
        self._move_by_sql(proofs.search([("debtor_id", "=", self.id)]), target)
        self.announcement_ids.write({"debtor_id": target.id})
        self.plan_ids.write({"debtor_id": target.id})
        self._merge_credit_file(target)
        self._merge_modes(target)
        self._merge_credit_hold(target)
        self._merge_interest(target)
        known = target.outside_recipient_ids.partner_id
        for recipient in self.outside_recipient_ids:
            if recipient.partner_id in known:
                recipient.unlink()
            else:
                # The approval was of the person, for this customer: it stays.
                approval = {
                    "approved_by_id": recipient.approved_by_id.id,
                    "approved_on": recipient.approved_on,
                }
                recipient.write({"debtor_id": target.id})
                recipient.write(approval)
        self.env["dunning.decision"].search([("debtor_id", "=", self.id)]).write(
            {"debtor_id": target.id}
        )
        for name in ("responsible_id", "procedure_id"):
            if not target[name]:
                target[name] = self[name]
        self._merge_policy(target)
        self.message_change_thread(target)
        self._move_attachments(target)
        self.activity_ids.write({"res_id": target.id})
        target.message_subscribe(self.message_partner_ids.ids)
        self.invalidate_recordset()
        self.unlink()

    def _move_by_sql(self, records, target):
        """Move what names journal items, which belong to the other customer still.

        Core moves the entries right after the files: a check in between would refuse.
        """
        records.flush_recordset()
        values = {"debtor_id": target.id}
        partner = records._fields.get("partner_id")
        if partner and partner.store:
            values["partner_id"] = target.partner_id.id
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                records.ids,
            )
        )
        records.invalidate_recordset()

    def _move_attachments(self, target):
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        attachments.write({"res_id": target.id})
