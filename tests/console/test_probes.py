from __future__ import annotations

from serinus.console.probes import HEARD_S
from serinus.console.watch import look
from tests.console.builders import NOW, a_client, a_desk


async def test_alive_is_who_answers_and_ready_who_could_read_lately_whatever_the_name() -> None:
    desk = a_desk()
    async with a_client(desk) as client:
        before = await client.get("/readyz", headers={"host": "10.0.0.7:8900"})
        desk.pulse.at = NOW - HEARD_S + 1
        after = await client.get("/readyz", headers={"host": "10.0.0.7:8900"})
        alive = await client.get("/livez", headers={"host": "10.0.0.7:8900"})

    assert [one.status_code for one in (before, after, alive)] == [503, 200, 200]


async def test_a_probe_says_nothing_about_releases() -> None:
    desk = a_desk()
    await look(desk, {})
    async with a_client(desk) as client:
        assert {(await client.get(path)).text for path in ("/livez", "/readyz")} <= {
            "ok",
            "the releases could not be read lately",
        }
