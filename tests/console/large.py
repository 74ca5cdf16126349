"""The largest world the console promises to show: many releases, a wide map, a trace of thousands of spans.
In: sizes. Out: releases and an X-Ray in memory, and a console over them that a real browser can open.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import Queue
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from serinus.console.desk import Desk
from serinus.console.port import Seen
from serinus.console.rows import row
from serinus.console.server import serve
from serinus.release.status import Phase
from tests.console.builders import CANARY, NOW, STABLE, FakeReleases, FakeTraces, a_desk, a_seen

RELEASES, SERVICES, SPANS, BATCH = 1000, 200, 5000, 100
LONG = "1-67441002-0123456789abcdef01234567"
PHASES = (Phase.ROLLED_BACK, Phase.PROMOTED, Phase.ANALYSING, Phase.AWAITING_APPROVAL, Phase.SCALING)


def a_numbered(number: int, standing: int | None = None) -> Seen:
    """One of many, each phase as often as any other; or all in PHASES[standing]."""
    phase = PHASES[number % len(PHASES) if standing is None else standing]
    seen = a_seen(phase, "rolled back" if phase is Phase.ROLLED_BACK else "", since=NOW - number)
    metadata = replace(seen.release.metadata, namespace=f"team-{number % 20:02}", name=f"service-{number:04}")
    return replace(seen, release=replace(seen.release, metadata=metadata))


def many_releases(count: int = RELEASES) -> FakeReleases:
    return FakeReleases(*(a_numbered(number) for number in range(count)))


def a_wide_map(count: int = SERVICES) -> list[dict[str, Any]]:
    """Each service calls up to three others, and some a fourth further away; two of them are under release."""
    names = ["gateway", STABLE, CANARY, *(f"service-{number:03}" for number in range(3, count))]
    return [
        {"ReferenceId": number, "Name": name, "Type": "AWS::ECS::Container", **_counted(number)}
        | {"Edges": [{"ReferenceId": called, **_counted(called)} for called in _called(number, count)]}
        for number, name in enumerate(names)
    ]


def _called(number: int, count: int) -> list[int]:
    near = [3 * number + each for each in (1, 2, 3)]
    far = [(7 * number + 11) % count] if number % 5 == 0 else []
    return [each for each in dict.fromkeys((*near, *far)) if number < each < count]


def _counted(number: int) -> dict[str, Any]:
    total = 100 + number
    faults = {"TotalCount": (number % 7 == 0 and number) or 0}
    numbers = {"TotalCount": total, "FaultStatistics": faults, "TotalResponseTime": total * 0.02}
    return {"SummaryStatistics": numbers, "ResponseTimeHistogram": [{"Value": 0.02, "Count": total}]}


def a_long_trace(count: int = SPANS) -> dict[str, Any]:
    """One request that asks a store thousands of times, a hundred calls a document; the last call fails."""
    whole = {"name": CANARY, "id": "f" * 16, "trace_id": LONG, **_lasting(0, count)}
    batches = [range(first, min(first + BATCH, count)) for first in range(1, count, BATCH)]
    documents = [whole, *(_batch(numbers, count) for numbers in batches)]
    segments = [{"Id": one["id"], "Document": json.dumps(one)} for one in documents]
    return {"Id": LONG, "Duration": count * 0.001, "Segments": segments}


def _batch(numbers: range, count: int) -> dict[str, Any]:
    calls = [
        {"name": f"call {number}", "id": f"{number:016x}", **_lasting(number, number + 1)}
        | ({"fault": True} if number == count - 1 else {})
        for number in numbers[1:]
    ]
    own = {"name": f"batch {numbers[0] // BATCH}", "id": f"{numbers[0]:016x}", "trace_id": LONG, "type": "subsegment"}
    return {**own, "parent_id": "f" * 16, **_lasting(numbers[0], numbers[-1] + 1), "subsegments": calls}


def _lasting(begun: int, ended: int) -> dict[str, float]:
    return {"start_time": 1000.0 + begun * 0.001, "end_time": 1000.0 + ended * 0.001}


class LargeTraces(FakeTraces):
    """An X-Ray with the wide map and the long trace."""

    def batch_get(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return [a_long_trace()] if LONG in ids else super().batch_get(ids)

    def service_graph(self, start: float, end: float) -> list[dict[str, Any]]:
        del start, end
        return a_wide_map()


class Served(Struct, frozen=True):
    """A console that listens: `link` signs in once; `desk` is what it shows, `loop` where it lives."""

    base: str
    link: str
    desk: Desk
    loop: asyncio.AbstractEventLoop

    def tell(self, *seen: Seen) -> None:
        """News of these releases to every open page, at once."""
        for one in seen:
            self.loop.call_soon_threadsafe(self.desk.feed.push, "release", row(one, NOW))


@contextmanager
def served(desk: Desk) -> Iterator[Served]:
    """A real server in a thread of its own until the block ends."""
    said: Queue[Served] = Queue()
    stop = asyncio.Event()

    async def serving() -> None:
        loop = asyncio.get_running_loop()

        def ready(base: str) -> None:
            said.put(Served(base.rstrip("/"), f"{base}login#token={desk.sessions.token()}", desk, loop))

        await serve(desk, 0, ready, stop, signals=False)

    thread = threading.Thread(target=asyncio.run, args=(serving(),))
    thread.start()
    opened = said.get(timeout=60)
    try:
        yield opened
    finally:
        opened.loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=60)


def a_large_desk() -> Desk:
    return a_desk(releases=many_releases(), traces=LargeTraces())
