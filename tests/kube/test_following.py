"""What is followed on a cluster, on a source that lists and changes as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from serinus.errors import ClusterError
from serinus.kube import following
from serinus.kube.following import STALE_S, Following
from serinus.kube.kinds import RELEASE, Json, Kind

Told = tuple[str, Json] | ClusterError | None


def one(name: str, version: int = 1) -> Json:
    return {"metadata": {"namespace": "shop", "name": name, "resourceVersion": str(version)}}


class Source:
    """`lists`: what each list answers, the last one for ever. `changes`: what a watch tells; None ends it."""

    def __init__(self, *lists: list[Json] | ClusterError) -> None:
        self.lists = list(lists)
        self.changes: asyncio.Queue[Told] = asyncio.Queue()
        self.watched: list[str] = []
        self.listed_times = 0

    async def listed(self, kind: Kind, namespace: str) -> tuple[list[Json], str]:
        assert (kind, namespace) == (RELEASE, "shop")
        self.listed_times += 1
        found = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        if isinstance(found, ClusterError):
            raise found
        return found, f"list {self.listed_times}"

    async def watch(self, kind: Kind, namespace: str, version: str, quiet_s: float) -> AsyncIterator[tuple[str, Json]]:
        del kind, namespace, quiet_s
        self.watched.append(version)
        while told := await self.changes.get():
            if isinstance(told, ClusterError):
                raise told
            yield told


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def until_watched(source: Source, times: int) -> None:
    """The event loop alone is waited for."""
    while len(source.watched) < times or not source.changes.empty():
        await asyncio.sleep(0)
    for _ in range(5):
        await asyncio.sleep(0)


def names(found: dict[tuple[str, str], Json]) -> list[tuple[str, str]]:
    return sorted((name, document["metadata"]["resourceVersion"]) for (_, name), document in found.items())


async def test_what_is_added_changed_and_deleted_is_heard_without_another_list() -> None:
    source = Source([one("a"), one("b")])
    followed = Following(source, RELEASE, "shop", Clock())
    first = names(await followed.objects())
    for told in (("ADDED", one("c")), ("MODIFIED", one("a", 2)), ("DELETED", one("b", 3))):
        source.changes.put_nowait(told)
    await until_watched(source, 1)

    assert first == [("a", "1"), ("b", "1")]
    assert names(await followed.objects()) == [("a", "2"), ("c", "1")]
    assert source.listed_times == 1
    await followed.stop()


async def test_where_a_watch_ends_all_is_listed_again_and_watched_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "RETRY_S", 0.0)
    source = Source([one("a")], [one("b")])
    followed = Following(source, RELEASE, "shop", Clock())
    await followed.objects()
    source.changes.put_nowait(None)
    await until_watched(source, 2)

    assert names(await followed.objects()) == [("b", "1")]
    assert source.watched == ["list 1", "list 2"]
    await followed.stop()


async def test_what_cannot_be_read_is_said_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "RETRY_S", 0.0)
    source = Source(ClusterError("no answer"), [one("a")])
    followed = Following(source, RELEASE, "shop", Clock())
    with pytest.raises(ClusterError, match="no answer"):
        await followed.objects()
    await until_watched(source, 1)
    assert names(await followed.objects()) == [("a", "1")]

    source.lists = [ClusterError("gone away"), [one("a", 2)]]
    source.changes.put_nowait(ClusterError("the line is cut"))
    await until_watched(source, 2)
    assert names(await followed.objects()) == [("a", "2")]
    await followed.stop()


async def test_silence_is_no_health() -> None:
    clock = Clock()
    followed = Following(Source([one("a")]), RELEASE, "shop", clock)
    await followed.objects()
    clock.now += STALE_S
    await followed.objects()
    clock.now += 1.0
    with pytest.raises(ClusterError, match="nothing heard for 31 s"):
        await followed.objects()
    await followed.stop()
