"""The collector reads each request once, however it is stopped, and asks for no trace twice."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from serinus.errors import InvalidInput, TracesThrottled, TracesUnavailable
from serinus.judge.judge import Evidence
from serinus.judge.observation import Window
from serinus.release.target import Target
from serinus.traces.collect import LONGEST_WINDOW, PORTION, XRayTraces

STARTED = 1_700_000_000.0
TARGET = Target("v1", "v2", STARTED, delay=10.0, tick=5.0)


class FakeXRay:
    """Traces by id: time of arrival, revision, documents."""

    def __init__(self) -> None:
        self.traces: dict[str, tuple[float, int, list[str]]] = {}
        self.asked: list[tuple[float, float, str, str]] = []
        self.fetched: list[str] = []

    @property
    def calls(self) -> int:
        return len(self.asked) + len(self.fetched)

    def put(self, number: int, at: float, *, arrived: float | None = None, revision: int = 1, **more: Any) -> None:
        request = {"method": "GET", "url": "http://n/notification/xray"}
        fields = {"name": "v2" if number % 2 else "v1", "start_time": at, "end_time": at + 0.1}
        document = json.dumps(fields | {"http": {"request": request}} | more)
        self.traces[str(number)] = (at + 0.2 if arrived is None else arrived, revision, [document])

    def summaries(self, start: float, end: float, expression: str, kind: str) -> list[dict[str, Any]]:
        self.asked.append((start, end, expression, kind))
        return [
            {
                "Id": trace_id,
                "StartTime": datetime.fromtimestamp(json.loads(documents[0])["start_time"], UTC),
                "Revision": revision,
            }
            for trace_id, (arrived, revision, documents) in self.traces.items()
            if start <= (arrived if kind == "Event" else json.loads(documents[0])["start_time"]) <= end
        ]

    def batch_get(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        self.fetched += ids
        known = [one for one in ids if one in self.traces]
        return [{"Id": one, "Segments": [{"Document": text} for text in self.traces[one][2]]} for one in known]


def folded(evidence: Evidence, window: Window) -> Evidence:
    """What the judge keeps of a window's reading state."""
    return structs.replace(evidence, complete_to=window.complete_to, open_since=window.open_since)


def counted(*seen: Window) -> tuple[int, int]:
    """Requests to stable and canary."""
    blocks = [block for window in seen for block in window.blocks]
    return sum(block.stable.requests for block in blocks), sum(block.canary.requests for block in blocks)


async def test_every_request_is_counted_once_however_often_one_looks() -> None:
    xray, evidence, seen = FakeXRay(), Evidence(), []
    traces = XRayTraces(xray)
    for number in range(400):
        xray.put(number, STARTED + number / 4)
    for now in range(3, 200, 3):
        seen.append(await traces.collect(TARGET, evidence, (), STARTED + now))
        evidence = folded(evidence, seen[-1])
    assert counted(*seen) == (200, 200)
    assert sorted(xray.fetched) == sorted(xray.traces)


async def test_more_than_one_look_has_time_for_is_read_over_several_each_request_once() -> None:
    """Two minutes without X-Ray, then an X-Ray that takes a tenth of a second a call."""
    xray, evidence, seen, behind = FakeXRay(), Evidence(), [], []
    traces = XRayTraces(xray, clock=lambda: len(xray.asked) / 10 + len(xray.fetched) / PORTION / 10)
    for number in range(4000):
        xray.put(number, STARTED + number / 33)
    for now in range(150, 155):
        try:
            seen.append(await traces.collect(TARGET, evidence, (), STARTED + now))
        except TracesUnavailable as error:
            behind.append(str(error))
            continue
        evidence = folded(evidence, seen[-1])
    assert behind == []
    assert [window.complete_to < STARTED + 121 for window in seen] == [True, True, True, False, False]
    assert counted(*seen) == (2000, 2000)
    assert sorted(xray.fetched) == sorted(xray.traces)


async def test_a_listing_that_takes_too_long_is_asked_for_in_smaller_pieces_and_goes_on_where_it_ended() -> None:
    """X-Ray takes a second for every 30 seconds of traces; a look has three."""
    xray = FakeXRay()
    now = 0.0
    listing = xray.summaries

    def slow(start: float, end: float, expression: str, kind: str) -> list[dict[str, Any]]:
        nonlocal now
        now += (end - start) / 30
        if end - start > 120:
            raise TracesUnavailable("no answer within 4 s")
        return listing(start, end, expression, kind)

    xray.summaries = slow  # type: ignore[method-assign]
    traces = XRayTraces(xray, clock=lambda: now)
    for number in range(400):
        xray.put(number, STARTED + number)
    said = []
    for look in range(8):
        try:
            window = await traces.collect(TARGET, Evidence(), (), STARTED + 450 + look)
            break
        except TracesUnavailable as error:
            said.append(str(error))
    assert counted(window) == (200, 200)
    assert said[0] == "no answer within 4 s"
    assert "are still to be listed" in said[-1]


async def test_a_throttled_look_keeps_what_it_has_read_and_asks_for_less_at_once() -> None:
    """Of the calls for more than ten traces every one is refused, of the others every third."""
    xray, now, asked = FakeXRay(), 0.0, 0
    reading = xray.batch_get

    def throttled(ids: Sequence[str]) -> list[dict[str, Any]]:
        nonlocal now, asked
        now, asked = now + 0.5, asked + 1
        if len(ids) > 10 or asked % 3 == 0:
            raise TracesThrottled("Rate exceeded")
        return reading(ids)

    xray.batch_get = throttled  # type: ignore[method-assign]
    traces = XRayTraces(xray, clock=lambda: now)
    for number in range(100):
        xray.put(number, STARTED + number / 10)
    reached: list[float] = []
    while not reached or reached[-1] < STARTED + 20:
        with suppress(TracesThrottled):
            reached.append((await traces.collect(TARGET, Evidence(), (), STARTED + 30)).complete_to)
    assert len(reached) < 10
    assert reached == sorted(reached)
    assert sorted(xray.fetched) == sorted(xray.traces)


async def test_where_every_question_is_refused_the_look_says_so() -> None:
    xray, now = FakeXRay(), 0.0

    def refused(ids: Sequence[str]) -> list[dict[str, Any]]:
        nonlocal now
        now += 1
        raise TracesThrottled("Rate exceeded")

    xray.batch_get = refused  # type: ignore[method-assign]
    xray.put(1, STARTED + 1)
    with pytest.raises(TracesThrottled, match="Rate exceeded"):
        await XRayTraces(xray, clock=lambda: now).collect(TARGET, Evidence(), (), STARTED + 30)


async def test_while_a_question_is_unanswered_no_other_is_asked() -> None:
    xray, hangs, entered = FakeXRay(), threading.Event(), threading.Event()
    xray.put(2, STARTED + 1)
    answer, asked = xray.summaries, []

    def hanging(start: float, end: float, expression: str, kind: str) -> list[dict[str, Any]]:
        asked.append(start)
        entered.set()
        hangs.wait()
        return answer(start, end, expression, kind)

    xray.summaries = hanging  # type: ignore[method-assign]
    traces = XRayTraces(xray)
    impatient = asyncio.ensure_future(traces.collect(TARGET, Evidence(), (), STARTED + 20))
    await asyncio.to_thread(entered.wait)
    impatient.cancel()

    with pytest.raises(TracesUnavailable, match="an earlier question is still unanswered"):
        await traces.collect(TARGET, Evidence(), (), STARTED + 21)
    assert len(asked) == 1
    hangs.set()
    assert traces._asked
    await traces._asked

    await traces.collect(TARGET, Evidence(), (), STARTED + 22)
    assert xray.fetched == ["2"]


async def test_a_restarted_collector_goes_on_where_the_evidence_ends() -> None:
    xray, evidence, seen = FakeXRay(), Evidence(), []
    for number in range(400):
        xray.put(number, STARTED + number / 4)
    for now in range(3, 200, 7):
        seen.append(await XRayTraces(xray).collect(TARGET, evidence, (), STARTED + now))
        evidence = folded(evidence, seen[-1])
    assert counted(*seen) == (200, 200)


async def test_a_clock_an_hour_ahead_for_one_look_blinds_no_longer_than_the_delay_and_counts_nothing_twice() -> None:
    """Lost are the requests of the three seconds until the next look."""
    xray, evidence, seen = FakeXRay(), Evidence(), []
    traces = XRayTraces(xray)
    for number in range(400):
        at = STARTED + number / 4
        xray.put(number, at)
    everything = xray.traces
    for now in range(3, 120, 3):
        xray.traces = {one: trace for one, trace in everything.items() if trace[0] <= STARTED + now}
        seen.append(await traces.collect(TARGET, evidence, (), STARTED + now + (3600 if now == 51 else 0)))
        evidence = folded(evidence, seen[-1])
    assert counted(*seen) == (194, 194)
    assert evidence.complete_to == STARTED + 117 - TARGET.delay


async def test_a_look_by_a_clock_ahead_that_brought_nothing_hides_nothing_from_the_next() -> None:
    xray = FakeXRay()
    for number in range(40):
        xray.put(number, STARTED + 1)
    reading = xray.batch_get
    xray.batch_get = lambda ids: []  # type: ignore[method-assign]
    traces = XRayTraces(xray)
    evidence = folded(Evidence(), await traces.collect(TARGET, Evidence(), (), STARTED + 20))
    with pytest.raises(TracesUnavailable):
        await traces.collect(TARGET, evidence, (), STARTED + 3600)
    xray.batch_get = reading  # type: ignore[method-assign]
    for number in range(40, 80):
        xray.put(number, STARTED + 20)
    assert counted(await traces.collect(TARGET, evidence, (), STARTED + 50)) == (40, 40)


async def test_a_request_reported_late_is_counted_if_it_comes_within_the_delay() -> None:
    xray = FakeXRay()
    xray.put(1, STARTED + 1, arrived=STARTED + 9)
    for number in range(3, 23, 2):
        xray.put(number, STARTED + 2)
    assert counted(await XRayTraces(xray).collect(TARGET, Evidence(), (), STARTED + 20)) == (0, 11)


async def test_a_service_whose_clock_is_ahead_is_still_seen() -> None:
    xray, evidence, seen = FakeXRay(), Evidence(), []
    traces = XRayTraces(xray)
    for number in range(400):
        xray.put(number, STARTED + number / 4, arrived=STARTED + number / 4 - 4)
    for now in range(3, 200, 3):
        seen.append(await traces.collect(TARGET, evidence, (), STARTED + now))
        evidence = folded(evidence, seen[-1])
    assert counted(*seen) == (200, 200)


async def test_what_has_just_begun_is_left_for_the_next_look() -> None:
    xray = FakeXRay()
    xray.put(1, STARTED + 15)
    window = await XRayTraces(xray).collect(TARGET, Evidence(), (), STARTED + 20)
    assert (window.blocks, window.complete_to, xray.fetched) == ((), STARTED + 10, [])


async def test_a_trace_that_grew_is_read_again() -> None:
    xray = FakeXRay()
    traces = XRayTraces(xray)
    for number in range(1, 21, 2):
        xray.put(number, STARTED + 1, name="caller")
    first = await traces.collect(TARGET, Evidence(), (), STARTED + 14)
    for number in range(1, 21, 2):
        caller = xray.traces[str(number)][2][0]
        xray.put(number, STARTED + 8)
        xray.traces[str(number)] = (STARTED + 9, 2, [caller, xray.traces[str(number)][2][0]])
    second = await traces.collect(TARGET, folded(Evidence(), first), (), STARTED + 30)
    assert (counted(first), counted(second)) == ((0, 0), (0, 10))
    assert len(xray.fetched) == 20


async def test_before_the_delay_has_passed_nothing_is_asked() -> None:
    xray = FakeXRay()
    window = await XRayTraces(xray).collect(TARGET, Evidence(), (), STARTED + 10)
    assert (window.blocks, window.complete_to, xray.calls) == ((), STARTED, 0)


async def test_it_asks_for_both_services_by_time_of_update_up_to_now() -> None:
    xray = FakeXRay()
    target = structs.replace(TARGET, canary_service='v"2')
    await XRayTraces(xray).collect(target, Evidence(), (), STARTED + 20)
    assert xray.asked == [(STARTED - 5, STARTED + 20, 'service("v1") OR service("v\\"2")', "Event")]


async def test_what_was_listed_is_listed_once_more_for_the_delay_and_then_no_more() -> None:
    xray, evidence = FakeXRay(), Evidence()
    traces = XRayTraces(xray)
    for now in (20, 50, 80):
        window = await traces.collect(TARGET, evidence, (), STARTED + now)
        evidence = folded(evidence, window)
    assert [(start - STARTED, end - STARTED) for start, end, _, _ in xray.asked] == [(-5, 20), (5, 50), (35, 80)]


async def test_another_run_is_read_from_its_own_beginning() -> None:
    xray = FakeXRay()
    traces = XRayTraces(xray)
    for number in range(1, 41, 2):
        xray.put(number, STARTED + 2)
    first = await traces.collect(TARGET, Evidence(), (), STARTED + 20)
    again = await traces.collect(structs.replace(TARGET, started=STARTED + 1), Evidence(), (), STARTED + 20)
    assert (counted(first), counted(again)) == ((0, 20), (0, 20))


async def test_long_ranges_are_asked_for_in_windows() -> None:
    xray = FakeXRay()

    await XRayTraces(xray).collect(TARGET, Evidence(), (), STARTED + 2000)

    assert [stop - start for start, stop, *_ in xray.asked] == [LONGEST_WINDOW, LONGEST_WINDOW, 205]


async def test_after_an_outage_a_slow_x_ray_is_caught_up_with() -> None:
    """Two minutes of hanging shrink the window to a second; a second's listing takes half of one."""
    xray, now, out = FakeXRay(), 0.0, True
    listing = xray.summaries

    def slow(start: float, end: float, expression: str, kind: str) -> list[dict[str, Any]]:
        nonlocal now
        now += 4 if out else 0.5
        if out:
            raise TracesUnavailable("no answer within 4 s")
        return listing(start, end, expression, kind)

    xray.summaries = slow  # type: ignore[method-assign]
    traces = XRayTraces(xray, clock=lambda: now)
    for number in range(300):
        xray.put(number, STARTED + number)
    while now < 120:
        with pytest.raises(TracesUnavailable):
            await traces.collect(TARGET, Evidence(), (), STARTED + now + 20)
    out = False
    with pytest.raises(TracesUnavailable, match="are still to be listed"):
        await traces.collect(TARGET, Evidence(), (), STARTED + now + 20)
    window = await traces.collect(TARGET, Evidence(), (), STARTED + now + 20)
    assert window.complete_to > STARTED + 120
    assert now < 130


async def test_a_listed_trace_that_an_answer_leaves_out_is_read_by_the_next_look() -> None:
    xray, answers = FakeXRay(), 0
    for number in range(1, 41, 2):
        xray.put(number, STARTED + 1 + number / 10)
    reading = xray.batch_get

    def partly(ids: Sequence[str]) -> list[dict[str, Any]]:
        nonlocal answers
        answers += 1
        return reading(ids)[: 10 if answers == 1 else None]

    xray.batch_get = partly  # type: ignore[method-assign]
    traces = XRayTraces(xray)
    first = await traces.collect(TARGET, Evidence(), (), STARTED + 20)
    second = await traces.collect(TARGET, folded(Evidence(), first), (), STARTED + 21)
    assert first.complete_to == STARTED + 1 + 21 / 10
    assert (counted(first, second), traces.missing) == ((0, 20), 0)


async def test_a_listed_trace_that_cannot_be_read_is_given_up_at_the_third_look_and_counted_once() -> None:
    xray, evidence, reached = FakeXRay(), Evidence(), []
    xray.put(1, STARTED + 1)
    xray.batch_get = lambda ids: []  # type: ignore[method-assign]
    traces = XRayTraces(xray)
    for look in range(5):
        with suppress(TracesUnavailable):
            window = await traces.collect(TARGET, evidence, (), STARTED + 20 + look)
            evidence = folded(evidence, window)
            reached.append((look, window.complete_to - STARTED))
    assert reached == [(0, 1), (2, 12), (3, 13), (4, 14)]
    assert traces.missing == 1


async def test_versions_of_the_same_name_cannot_be_told_apart() -> None:
    with pytest.raises(InvalidInput, match="AWS_XRAY_TRACING_NAME"):
        await XRayTraces(FakeXRay()).collect(structs.replace(TARGET, canary_service="v1"), Evidence(), (), STARTED + 20)


async def test_examples_come_back_in_full() -> None:
    xray = FakeXRay()
    xray.put(1, STARTED)
    (trace,) = await XRayTraces(xray).documents(["1", "404"])
    assert (trace["Id"], len(trace["Segments"])) == ("1", 1)
