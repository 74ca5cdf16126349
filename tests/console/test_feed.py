from __future__ import annotations

from contextlib import aclosing

from serinus.console.feed import KEPT, Feed


async def heard(feed: Feed, last_id: str, events: int) -> list[str]:
    """The first events of a listener that then goes."""
    found: list[str] = []
    async with aclosing(feed.listen(last_id, lambda: 7.0, beat_s=0.01)) as stream:  # type: ignore[type-var]
        async for event in stream:
            found.append(event.decode())
            if len(found) == events:
                break
    return found


def kinds(events: list[str]) -> list[str]:
    return [event.split("event: ")[1].split("\n")[0] for event in events]


async def test_a_new_listener_is_told_to_begin_anew_and_then_hears_a_beat() -> None:
    feed = Feed()

    assert kinds(await heard(feed, "", 2)) == ["reset", "beat"]
    assert feed.listeners == 0


async def test_a_listener_that_comes_back_hears_what_it_missed() -> None:
    feed = Feed()
    feed.push("release", {"name": "a"})
    last = (await heard(feed, "", 1))[0].split("id: ")[1].split("\n")[0]
    feed.push("release", {"name": "b"})
    feed.push("gone", {"name": "a"})

    events = await heard(feed, last, 3)
    assert kinds(events) == ["release", "gone", "beat"]
    assert 'data: {"name":"b"}\n\n' in events[0]


async def test_ids_of_another_process_or_of_long_ago_begin_anew() -> None:
    feed = Feed()
    for number in range(KEPT + 5):
        feed.push("release", number)

    for last in ("other-1", f"{feed.boot}-2", f"{feed.boot}-x", f"{feed.boot}-{'9' * 30}", f"{feed.boot}-999999"):
        assert kinds(await heard(feed, last, 1)) == ["reset"]
