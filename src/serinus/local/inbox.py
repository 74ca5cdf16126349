"""EDGE An SMTP server with an inbox: STARTTLS and a password are required. In: SMTP. Out: stored mails.
A program of its own; user name and password file by the environment: INBOX_USERNAME, INBOX_PASSWORD_FILE.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import logging
import os
import signal
import ssl
import time
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from serinus.local.mails import store
from serinus.local.ports import LOOPBACK

LARGEST = 256 * 1024  # bytes of one message


class Inbox:
    """What aiosmtpd asks: may this client log in, and shall we keep this mail."""

    def __init__(self, directory: Path, username: str, password: str) -> None:
        self._directory = directory
        self._expected = (username.encode(), password.encode())

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        """Name and password are both compared, each in constant time."""
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        known = hmac.compare_digest(given.login, self._expected[0])
        right = hmac.compare_digest(given.password, self._expected[1])
        return AuthResult(success=known and right, handled=False)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """250 only once the mail is stored."""
        content = envelope.original_content or b""
        store(self._directory, uuid.uuid4().hex, content, tuple(envelope.rcpt_tos), time.time())
        return "250 OK"


def server_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


async def serve(inbox: Inbox, host: str, port: int, tls: ssl.SSLContext) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(lambda: _protocol(inbox, tls), host, port)
    await ended.wait()
    server.close()


def _protocol(inbox: Inbox, tls: ssl.SSLContext) -> SMTP:
    return SMTP(
        inbox,
        data_size_limit=LARGEST,
        hostname="smtp-service",
        ident="Serinus inbox",
        tls_context=tls,
        require_starttls=True,
        auth_required=True,
        authenticator=inbox.authenticate,
        timeout=60,
    )


def main() -> None:
    """Options and environment to a running server."""
    parser = argparse.ArgumentParser(description="An SMTP server that keeps what it accepts.")
    parser.add_argument("--dir", type=Path, required=True, help="where mails are kept")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on; the default is not seen from outside")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    options = parser.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecated names at each login
    password = Path(os.environ["INBOX_PASSWORD_FILE"]).read_text().strip()
    options.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    inbox = Inbox(options.dir, os.environ["INBOX_USERNAME"], password)
    asyncio.run(serve(inbox, options.host, options.port, server_tls(options.cert, options.key)))


if __name__ == "__main__":
    main()
