from __future__ import annotations

from contextlib import aclosing

from serinus.console.feed import EVERYBODY, KEPT, Audience, Feed


async def heard(feed: Feed, last_id: str, events: int, audience: Audience = EVERYBODY) -> list[str]:
    """The first events of a listener that then goes."""
    found: list[str] = []
    async with aclosing(feed.listen(last_id, lambda: 7.0, audience, beat_s=0.01)) as stream:  # type: ignore[type-var]
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


async def test_news_of_a_namespace_are_for_those_who_may_see_it() -> None:
    feed, here = Feed(), [True, True, False]

    async def sees(namespace: str) -> bool:
        return namespace in ("", "shop")

    last = (await heard(feed, "", 1))[0].split("id: ")[1].split("\n")[0]
    feed.push("release", {"name": "a"}, "pay")
    feed.push("release", {"name": "b"}, "shop")
    feed.push("trouble", {"detail": "c"})
    events = await heard(feed, last, 99, Audience(sees, lambda: here.pop(0)))

    assert kinds(events) == ["release", "trouble", "beat"]
    assert '"b"' in events[0]


async def test_what_is_pushed_while_news_are_told_is_told_too() -> None:
    feed = Feed()
    last = (await heard(feed, "", 1))[0].split("id: ")[1].split("\n")[0]
    feed.push("release", {"name": "a"})
    found: list[str] = []
    async with aclosing(feed.listen(last, lambda: 7.0, beat_s=0.01)) as stream:  # type: ignore[type-var]
        async for event in stream:
            found.append(event.decode())
            if len(found) == 1:
                feed.push("release", {"name": "b"})
            if len(found) == 2:
                break

    assert '"b"' in found[1]
