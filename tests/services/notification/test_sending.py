"""A mail is claimed before it is sent, and its outcome recorded whatever it is; faults on demand strike here too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from opentelemetry.trace import StatusCode
from sqlalchemy import text

from notification.service import SERVICE, open_database
from tests.services.conftest import Database
from tests.services.mail_sink import Inbox
from tests.services.notification.api.test_send import KEY, send, settings
from tests.services.serving import serving

FREEZE = "CREATE TRIGGER frozen BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(FAIL, 'disk full'); END"


async def test_a_mail_failure_on_demand_is_503_on_the_trace_and_the_mail_can_be_sent_later(
    sqlite: Database, mail_settings: dict[str, Any], inbox: Inbox, tmp_path: Path
) -> None:
    file = tmp_path / "faults.json"
    file.write_text('{"mail": 1.0}')
    struck = settings(sqlite, mail_settings, service_profile="development", faults_file=file)
    async with serving(SERVICE, struck) as running:
        failed = await send(running, KEY)
        smtp = next(span for span in running.spans() if span.name.startswith("SMTP"))
    async with serving(SERVICE, settings(sqlite, mail_settings)) as mended:
        sent = await send(mended, KEY)

    assert (failed.status_code, sent.status_code, len(inbox.mails)) == (503, 200, 1)
    assert smtp.status.status_code is StatusCode.ERROR
    assert "exception" in [event.name for event in smtp.events]


async def test_a_throttle_is_an_exception_on_the_smtp_span(
    sqlite: Database, mail_settings: dict[str, Any], inbox: Inbox
) -> None:
    inbox.answers.append("454 Throttling failure: Maximum sending rate exceeded.")
    async with serving(SERVICE, settings(sqlite, mail_settings)) as running:
        await send(running)
        smtp = next(span for span in running.spans() if span.name.startswith("SMTP"))

    (event,) = smtp.events
    assert "454 Throttling failure" in str((event.attributes or {})["exception.message"])


async def test_a_mail_that_was_accepted_is_200_even_if_that_cannot_be_written_down(
    sqlite: Database, mail_settings: dict[str, Any], inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error here would make the relay send it again."""
    async with serving(SERVICE, settings(sqlite, mail_settings)) as running:
        engine = open_database(settings(sqlite, mail_settings))
        async with engine.begin() as connection:
            await connection.execute(text(FREEZE))
        reply = await send(running, KEY)
        await engine.dispose()

    assert (reply.status_code, len(inbox.mails)) == (200, 1)
    assert "outcome not recorded" in capsys.readouterr().out
