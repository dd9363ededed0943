import logging

from odoo.tests import BaseCase, tagged

from ..tools.log_filter import TokenFilter, hide_tokens

TOKEN = "AQCcUmsAAAAAGU3THSMntyk575DVKEjTV1Rt9nr69vocb7isuEUZerpbMSwgIiJd"


@tagged("post_install", "-at_install")
class TestLogFilter(BaseCase):
    """The log of requests holds no link that opens a page."""

    def test_hide(self):
        self.assertEqual(
            hide_tokens(f'"GET /collections/{TOKEN}/pay?item=3 HTTP/1.1" 200'),
            '"GET /collections/***/pay?item=3 HTTP/1.1" 200',
        )
        for text in ("/my/collections/12", "/collections/paid", "/collections/short"):
            self.assertEqual(hide_tokens(text), text)

    def test_requests(self):
        """As the server logs them, whoever handles the log."""
        logger = logging.getLogger("werkzeug")
        self.assertTrue(any(isinstance(f, TokenFilter) for f in logger.filters))
        request = f"GET /collections/{TOKEN} HTTP/1.1"
        for msg, args in ((request, ()), ('1.2.3.4 "%s" %s', (request, 200))):
            record = logging.LogRecord("x", logging.INFO, "x", 1, msg, args, None)
            self.assertTrue(logger.filter(record))
            self.assertNotIn(TOKEN, record.getMessage())
            self.assertIn("/collections/***", record.getMessage())
