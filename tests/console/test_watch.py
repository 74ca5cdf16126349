from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec

from serinus.console.feed import Feed
from serinus.console.watch import look, watch
from serinus.errors import RecordError
from tests.console.builders import FakeReleases, a_desk, a_seen

KEY = ("default", "notification")


def told(feed: Feed) -> list[str]:
    return [news.kind for news in feed.after(0) or ()]


async def test_only_what_changed_is_told_and_what_is_gone() -> None:
    releases = FakeReleases(a_seen())
    desk = a_desk(releases=releases)
    known: dict[tuple[str, str], object] = {}

    await look(desk, known)
    await look(desk, known)
    releases.all[KEY] = a_seen(paused=True)
    await look(desk, known)
    releases.all.clear()
    await look(desk, known)

    assert told(desk.feed) == ["release", "release", "gone"]


async def test_what_cannot_be_read_is_told_and_the_looking_goes_on() -> None:
    class Broken(FakeReleases):
        async def keys(self) -> tuple[tuple[str, str], ...]:
            raise RecordError("release.json: not readable")

    desk = a_desk(releases=Broken())
    watching = asyncio.ensure_future(watch(desk))
    while not desk.feed.after(0):
        await asyncio.sleep(0)
    running = not watching.done()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching

    news = desk.feed.after(0)
    assert news is not None
    assert (running, msgspec.json.decode(news[0].data)) == (True, {"detail": "release.json: not readable"})
