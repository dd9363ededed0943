from lxml import html

from .portal_common import PortalCommon

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00"
    b"\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02"
    b"\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


class PortalFormsCommon(PortalCommon):
    """A customer who fills in forms, as a browser does."""

    def _get_form(self, url):
        """Return a page, parsed."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return html.fromstring(response.text)

    def _send_form(self, url, files=(), **values):
        """Fill in a form and send it; return the answer, after redirections.

        :param files: name and content of each.
        """
        [token] = self._get_form(url).xpath("//form[@method='post']/input/@value")[:1]
        return self.url_open(
            url,
            data={"csrf_token": token, **values},
            files=[("files", file) for file in files] or None,
        )

    def _get_error(self, response):
        """Return why a form was refused; it was not sent, nor was anything lost."""
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.text)
        [error] = page.xpath("//div[contains(@class, 'o_collections_error')]")
        return " ".join(error.text_content().split())

    def _assert_done(self, response, words):
        """The customer is back on his page, and thanked."""
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.text)
        thanks = page.xpath("//div[contains(@class, 'o_collections_done')]")
        self.assertTrue(thanks, self._read(response))
        self.assertIn(words, " ".join(thanks[0].text_content().split()))

    def _get_tasks(self, debtor=None):
        """Return what the responsible is to do about a debtor."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "collections.debtor"),
                ("res_id", "=", (debtor or self.debtor).id),
            ]
        )

    def _get_words(self, debtor=None):
        """Return what the customer wrote into the chatter of his file."""
        return (debtor or self.debtor).message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
