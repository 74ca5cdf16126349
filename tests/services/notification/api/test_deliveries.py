"""GET /notification/deliveries/{id}: V2 tells what became of a mail, V1 does not."""

from __future__ import annotations

from typing import Any

from notification.service import SERVICE
from tests.services.conftest import Database
from tests.services.mail_sink import Inbox
from tests.services.notification.api.test_send import KEY, send, settings
from tests.services.serving import serving

ID = KEY["Idempotency-Key"].strip('"')


async def test_v2_shows_an_accepted_delivery(database: Database, mail_settings: dict[str, Any], inbox: Inbox) -> None:
    async with serving(SERVICE, settings(database, mail_settings, app_version="V2")) as v2:
        sent = await send(v2, KEY)
        shown = (await v2.client.get(f"/notification/deliveries/{ID}")).json()

    assert sent.headers["delivery-id"] == ID
    assert shown["finishedAt"] >= shown["createdAt"]
    assert {key: shown[key] for key in ("id", "state", "attempts", "release", "recipients", "messageId")} == {
        "id": ID,
        "state": "accepted",
        "attempts": 1,
        "release": "V2",
        "recipients": 1,
        "messageId": inbox.mails[0]["Message-ID"],
    }


async def test_v2_shows_why_a_delivery_failed(sqlite: Database, mail_settings: dict[str, Any], inbox: Inbox) -> None:
    inbox.answers.append("554 Message rejected")
    async with serving(SERVICE, settings(sqlite, mail_settings, app_version="V2")) as v2:
        await send(v2, KEY)
        shown = (await v2.client.get(f"/notification/deliveries/{ID}")).json()

    assert (shown["state"], shown["reason"]) == ("rejected", "554 Message rejected")


async def test_an_unknown_delivery_is_404(sqlite: Database, mail_settings: dict[str, Any]) -> None:
    async with serving(SERVICE, settings(sqlite, mail_settings, app_version="V2")) as v2:
        assert (await v2.client.get("/notification/deliveries/none")).status_code == 404


async def test_v1_answers_404_and_says_which_release_does(sqlite: Database, mail_settings: dict[str, Any]) -> None:
    async with serving(SERVICE, settings(sqlite, mail_settings)) as v1:
        reply = await v1.client.get(f"/notification/deliveries/{ID}")

    assert (reply.status_code, reply.json()["detail"]) == (404, "Release V1 shows no delivery log; V2 does")
