"""A real SMTP server with STARTTLS for tests: mails flow in over loopback, what arrived flows out as values.

It runs in a thread of its own, so that both in-process tests and real service processes can use it.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME, PASSWORD = "ses-user", "ses-Secret-0"
SILENCE = ""


@dataclass
class Inbox:
    """`answers` are given to the next DATA commands instead of 250, SILENCE never; `refused` recipients get a 550."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: deque[str] = field(default_factory=deque)
    refused: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    loop: asyncio.AbstractEventLoop | None = None
    open_ones: list[SMTP] = field(default_factory=list)

    def drop_all(self) -> None:
        """Close every connection, as a server does with idle ones."""
        assert self.loop is not None
        for one in self.open_ones:
            if one.transport is not None:
                self.loop.call_soon_threadsafe(one.transport.close)

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += session.ssl is None
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            if (answer := self.answers.popleft()) == SILENCE:
                await asyncio.Event().wait()
            return answer
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 accepted"


def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (USERNAME.encode(), PASSWORD.encode()), handled=False)


async def hang_up(conversations: list[SMTP]) -> None:
    """Close what is open and give the loop the turns it needs to say so."""
    for one in conversations:
        for transport in (one.transport, one._original_transport):
            if transport is not None:
                transport.close()
    pending = asyncio.all_tasks() - {asyncio.current_task()}
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for _ in range(3):
        await asyncio.sleep(0)


@contextmanager
def mail_server(context: ssl.SSLContext | None) -> Iterator[Inbox]:
    """Serve until the block ends; without a context the server knows no STARTTLS."""
    inbox, loop, ready = Inbox(), asyncio.new_event_loop(), threading.Event()

    def conversation() -> SMTP:
        tls: dict[str, Any] = {} if context is None else {"tls_context": context, "require_starttls": True}
        auth: dict[str, Any] = {} if context is None else {"auth_required": True, "authenticator": authenticate}
        one = SMTP(inbox, hostname="sink.test", loop=loop, **tls, **auth)
        inbox.open_ones.append(one)
        return one

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(conversation, "127.0.0.1", 0))
        inbox.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(hang_up(inbox.open_ones))
        loop.close()

    inbox.loop = loop
    thread = threading.Thread(target=run, name="mail-sink", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield inbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
