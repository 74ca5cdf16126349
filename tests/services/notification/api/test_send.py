"""POST /notification/send against a real mail server with STARTTLS, on both releases and both kinds of database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from opentelemetry.trace import StatusCode

from notification.service import SERVICE
from notification.settings import NotificationSettings
from tests.services.conftest import Database
from tests.services.mail_sink import Inbox
from tests.services.serving import JSON, Running, serving

MAIL: dict[str, Any] = {"subject": "Hello", "content": "First line\nsecond", "toEmails": ["ann@example.com"]}
KEY = {"Idempotency-Key": '"3f0c2a52-0d6e-4c44-9c39-0b6f8b1f2a77"'}


def settings(database: Database, mail_settings: dict[str, Any], **more: Any) -> NotificationSettings:
    return NotificationSettings(**{**database.notification, **mail_settings, **more})


@pytest.fixture
async def running(database: Database, mail_settings: dict[str, Any]) -> AsyncIterator[Running]:
    async with serving(SERVICE, settings(database, mail_settings)) as service:
        yield service


async def send(running: Running, headers: dict[str, str] | None = None, **changes: Any) -> httpx2.Response:
    return await running.client.post("/notification/send", json=MAIL | changes, headers=headers)


async def test_200_means_the_mail_server_has_the_mail(running: Running, inbox: Inbox) -> None:
    reply = await send(running)

    assert (reply.status_code, reply.content) == (200, b"")
    assert [mail["Subject"] for mail in inbox.mails] == ["Hello"]
    assert inbox.mails[0].get_content() == "First line\nsecond\n"


async def test_each_recipient_gets_one_mail_whatever_list_and_case(running: Running, inbox: Inbox) -> None:
    await send(
        running,
        toEmails=["ann@example.com", "ANN@example.com"],
        ccEmails=["bob@example.com", "Ann@Example.com"],
        bccEmails=["eve@example.com", "BOB@example.com"],
    )

    assert inbox.recipients == [["ann@example.com", "bob@example.com", "eve@example.com"]]
    assert inbox.mails[0]["Bcc"] is None
    assert "eve" not in inbox.mails[0].as_string()


async def test_from_is_accepted_and_ignored(running: Running, inbox: Inbox) -> None:
    reply = await running.client.post("/notification/send", json=MAIL | {"from": "mallory@example.com"})

    assert reply.status_code == 200
    assert inbox.mails[0]["From"] == "no-reply@omnitechsol.com"


async def test_a_repeated_key_is_answered_200_without_a_second_mail(running: Running, inbox: Inbox) -> None:
    replies = [await send(running, KEY), await send(running, KEY)]

    assert [reply.status_code for reply in replies] == [200, 200]
    assert len(inbox.mails) == 1
    assert not [span.name for span in running.spans() if span.status.status_code is StatusCode.ERROR]


async def test_of_two_requests_with_a_key_at_once_one_sends(running: Running, inbox: Inbox) -> None:
    replies = await asyncio.gather(*(send(running, KEY) for _ in range(5)))

    assert {reply.status_code for reply in replies} <= {200, 409}
    assert all("retry-after" in reply.headers for reply in replies if reply.status_code == 409)
    assert len(inbox.mails) == 1


async def test_a_key_with_another_body_is_422(running: Running) -> None:
    await send(running, KEY)

    reply = await send(running, KEY, content="something else")

    assert (reply.status_code, reply.json()["detail"]) == (422, "This Idempotency-Key was used for another mail")


async def test_a_key_sent_by_v1_is_not_sent_again_by_v2(
    database: Database, mail_settings: dict[str, Any], inbox: Inbox
) -> None:
    async with serving(SERVICE, settings(database, mail_settings, app_version="V1")) as v1:
        await send(v1, KEY)
    async with serving(SERVICE, settings(database, mail_settings, app_version="V2")) as v2:
        reply = await send(v2, KEY)

    assert (reply.status_code, len(inbox.mails)) == (200, 1)


async def test_a_throttle_of_ses_is_429_and_the_next_attempt_sends_with_the_same_message_id(
    running: Running, inbox: Inbox
) -> None:
    inbox.answers.append("454 Throttling failure: Maximum sending rate exceeded.")

    throttled, sent = await send(running, KEY), await send(running, KEY)

    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "10")
    assert "454 Throttling failure" in throttled.json()["detail"]
    assert sent.status_code == 200
    assert inbox.mails[0]["Message-ID"] == "<3f0c2a52-0d6e-4c44-9c39-0b6f8b1f2a77@omnitechsol.com>"


async def test_a_mail_the_server_rejects_is_422_and_not_tried_again(running: Running, inbox: Inbox) -> None:
    inbox.answers.append("554 Message rejected: Email address is not verified.")

    replies = [await send(running, KEY), await send(running, KEY)]

    assert [reply.status_code for reply in replies] == [422, 422]
    assert "not verified" in replies[1].json()["detail"]
    assert inbox.mails == []


async def test_a_passing_trouble_is_503(running: Running, inbox: Inbox) -> None:
    inbox.answers.append("451 Local error in processing")

    reply = await send(running)

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")


async def test_one_refused_recipient_does_not_keep_the_others_from_their_mail(running: Running, inbox: Inbox) -> None:
    inbox.refused["bob@example.com"] = "550 No such user"

    reply = await send(running, toEmails=["ann@example.com", "bob@example.com"])

    assert (reply.status_code, inbox.recipients) == (200, [["ann@example.com"]])


async def test_when_all_recipients_are_refused_it_is_422(running: Running, inbox: Inbox) -> None:
    inbox.refused["ann@example.com"] = "550 No such user"

    assert (await send(running)).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "Hi\r\nBcc: eve@example.com"}, "subject"),
        ({"toEmails": ["ann@example.com\r\nBcc: eve@example.com"]}, "toEmails.0"),
        ({"toEmails": ["ann@example.com, eve@example.com"]}, "toEmails.0"),
        ({"ccEmails": ["<eve@example.com>"]}, "ccEmails.0"),
        ({"toEmails": []}, "toEmails"),
        ({"priority": 1}, "priority"),
    ],
)
async def test_a_wrong_mail_is_400_and_the_field_is_named(
    running: Running, inbox: Inbox, changes: dict[str, Any], field: str
) -> None:
    reply = await send(running, **changes)

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (400, field)
    assert inbox.mails == []


async def test_malformed_json_and_a_malformed_key_are_400(running: Running) -> None:
    broken = await running.client.post("/notification/send", content=b"{", headers=JSON)
    key = await send(running, {"Idempotency-Key": "a b"})

    assert (broken.status_code, key.status_code) == (400, 400)
    assert key.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_the_conversation_is_a_client_span_under_the_request(running: Running, inbox: Inbox) -> None:
    await send(running)

    spans = {span.name: span for span in running.spans()}
    smtp, server = spans["SMTP email-smtp.test.internal"], spans["POST /notification/send"]
    assert smtp.parent is not None
    assert smtp.parent.span_id == server.context.span_id
    assert (smtp.attributes or {})["peer.service"] == "email-smtp.test.internal"
    assert (smtp.attributes or {})["server.address"] == "127.0.0.1"
    assert (server.attributes or {})["version"] == "V1"
    assert (server.attributes or {})["http.route"] == "/notification/send"


async def test_connections_to_the_mail_server_are_reused(running: Running, inbox: Inbox) -> None:
    for _ in range(3):
        await send(running)

    assert (len(inbox.mails), inbox.connections) == (3, 1)
