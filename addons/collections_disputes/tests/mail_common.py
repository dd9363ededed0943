from email.message import EmailMessage
from itertools import count

from lxml import html

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.collections_dunning.tests.delivery_common import DeliveryCommon

NUMBERS = count(1)
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class DisputeMailCommon(DeliveryCommon):
    """A company with an address for disputes, customers, and a real SMTP server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "seller.example.com"})
        cls.company.alias_domain_id = cls.domain
        cls.company.dispute_alias_name = "complaints"
        cls.alias = "complaints@seller.example.com"
        cls.reason = cls.env["dispute.reason"].create(
            {"name": "Broken goods", "acknowledge_days": 1, "answer_days": 10}
        )
        cls.cause = cls.env["dispute.cause"].create(
            {"name": "Bad packing", "side": "us"}
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Claire",
                "parent_id": cls.customer.id,
                "email": "claire@durand.example.com",
            }
        )
        cls.invoice = cls._create_invoice(10, 1000)
        cls.other_invoice = cls._create_invoice(10, 400, partner=cls.other_customer)

    @classmethod
    def _create_portal_user(cls, partner, login):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            email=partner.email,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _build(
        self, body="Broken", subject="Complaint", files=(), markup=None, **headers
    ):
        """Return the bytes of a mail of Claire's to our address for disputes."""
        message = EmailMessage()
        values = {
            "From": "Claire <claire@durand.example.com>",
            "To": self.alias,
            "Message-Id": f"<{next(NUMBERS)}@durand.example.com>",
            "Subject": subject,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in values.items():
            message[name] = value
        message.set_content(body)
        if markup:
            message.add_alternative(markup, subtype="html")
        for name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="pdf", filename=name
            )
        return message.as_bytes()

    def _reply(self, case, **headers):
        """Return the bytes of an answer to the last message of a case."""
        last = case.message_ids.filtered(lambda m: not m.subtype_id.internal)[:1]
        return self._build(
            headers.pop("body", "Here it is"),
            **{
                "In_Reply_To": last.message_id,
                "References": last.message_id,
                **headers,
            },
        )

    def _get_mails(self, case):
        """Return the mails that were filed in a case."""
        return case.message_ids.filtered(lambda m: m.message_type == "email")

    def _gateway(self, source):
        """Feed a mail to core's gateway, as the mail server would.

        :return: the case that it opened, if any.
        """
        known = self.env["dispute.case"].search([])
        gateway = self.env["mail.thread"].with_user(self.env.ref("base.user_root"))
        gateway.sudo().message_process(None, source)
        self.env.invalidate_all()
        return self.env["dispute.case"].search([]) - known

    def _open(self, amount=300, user=None, **vals):
        """Open a dispute about the invoice, as a collector does."""
        cases = self.env["dispute.case"].with_user(user or self.collector)
        case = cases.action_open(
            [{"move_line_id": self._item(self.invoice).id, "amount": amount}],
            **{
                "reason_id": self.reason.id,
                "contact_id": self.contact.id,
                "origin": "phone",
                **vals,
            },
        )
        return case.with_user(self.env.user)

    def _serve(self, **options):
        """Start the SMTP server, with nothing in the queue but what follows."""
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        self.env.cr.postcommit.clear()
        return super()._serve(**options)

    def _send_queue(self):
        """Let core's queue send what waits."""
        mails = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        mails.send()
        self.env.invalidate_all()

    def _get_letters(self, mailbox):
        """Return what arrived outside our company: (recipients, message)."""
        return [
            (recipients, message)
            for recipients, message in mailbox.messages
            if not all(r.endswith("@seller.example.com") for r in recipients)
        ]

    def _get_text(self, message):
        """Return what somebody reads of a message, on one line."""
        body = message.get_body(("html",)).get_content()
        return " ".join(html.fromstring(body).text_content().split())
