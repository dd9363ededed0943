import io
import unicodedata
from base64 import b64decode

from PIL import Image, UnidentifiedImageError

from odoo import SUPERUSER_ID, fields, http
from odoo.exceptions import UserError
from odoo.http import request

from ..const import PORTAL_CODE_MINUTES, PORTAL_CODES_PER_HOUR, PORTAL_FORMS_PER_HOUR
from .portal import page_route
from .portal_forms import CollectionsPortalForms

MAX_NAME = 100
MAX_SIGNATURE_BYTES = 500_000
MAX_SIGNATURE_PIXELS = 4_000_000
# Where the session of who typed a code keeps what he got for it.
SESSION_KEYS = "collections_signing_keys"
# What can still be signed, by kind of document.
SIGNABLE = {"plan": "proposed", "settlement": "offered"}

DOCUMENT = "<any(plan,settlement):kind>/<int:record_id>"


class CollectionsPortalSign(CollectionsPortalForms):
    """Signing a payment plan or a settlement offer.

    Who is logged in as the customer signs at once. Who has only a link proves first
    that he reads the customer's mail, by a one-time code: what he gets for it is kept
    in his session, and opens that one document.
    """

    @page_route(DOCUMENT, methods=("GET", "POST"))
    def portal_collections_sign(
        self, kind, record_id, token=None, debtor_id=None, code=None, **post
    ):
        """Show a document to be signed; sent back, mail a code or check one."""
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        if not debtor:
            return self._refuse_portal_stranger(token)
        acting = debtor.with_user(SUPERUSER_ID)
        document = acting._get_portal_agreement(kind, record_id)
        if not document:
            return self._render_portal_missing()
        page = self._prepare_portal_page(debtor, identity, token)
        sign_url = f"{page['portal_url']}/{kind}/{document.id}"
        error = None
        if request.httprequest.method == "POST" and not page["is_preview"]:
            error = self._handle_portal_code(kind, document, code)
            if not error:
                return request.redirect(sign_url)
        values = {
            **page,
            **self._prepare_portal_signing(kind, document, identity),
            "error": error,
            "sign_url": sign_url,
        }
        return self._render_collections("collections_dunning.portal_sign", values)

    @http.route(
        [
            f"/my/collections/<int:debtor_id>/{DOCUMENT}/accept",
            f"/collections/<string:token>/{DOCUMENT}/accept",
        ],
        type="jsonrpc",
        auth="public",
        website=True,
        multilang=False,
    )
    def portal_collections_accept(
        self, kind, record_id, token=None, debtor_id=None, name=None, signature=None
    ):
        """Sign a document: called by core's signature form.

        :param str kind: ``plan`` or ``settlement``.
        :param int record_id: which one.
        :param str name: who signs.
        :param str signature: drawn or typed: a picture, in base64.
        :return: what core's form shows, or where it leads to.
        :rtype: dict
        """
        debtor, identity = self._get_portal_debtor(token, debtor_id)
        acting = debtor.with_user(SUPERUSER_ID)
        document = acting._get_portal_agreement(kind, record_id)
        if not document or self._is_portal_preview():
            return {"error": request.env._("This page can't be opened")}
        try:
            self._check_portal_rate("sign", acting, PORTAL_FORMS_PER_HOUR)
            with request.env.cr.savepoint():
                self._sign_in_portal(kind, document, identity, name, signature)
        except UserError as refusal:
            return {"error": refusal.args[0]}
        path = self._get_portal_path(debtor, token)
        return {
            "force_refresh": True,
            "redirect_url": f"{path}/{kind}/{document.id}",
        }

    # === THE CODE === #

    def _handle_portal_code(self, kind, document, code):
        """Mail a code, or exchange the one that was typed for a key.

        :param str kind: ``plan`` or ``settlement``.
        :param document: what is to be signed.
        :param str code: as it was typed; None: one is asked for.
        :return: why it was refused, in the customer's language; None: it was done.
        :rtype: str | None
        """
        codes = document.env["collections.portal.code"]
        debtor = document.debtor_id
        contact = debtor._get_portal_signatory(document)
        if not self._is_portal_signable(kind, document):
            return None
        try:
            if code is None:
                self._check_portal_rate("code", debtor, PORTAL_CODES_PER_HOUR)
                with request.env.cr.savepoint():
                    codes._send_code(document, contact)
                return None
            self._check_portal_rate("sign", debtor, PORTAL_FORMS_PER_HOUR)
            key = codes._exchange(document, contact, str(code))
        except UserError as refusal:
            return refusal.args[0]
        if not key:
            return request.env._("This code is wrong or no longer valid.")
        keys = request.session.get(SESSION_KEYS) or {}
        request.session[SESSION_KEYS] = {
            **keys,
            self._get_portal_key_name(document): key,
        }
        return None

    def _get_portal_key_name(self, document):
        return f"{document._name},{document.id}"

    def _find_portal_code(self, document):
        """Return the row of the key that this session has for a document.

        :rtype: collections.portal.code
        """
        codes = document.env["collections.portal.code"]
        keys = request.session.get(SESSION_KEYS) or {}
        key = keys.get(self._get_portal_key_name(document))
        return codes._find_by_key(document, key) if key else codes

    # === THE SIGNATURE === #

    def _prepare_portal_signing(self, kind, document, identity):
        """Return what the page of a document shows."""
        debtor = document.debtor_id
        contact = debtor._get_portal_signatory(document)
        codes = document.env["collections.portal.code"]
        is_open = self._is_portal_signable(kind, document)
        return {
            "kind": kind,
            "document": document,
            "is_open": is_open,
            "can_sign": is_open and bool(identity or self._find_portal_code(document)),
            "code_address": contact and debtor._mask_address(contact),
            "is_code_sent": is_open and codes._is_waited_for(document, contact),
            "code_minutes": PORTAL_CODE_MINUTES,
            "signatory": (identity or document.contact_id or contact).name or "",
        }

    def _is_portal_signable(self, kind, document):
        """Tell whether a document waits for a signature still."""
        last_day = document.valid_until if kind == "plan" else document.date
        today = fields.Date.context_today(document)
        return document.state == SIGNABLE[kind] and last_day and last_day >= today

    def _sign_in_portal(self, kind, document, identity, name, signature):
        """Put a document into force by a customer's signature.

        :param str kind: ``plan`` or ``settlement``.
        :param document: what he signs.
        :param res.partner identity: who is logged in; empty: who has a link.
        :param str name: who signs.
        :param str signature: a picture in base64.
        :raise UserError: when he may not sign, or it is no signature.
        """
        env = request.env
        if not self._is_portal_signable(kind, document):
            raise UserError(env._("This can no longer be signed."))
        code = self._find_portal_code(document)
        if not identity and not code:
            raise UserError(
                env._("The time to sign is over. Please ask for a new code.")
            )
        email = identity.email_normalized or code.email
        code.unlink()
        document._accept(
            {
                "signed_by": self._read_portal_name(name),
                "signed_on": fields.Datetime.now(),
                "signature": self._read_portal_signature(signature),
                "signed_ip": request.httprequest.remote_addr,
                "signed_email": email,
                "acceptance": "portal",
            }
        )
        document._send_agreement()
        if kind == "settlement":
            # Of a plan the responsible hears by itself.
            document.debtor_id._tell_responsible(
                lambda env: env._("The customer accepted our offer"),
                document.display_name,
            )

    def _read_portal_name(self, name):
        """Return the name of who signs.

        :raise UserError: when there is none.
        """
        name = " ".join(name.split()) if isinstance(name, str) else ""
        # Signs that nobody sees make a name look like another one.
        name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
        if not name:
            raise UserError(request.env._("Write your name."))
        return name[:MAX_NAME]

    def _read_portal_signature(self, signature):
        """Return a signature that was drawn or typed, as it was sent.

        :param str signature: in base64: anything.
        :rtype: str
        :raise UserError: when it is no picture, or a huge one.
        """
        refusal = UserError(request.env._("Draw or type your signature."))
        if not isinstance(signature, str) or len(signature) > MAX_SIGNATURE_BYTES:
            raise refusal
        try:
            with Image.open(
                io.BytesIO(b64decode(signature, validate=True)), formats=["PNG"]
            ) as picture:
                if picture.width * picture.height > MAX_SIGNATURE_PIXELS:
                    raise refusal
                picture.load()
        except (
            ValueError,
            OSError,
            SyntaxError,
            UnidentifiedImageError,
            Image.DecompressionBombError,
        ):
            raise refusal from None
        return signature
