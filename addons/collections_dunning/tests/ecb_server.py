"""A real HTTP server in a thread that answers as the data service of the ECB does."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SERIES = "FM.D.U2.EUR.4F.KR.MRR_FR.LEV"
COLUMNS = "KEY,FREQ,REF_AREA,CURRENCY,PROVIDER_FM,INSTRUMENT_FM,PROVIDER_FM_ID,"
HEADER = COLUMNS + "DATA_TYPE_FM,TIME_PERIOD,OBS_VALUE"


def write_answer(values, series=SERIES):
    """Return a table of rates by day, as the data service writes it."""
    dimensions = ",".join(series.split(".")[1:])
    rows = [f"{series},{dimensions},{day},{value}" for day, value in values.items()]
    return "\r\n".join([HEADER, *rows, ""])


class EcbService:
    """What the server answers.

    :ivar dict values: rates by day, as texts; a day that is missing has no row.
    :ivar answer: function of the handler that answers something else.
    :ivar list requests: (path, query) of each request.
    """

    def __init__(self):
        self.values = {}
        self.answer = None
        self.requests = []
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    """Answers a request for the days of a period."""

    def do_GET(self):
        service = self.server.service
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        service.requests.append((parts.path, query))
        if service.answer:
            service.answer(self)
            return
        days = {
            day: value
            for day, value in service.values.items()
            if query["startPeriod"] <= day <= query["endPeriod"]
        }
        self.reply(write_answer(days))

    def reply(self, body, status=200, content_type="text/csv", **headers):
        """Answer with a body."""
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def hang(self, seconds):
        """Answer nothing for a while."""
        time.sleep(seconds)

    def drip(self, content, seconds):
        """Answer byte by byte, until nobody listens any more."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(seconds)
        except OSError:
            self.close_connection = True

    def log_message(self, *args):
        """Say nothing in the log of the tests."""


@contextmanager
def run_ecb_service():
    """Run the server on a free port of this machine as long as the context lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.service = service = EcbService()
    service.url = f"http://127.0.0.1:{server.server_port}/service/data/{SERIES}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
