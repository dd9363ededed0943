from odoo.tests import tagged

from .test_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalTour(PortalCommon):
    """What a customer does on his telephone, in French."""

    browser_size = "390x844"
    touch_enabled = True

    def test_contest_on_a_telephone(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.claire.lang = "fr_FR"
        self.reason.with_context(lang="fr_FR").name = "Casse"
        self.start_tour(
            f"/my/invoices/{self.invoice.id}",
            "disputes_portal_contest",
            login=self.claire.login,
            cookies={"frontend_lang": "fr_FR"},
        )
        case = self._cases()
        self.assertRecordValues(
            case,
            [
                {
                    "origin": "portal",
                    "amount_disputed": 300,
                    "contact_id": self.contact.id,
                }
            ],
        )
        words = case.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(words.author_id, self.contact)
        self.assertEqual(len(words), 2)
        self.assertIn("cartons sont abîmés", words[-1].body)
        self.assertIn("carton 7", words[0].body)
        self._send_queue()
        [(recipients, message)] = self._get_letters(self.mailbox)
        self.assertEqual(recipients, ["claire@durand.example.com"])
        self.assertIn("votre contestation", message["Subject"])
