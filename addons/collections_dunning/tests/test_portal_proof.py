import re
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import PORTAL_PROOF_DAYS
from ..controllers import portal_form_reading, portal_forms
from .portal_forms_common import PDF, PNG, PortalFormsCommon


@tagged("post_install", "-at_install")
class TestPortalProof(PortalFormsCommon):
    """A customer has paid already, and shows it."""

    def setUp(self):
        super().setUp()
        self.url = f"{self._link()}/paid"
        self.item = self._item(self.overdue)

    def _send_proof(self, files=(("receipt.pdf", PDF),), **values):
        values = {"item_ids": self.item.id, **values}
        return self._send_form(self.url, files, **values)

    def _get_holds(self):
        return self.env["dunning.hold"].search([("debtor_id", "=", self.debtor.id)])

    def test_proof_pauses_five_days(self):
        response = self._send_proof(words="Transfer of last Monday")
        self._assert_done(response, "proof")
        self.assertRecordValues(
            self._get_holds(),
            [
                {
                    "reason": "paused",
                    "move_line_id": self.item.id,
                    "amount": 0,
                    "date_from": self.today,
                    "date_to": self.today + timedelta(days=PORTAL_PROOF_DAYS),
                }
            ],
        )
        self._propose()
        self.assertEqual(self._reason(self.overdue), ["paused"])
        words = self._get_words()
        self.assertEqual(words.author_id, self.debtor.contact_id)
        self.assertIn("Transfer of last Monday", words.body)
        self.assertIn(self.overdue.name, words.body)
        self.assertRecordValues(
            words.attachment_ids,
            [
                {
                    "name": "receipt.pdf",
                    "mimetype": "application/pdf",
                    "res_model": "collections.debtor",
                    "res_id": self.debtor.id,
                    "public": False,
                }
            ],
        )
        task = self._get_tasks()
        self.assertEqual(task.user_id, self.collector)
        self.assertIn(self.overdue.name, task.note)

    def test_logged_in(self):
        self._log_in(self.claire)
        self.url = f"/my/collections/{self.debtor.id}/paid"
        self._assert_done(self._send_proof(), "proof")
        self.assertEqual(self._get_words().author_id, self.contact)
        self.assertNotIn("link", self._get_words().body)

    def test_once_for_each_item(self):
        """Also when the pause was ended on the same day."""
        self._send_proof()
        self._get_holds()._end()
        self.assertFalse(self._get_holds())
        page = self._get_form(self.url)
        [box] = page.xpath(f"//input[@id='item_{self.item.id}']")
        self.assertTrue(box.get("disabled"))
        self.assertIn("already", self._get_error(self._send_proof()))
        self.assertFalse(self._get_holds())
        self.assertEqual(len(self._get_words()), 1)
        self._send_proof(item_ids=self._item(self.coming).id)
        self.assertEqual(len(self._get_holds()), 1)

    def test_merge(self):
        """Who sent a proof has sent it, whatever his file is called afterwards."""
        proof = (
            self.env["collections.payment.proof"]
            .sudo()
            .create({"debtor_id": self.debtor.id, "move_line_id": self.item.id})
        )
        self.env["collections.debtor"]._merge_partner_files(
            self.customer, self.other_customer
        )
        self.assertEqual(proof.debtor_id, self.other_debtor)

    def test_rights(self):
        proof = (
            self.env["collections.payment.proof"]
            .sudo()
            .create({"debtor_id": self.debtor.id, "move_line_id": self.item.id})
        )
        self.assertTrue(proof.with_user(self.reader).move_line_id)
        with self.assertRaises(AccessError):
            proof.with_user(self.manager).unlink()
        other = self.setup_other_company()["company"]
        self.reader.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            proof.with_user(self.reader).read(["move_line_id"])

    def test_one_task(self):
        self._send_proof()
        self._send_proof(item_ids=self._item(self.coming).id)
        task = self._get_tasks()
        self.assertEqual(len(task), 1)
        self.assertIn(self.overdue.name, task.note)
        self.assertIn(self.coming.name, task.note)

    def test_items_of_others(self):
        """Neither another customer's, nor what is paid, nor what is no number."""
        self._pay(self.coming)
        for item_id in (self._item(self.foreign).id, self._item(self.coming).id, "x"):
            error = self._get_error(self._send_proof(item_ids=[self.item.id, item_id]))
            self.assertIn("no longer open", error)
        self.assertIn("at least one", self._get_error(self._send_proof(item_ids=[])))
        self.assertFalse(self.env["collections.payment.proof"].search([]))
        self.assertFalse(self._get_tasks() | self._get_tasks(self.other_debtor))

    def test_files(self):
        """By what they are, not by what they are called."""
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
        for files, words in (
            ([], "Add the proof"),
            ([("receipt.pdf", b"MZ\x90\x00\x03")], "receipt.pdf is not accepted"),
            ([("receipt.png", svg)], "receipt.png is not accepted"),
            ([("receipt.pdf", b"<html><script>1</script>")], "is not accepted"),
            ([("receipt.pdf", b"")], "is not accepted"),
            ([(f"{n}.pdf", PDF) for n in range(4)], "At most 3 files"),
            ([("a.pdf", PDF), ("b.exe", b"MZ\x90")], "b.exe is not accepted"),
        ):
            error = self._get_error(self._send_proof(files, words="My words"))
            self.assertIn(words, error)
        with patch.object(portal_form_reading, "PORTAL_MAX_FILE_BYTES", 20):
            response = self._send_proof(words="My words")
        self.assertIn("receipt.pdf is larger than", self._get_error(response))
        self.assertIn("My words", response.text, "nothing is typed twice")
        self.assertIn("checked", response.text)
        self.assertFalse(self._get_holds())
        self.assertFalse(self._get_words().attachment_ids)

    @mute_logger("odoo.http")
    def test_huge_request(self):
        huge = PDF + b"\0" * portal_forms.MAX_REQUEST_BYTES
        response = self._send_proof([("receipt.pdf", huge)])
        self.assertEqual(response.status_code, 413)
        self.assertFalse(self._get_holds())

    def test_names_of_files(self):
        self._send_proof([("../\u202efdp.exe", PDF), ("Reçu.JPEG", PNG)])
        names = self._get_words().attachment_ids.mapped("name")
        self.assertEqual(set(names), {"fdp.exe.pdf", "Reçu.png"})

    def test_files_are_not_public(self):
        self._send_proof()
        attachment = self._get_words().attachment_ids
        response = self.url_open(f"/web/content/{attachment.id}")
        self.assertNotEqual(response.content, PDF)


@tagged("post_install", "-at_install")
class TestPortalQuestion(PortalFormsCommon):
    """A customer asks something; and what no form lets pass."""

    def setUp(self):
        super().setUp()
        self.url = f"{self._link()}/question"

    def test_question(self):
        response = self._send_form(self.url, words="May I have\n\na copy?")
        self._assert_done(response, "question")
        words = self._get_words()
        self.assertEqual(words.author_id, self.debtor.contact_id)
        self.assertIn("a copy?", words.body)
        self.assertIn("through the link", words.body)
        self.assertRecordValues(self._get_tasks(), [{"user_id": self.collector.id}])

    def test_responsible(self):
        self.debtor.responsible_id = self.manager
        self._send_form(self.url, words="A copy?")
        self.assertEqual(self._get_tasks().user_id, self.manager)

    def test_one_task(self):
        for _time in range(2):
            self._send_form(self.url, words="A copy?")
        self.assertEqual(len(self._get_words()), 2)
        self.assertEqual(len(self._get_tasks()), 1)

    def test_nothing_asked(self):
        self.assertIn(
            "your question", self._get_error(self._send_form(self.url, words="  "))
        )
        self.assertFalse(self._get_words())

    def test_words_are_no_markup(self):
        self._send_form(self.url, words="<script>alert(1)</script> <b>bold</b>")
        for text in (self._get_words().body, self._get_tasks().note):
            self.assertNotIn("<script", text)
            self.assertNotIn("<b>", text)
            self.assertIn("&lt;b&gt;", text)

    def test_file_in_place_of_words(self):
        page = self._get_form(self.url)
        [token] = page.xpath("//input[@name='csrf_token']/@value")
        response = self.url_open(
            self.url, data={"csrf_token": token}, files={"words": ("a.pdf", PDF)}
        )
        self.assertIn("your question", self._get_error(response))

    def test_long_words(self):
        self._send_form(self.url, words="x" * 100_000)
        self.assertLess(len(self._get_words().body), 6000)

    def test_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        text = self._get_form(f"{self._link()}/paid").text_content()
        self.assertIn("1\xa0200,00", text)

    # === WHAT EVERY FORM HAS IN COMMON === #

    def test_hundred_times(self):
        self._send_form(self.url, words="First")
        counters = self.env["collections.portal.limit"].sudo().search([])
        self.assertEqual(counters.mapped("count"), [1, 1])
        counters.count = 99
        response = self._send_form(self.url, words="Hundredth")
        self.assertIn("a lot at once", self._get_error(response))
        self.assertIn("Hundredth", response.text)
        self.assertEqual(len(self._get_words()), 1)
        counters.invalidate_recordset()
        self.assertEqual(counters.mapped("count"), [100, 100])

    def test_one_address_for_all(self):
        limits = {"debtor": 100, "ip": 1}
        with patch.object(portal_forms, "PORTAL_FORMS_PER_HOUR", limits):
            self._send_form(self.url, words="First")
            other = f"{self._link(self.other_debtor)}/question"
            self.assertIn("a lot", self._get_error(self._send_form(other, words="x")))
        self.assertFalse(self._get_words(self.other_debtor))

    def test_get_changes_nothing(self):
        counters = self.env["collections.portal.limit"]
        for path in ("question", "paid", "promise"):
            url = f"{self._link()}/{path}"
            self._get_form(f"{url}?words=x&item_ids={self._item(self.overdue).id}")
            self.assertEqual(self.url_open(url, method="HEAD").status_code, 200)
        self.url_open(f"{self._link()}?done=question")
        self.assertFalse(counters.search([]))
        self.assertFalse(self._get_words() | self._get_words(self.other_debtor))
        self.assertFalse(self._get_tasks())

    @mute_logger("odoo.http")
    def test_forged_form(self):
        """Another site's form can't be sent in the customer's name."""
        self._log_in(self.claire)
        for url in (self.url, f"/my/collections/{self.debtor.id}/question"):
            self.assertEqual(self.url_open(url, data={"words": "x"}).status_code, 400)
        self.assertFalse(self._get_words())

    def test_links_that_open_nothing(self):
        self.debtor.with_user(self.collector).action_revoke_portal_link()
        for path in ("question", "paid", "promise"):
            self._assert_missing(f"{self.url.rpartition('/')[0]}/{path}")
            self._assert_missing(f"/collections/guess/{path}")
        self._log_in(self.claire)
        self._assert_missing(f"/my/collections/{self.other_debtor.id}/question")

    def test_sent_with_a_dead_link(self):
        page = self._get_form(self.url)
        [token] = page.xpath("//input[@name='csrf_token']/@value")
        self.debtor.with_user(self.collector).action_revoke_portal_link()
        self._assert_missing(self.url, data={"csrf_token": token, "words": "x"})
        self.assertFalse(self._get_words())

    def test_log_in_first(self):
        response = self.url_open(f"/my/collections/{self.debtor.id}/question")
        self.assertIn("/web/login?redirect=", response.url)

    def test_our_own_people(self):
        """Nothing is done in the customer's name by somebody of ours."""
        self._log_in(self.collector)
        response = self.url_open(self.url)
        self.assertFalse(response.url.endswith("/question"))
        [token] = re.findall(r'csrf_token: "(\w+)"', response.text)
        self.url_open(self.url, data={"csrf_token": token, "words": "x"})
        self.assertFalse(self._get_words())
