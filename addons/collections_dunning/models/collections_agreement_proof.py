import hashlib

import pytz

from odoo import fields, models


class CollectionsAgreement(models.AbstractModel):
    """Signatures of an agreement, and the page that proves them."""

    _inherit = "collections.agreement"

    # === SIGNATURES === #

    def _get_agreement_signatures(self):
        """Return what stands above the room for each signature.

        :rtype: list(dict)
        """
        user = self._get_agreement_user()
        contact = self.contact_id.filtered(lambda person: not person.is_company)
        place = self.env._("Place and date:")
        return [
            {
                "title": self.env._("For the Creditor"),
                "name": ", ".join(filter(None, (user.name, user.partner_id.function))),
                "place": place,
                "hand": "",
            },
            {
                "title": self.env._("For the Debtor"),
                "name": ", ".join(filter(None, (contact.name, contact.function))),
                "place": place,
                "hand": self._get_handwriting(),
            },
        ]

    def _get_handwriting(self):
        """Hook: return what the debtor copies by hand before signing on paper."""
        return ""

    # === PROOF === #

    def _prepare_proof(self, fingerprint):
        """Return the page that proves who agreed, when and to which document.

        :param str fingerprint: SHA-256 of the document that was shown.
        :rtype: dict
        """
        rows = [
            (self.env._("Document"), self._get_agreement_title()),
            (self.env._("Fingerprint (SHA-256)"), fingerprint),
        ]
        if self.acceptance == "hand":
            rows += self._describe_hand_proof()
            note = self.env._(
                "The document of the preceding pages was signed by hand. The signed "
                "copy was scanned and is kept with it."
            )
        else:
            rows += [
                (self.env._("Signatory"), self.signed_by),
                (self.env._("Signed on"), self._describe_moment(self.signed_on)),
                (self.env._("From the network address"), self.signed_ip),
                (self.env._("Confirmed by a code mailed to"), self.signed_email),
            ]
            note = self.env._(
                "The document of the preceding pages was shown to the person named "
                "below, who signed it electronically. The fingerprint is that of the "
                "file shown: changed by one character, it would be another."
            )
        return {
            "heading": self.env._("Proof of signature"),
            "note": note,
            "rows": [row for row in rows if row[1]],
            "signature_label": self.env._("Signature"),
            "signature": self._get_signature_image(),
        }

    def _describe_hand_proof(self):
        scan = self.scan_attachment_id
        fingerprint = scan and hashlib.sha256(scan.raw or b"").hexdigest()
        return [
            (self.env._("Signatory"), self.signed_by),
            (self.env._("Recorded by"), self.env.user.name),
            (self.env._("Recorded on"), self._describe_moment(fields.Datetime.now())),
            (self.env._("Signed scan"), scan.name),
            (self.env._("Fingerprint of the scan"), fingerprint),
        ]

    def _describe_moment(self, moment):
        """Return a moment as a clock shows it where the company is, and in UTC.

        :rtype: str
        """
        if not moment:
            return ""
        zone = self.company_id._get_dunning_tz()
        local = pytz.utc.localize(moment).astimezone(zone)
        return self.env._(
            "%(date)s at %(time)s (%(zone)s), %(utc)s UTC",
            date=self._get_writer().date(local.date()),
            time=local.strftime("%H:%M:%S"),
            zone=zone.zone,
            utc=moment.strftime("%Y-%m-%d %H:%M:%S"),
        )
