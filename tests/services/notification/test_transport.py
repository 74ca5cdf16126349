"""What every way of sending mail promises, each against a real server over verified TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import trustme

from notification.errors import Rejected, Throttled, Unavailable
from notification.mail import Mail
from notification.service import transport
from notification.settings import NotificationSettings
from notification.transport import Acceptance, Transport
from tests.services.mail_stands import Stand
from tests.services.process import free_port
from tests.services.serving import eventually

SENDER = "no-reply@omnitechsol.com"
MAIL = Mail("Grüße", "Schöne Grüße\n", ("ann@example.com",), ("bob@example.com",), ("eve@example.com",))


def message(mail: Mail = MAIL) -> EmailMessage:
    written = EmailMessage(policy=SMTP)
    written["From"], written["To"], written["Cc"] = SENDER, ", ".join(mail.to), ", ".join(mail.cc)
    written["Subject"] = mail.subject
    written.set_content(mail.content)
    return written


@asynccontextmanager
async def opened(stand: Stand, **more: Any) -> AsyncIterator[Transport]:
    """As the service opens it; patient, for a machine may be busy."""
    patient = {"mail_timeout_seconds": 50.0, "notification_lease_seconds": 60.0}
    way = transport(NotificationSettings(**{**stand.settings, **patient, **more}))
    try:
        yield way
    finally:
        await way.close()


async def deliver(way: Transport) -> Acceptance:
    return await way.deliver(message(), SENDER, MAIL)


async def test_an_accepted_mail_is_there_as_it_was_written_for_each_recipient(stand: Stand) -> None:
    async with opened(stand) as way:
        accepted = await deliver(way)

    (mail,) = stand.inbox.mails
    assert accepted.words
    assert accepted.refused == ()
    assert stand.inbox.recipients == [["ann@example.com", "bob@example.com", "eve@example.com"]]
    assert (mail["Subject"], mail.get_content()) == ("Grüße", "Schöne Grüße\n")
    assert (mail["To"], mail["Cc"], mail["Bcc"]) == ("ann@example.com", "bob@example.com", None)
    assert "eve" not in mail.as_string()


async def test_a_throttle_is_one_attempt_and_leaves_the_way_open(stand: Stand) -> None:
    stand.throttle()
    async with opened(stand) as way:
        with pytest.raises(Throttled, match="Maximum sending rate exceeded"):
            await deliver(way)
        assert stand.inbox.mails == []
        await deliver(way)

    assert len(stand.inbox.mails) == 1


async def test_a_mail_that_will_never_be_taken_is_rejected(stand: Stand) -> None:
    stand.reject()
    async with opened(stand) as way:
        with pytest.raises(Rejected, match="not verified"):
            await deliver(way)


async def test_a_passing_trouble_is_one_attempt_too(stand: Stand) -> None:
    """Whoever asked tries again: a second attempt here would make it wait, and might mail twice."""
    stand.fail()
    async with opened(stand) as way:
        with pytest.raises(Unavailable):
            await deliver(way)

    assert stand.inbox.mails == []


async def test_a_refused_login_is_ours_to_mend_and_its_secret_is_not_told(stand: Stand) -> None:
    stand.with_secret("wrong-Secret")
    async with opened(stand) as way:
        with pytest.raises(Unavailable) as refused:
            await deliver(way)

    assert "wrong-Secret" not in refused.value.reason
    assert stand.inbox.mails == []


async def test_nobody_there_is_unavailable(stand: Stand) -> None:
    stand.at(free_port())
    async with opened(stand) as way:
        with pytest.raises(Unavailable, match=r"ConnectError|EndpointConnectionError"):
            await deliver(way)


async def test_a_server_of_another_authority_gets_neither_mail_nor_secret(stand: Stand, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    stand.trusting(tmp_path / "other.pem")
    async with opened(stand) as way:
        with pytest.raises(Unavailable, match=r"(?i)certificate.verify.failed"):
            await deliver(way)

    assert stand.inbox.mails == []


async def test_a_server_that_says_nothing_is_waited_for_no_longer_than_agreed(stand: Stand) -> None:
    async with opened(stand, mail_timeout_seconds=2.0) as way:
        await eventually(lambda: accepted(way))
        stand.silent()
        async with asyncio.timeout(20):
            with pytest.raises(Unavailable, match=r"[Tt]imeout"):
                await deliver(way)


async def accepted(way: Transport) -> bool:
    try:
        return bool(await deliver(way))
    except Unavailable:
        return False


async def test_connections_are_kept_and_never_more_than_agreed(stand: Stand) -> None:
    async with opened(stand, mail_connections=2) as way:
        await asyncio.gather(*(deliver(way) for _ in range(12)))

    assert len(stand.inbox.mails) == 12
    assert stand.inbox.connections <= 2


async def test_a_connection_the_server_closed_is_replaced(stand: Stand) -> None:
    async with opened(stand, mail_connections=1) as way:
        await deliver(way)
        stand.inbox.drop_all()
        await deliver(way)

    assert (len(stand.inbox.mails), stand.inbox.connections) == (2, 2)
