import logging
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..const import PORTAL_CODE_ATTEMPTS, PORTAL_CODE_MINUTES

_logger = logging.getLogger(__name__)

SCOPE = "collections_dunning.portal_code"


class CollectionsPortalCode(models.Model):
    """A one-time code: who has a link and reads the customer's mail may sign.

    One row for each document and address: a new code takes the place of the one
    before. Neither the code nor what it is exchanged for is kept, only what proves
    them; and no message about it is: it would be read here by colleagues.
    """

    _name = "collections.portal.code"
    _description = "One-Time Code"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "collections.debtor", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        required=True, readonly=True, model_field="res_model"
    )
    email = fields.Char(required=True, readonly=True)
    code_hash = fields.Char(readonly=True)
    key_hash = fields.Char(
        readonly=True, help="Of what the browser got that sent the right code."
    )
    attempts = fields.Integer(readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True, index=True)

    _document_email_uniq = models.UniqueIndex("(res_model, res_id, email)")

    # === BUSINESS METHODS === #

    @api.model
    def _send_code(self, document, contact):
        """Mail a new code to a contact of the customer; the code before is dead.

        :param document: what is to be signed; it has a ``debtor_id``.
        :param res.partner contact: somebody of the customer's, with an address.
        :raise UserError: when the message could not be sent.
        """
        debtor = document.debtor_id
        address = debtor._get_portal_code_address(contact)
        code = f"{secrets.randbelow(10**6):06}"
        values = {
            "code_hash": self._hash(document, address, code),
            "key_hash": False,
            "attempts": 0,
            "expires_at": self._get_expiration(),
        }
        row = self._find(document, address)
        if row:
            row.write(values)
        else:
            self.create(
                {
                    **values,
                    "debtor_id": debtor.id,
                    "res_model": document._name,
                    "res_id": document.id,
                    "email": address,
                }
            )
        self._mail(document, contact, code)

    @api.model
    def _is_waited_for(self, document, contact):
        """Tell whether a code was mailed that can still be typed.

        :param document: what is to be signed.
        :param res.partner contact: whom it was mailed to.
        :rtype: bool
        """
        row = self._find(document, contact.email_normalized)
        return bool(row.code_hash) and row.expires_at >= fields.Datetime.now()

    @api.model
    def _exchange(self, document, contact, code):
        """Exchange a code for a key with which the document can be signed, once.

        Each try counts, the right one too: a code is of no use afterwards.

        :param document: what is to be signed.
        :param res.partner contact: whom the code was mailed to.
        :param str code: as it was typed.
        :return: the key, for the session of who typed the code; None: a wrong or old
            code, or too many tries.
        :rtype: str | None
        """
        address = document.debtor_id._get_portal_code_address(contact)
        row = self._find(document, address)
        if not row or not row.code_hash:
            return None
        row.attempts += 1
        # Now: tries at the same time wait for each other, and none is free.
        row.flush_recordset()
        typed = "".join(sign for sign in code if sign.isdecimal())
        if (
            row.attempts > PORTAL_CODE_ATTEMPTS
            or row.expires_at < fields.Datetime.now()
            or not consteq(row.code_hash, self._hash(document, address, typed))
        ):
            return None
        key = secrets.token_urlsafe(32)
        row.write(
            {
                "code_hash": False,
                "key_hash": self._hash(document, address, key),
                "expires_at": self._get_expiration(),
            }
        )
        return key

    @api.model
    def _find_by_key(self, document, key):
        """Return the row of a key that a session holds, while it opens a document.

        :param document: what is to be signed.
        :param str key: what :meth:`_exchange` returned.
        :rtype: collections.portal.code
        """
        domain = [
            ("res_model", "=", document._name),
            ("res_id", "=", document.id),
            ("key_hash", "!=", False),
            ("expires_at", ">=", fields.Datetime.now()),
        ]
        return self.search(domain).filtered(
            lambda row: consteq(row.key_hash, self._hash(document, row.email, key))
        )

    # === HELPERS === #

    @api.model
    def _find(self, document, address):
        domain = [
            ("res_model", "=", document._name),
            ("res_id", "=", document.id),
            ("email", "=", address),
        ]
        return self.search(domain)

    @api.model
    def _hash(self, document, address, secret):
        """Return what proves a code or a key, for one document and address.

        By the secret of the database: who reads the table tries no codes against it.
        """
        values = (document._name, document.id, address, secret)
        return hmac(self.env(su=True), SCOPE, values)

    @api.model
    def _get_expiration(self):
        return fields.Datetime.add(fields.Datetime.now(), minutes=PORTAL_CODE_MINUTES)

    @api.model
    def _mail(self, document, contact, code):
        """Send the message now, by no table: nobody here is to read it.

        :raise UserError: when no server took it.
        """
        debtor = document.debtor_id
        values = debtor._prepare_portal_code_mail(document, contact, code)
        servers = self.env["ir.mail_server"].sudo()
        message = servers._build_email__(subtype="html", **values)
        try:
            servers.send_email(message)
        except MailDeliveryException:
            _logger.warning("A one-time code could not be sent.", exc_info=True)
            raise UserError(
                self.env._(
                    "The code could not be sent. Please try again in a few minutes, or "
                    "call us."
                )
            ) from None

    @api.autovacuum
    def _gc_codes(self):
        """Forget the codes and keys that are no longer valid."""
        self.sudo().search([("expires_at", "<", fields.Datetime.now())]).unlink()
