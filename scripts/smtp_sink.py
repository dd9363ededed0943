"""A local SMTP server that delivers nothing: each mail becomes a file.

usage: smtp_sink.py FOLDER [PORT]

Listens on 127.0.0.1, prints its port on one line, and works until it is ended.
"""

import asyncio
import contextlib
import sys
from datetime import datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Sink:
    """Write every accepted message to a file named by its time of arrival."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = f"{datetime.now():%Y%m%d-%H%M%S}-{self.count:04}.eml"
        # The envelope isn't part of a message, and it is what was really asked for.
        head = [b"X-Envelope-From: " + (envelope.mail_from or "").encode()]
        head += [b"X-Envelope-To: " + to.encode() for to in envelope.rcpt_tos]
        # No half-written file under the final name: someone may be reading along.
        part = self.folder / f".{name}"
        part.write_bytes(b"\r\n".join(head) + b"\r\n" + envelope.original_content)
        part.rename(self.folder / name)
        return "250 Message accepted"


async def serve(folder, port):
    sink = Sink(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(folder, int(arguments[1]) if arguments[1:] else 0))


if __name__ == "__main__":
    main(sys.argv[1:])
