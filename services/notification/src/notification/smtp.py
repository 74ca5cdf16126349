"""EDGE. A message flows in, the mail server's acceptance flows out, or a MailFailure that says whether to try again.

STARTTLS is required and verified. Conversations reuse up to `connections` open ones; an unused one is checked first.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import aiosmtplib
import msgspec

from notification.errors import MailFailure, Rejected, Throttled, Unavailable
from notification.mail import Mail
from notification.transport import Acceptance, Call
from omnitech_chassis.errors import ConfigurationError


class MailServer(msgspec.Struct, frozen=True):
    """Where and how to deliver. `tls_name` is what the certificate must name; timeouts in seconds."""

    host: str
    port: int
    tls_name: str
    username: str | None = None
    password: str | None = None
    timeout_s: float = 15.0
    connections: int = 4


def verifying(ca: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, verified against `ca` or the system's. Raises ConfigurationError for an unreadable file."""
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    except (OSError, ssl.SSLError) as unreadable:
        rule = f"must be a file of PEM certificates ({unreadable})"
        raise ConfigurationError("AWS_MAIL_SERVER_CA", rule, str(ca)) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def failure(cause: Exception) -> MailFailure:
    """What an exception of the conversation means for the mail."""
    match cause:
        case aiosmtplib.SMTPRecipientsRefused(recipients=refused):
            return _of_answers([f"{r.code} {r.message}" for r in refused])
        case (
            aiosmtplib.SMTPDataError(code=code, message=words)
            | aiosmtplib.SMTPRecipientRefused(code=code, message=words)
        ):
            return _of_answers([f"{code} {words}"])
        case aiosmtplib.SMTPResponseException(code=454, message=words) if "hrottling" in words:
            return Throttled(f"454 {words}")
        case aiosmtplib.SMTPResponseException(code=code, message=words):
            return Unavailable(
                f"{code} {words}"
            )  # greeting, login or sender refused: ours to mend, not the mail's fault
        case _:
            return Unavailable(f"{type(cause).__name__}: {cause}")


def _of_answers(answers: list[str]) -> MailFailure:
    """Rejected only if every answer is final; a quota (454) is a throttle."""
    words = "; ".join(answers)
    if all(answer.startswith("5") for answer in answers):
        return Rejected(words)
    return Throttled(words) if any(answer.startswith("454") for answer in answers) else Unavailable(words)


class Postman:
    """Delivers to one mail server over a bounded number of connections."""

    def __init__(self, server: MailServer, context: ssl.SSLContext) -> None:
        where: dict[str, str | int] = {"server.address": server.host, "server.port": server.port}
        named = {"peer.service": server.tls_name, "network.protocol.name": "smtp"}
        self.call = Call(f"SMTP {server.tls_name}", {**named, **where})
        self._server, self._context = server, context
        self._places = asyncio.Semaphore(server.connections)
        self._idle: list[aiosmtplib.SMTP] = []

    async def deliver(self, message: EmailMessage, sender: str, mail: Mail) -> Acceptance:
        """Returns once the server has accepted the mail. Raises MailFailure."""
        try:
            async with asyncio.timeout(self._server.timeout_s), self._conversation() as smtp:
                refused, words = await smtp.sendmail(sender, list(mail.recipients), message.as_bytes())
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as cause:
            raise failure(cause) from cause
        return Acceptance(words, tuple(refused))

    @asynccontextmanager
    async def _conversation(self) -> AsyncIterator[aiosmtplib.SMTP]:
        async with self._places:
            smtp = await self._reusable() or await self._connected()
            try:
                yield smtp
            except BaseException:
                hang_up(smtp)
                raise
            self._idle.append(smtp)

    async def _reusable(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            smtp = self._idle.pop()
            try:
                await smtp.noop()
            except (aiosmtplib.SMTPException, OSError):
                hang_up(smtp)
            else:
                return smtp
        return None

    async def _connected(self) -> aiosmtplib.SMTP:
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            start_tls=False,
            local_hostname=socket.gethostname(),
            timeout=server.timeout_s,
            tls_context=self._context,
        )
        await smtp.connect()
        try:
            await smtp.starttls(server_hostname=server.tls_name)
            if server.username is not None:
                await smtp.login(server.username, server.password or "")
        except BaseException:
            hang_up(smtp)
            raise
        return smtp

    async def close(self) -> None:
        while self._idle:
            smtp = self._idle.pop()
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await smtp.execute_command(b"QUIT")
            hang_up(smtp)


def hang_up(smtp: aiosmtplib.SMTP) -> None:
    """Close at once: a closing TLS handshake would be waited for in the background, and nothing is left to say."""
    if smtp.transport is not None:
        cast("asyncio.WriteTransport", smtp.transport).abort()
    smtp.close()
