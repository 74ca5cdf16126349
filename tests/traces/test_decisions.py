"""The operator's own decisions: one segment where something changed, never in a pass's way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from serinus.judge.judge import Evidence
from serinus.judge.observation import Variant
from serinus.release.decide import decide
from serinus.release.plan import Plan
from serinus.release.status import Phase, Status
from serinus.release.world import World
from serinus.traces import decisions
from serinus.traces.decisions import Decisions, decided, span
from serinus.traces.documents import observations
from serinus_xray.otel import segment_of
from serinus_xray.segment import Outcome, encode, outcome
from tests.release.builders import FAIL, UNDECIDED, a_world

TRACES = tuple(f"1-5759e988-{number:024x}" for number in range(30))


class Kept(SpanExporter):
    """Waits until it is told to go on."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []
        self.goes_on = threading.Event()
        self.goes_on.set()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.goes_on.wait(20)
        self.spans += spans
        return SpanExportResult.SUCCESS


def rolled_back() -> tuple[World, Plan]:
    world = a_world()
    assert world.canary is not None
    running = Status(phase=Phase.ANALYSING, run=3, step=1, weight=50, canary_version=world.canary.version)
    world = replace(world, status=running)
    return world, decide(world, Evidence(), replace(FAIL, examples=TRACES), 1000.0)


def test_a_decision_says_where_the_release_stands_and_why() -> None:
    (segment,) = segment_of(span(*rolled_back(), 1000.0, 1000.25), decisions.NAME)
    assert (segment.name, segment.start_time, segment.end_time) == ("serinus", 1000.0, 1000.25)
    assert segment.annotations == {
        "release": "notification",
        "namespace": "default",
        "run": 3,
        "step": 1,
        "phase": "Restoring",
        "reason": "HarmFound",
        "verdict": "fail",
        "weight": 0,
    }
    (told,) = segment.metadata.values()
    assert segment.metadata == {"serinus": told}
    assert told["traces"] == list(TRACES[: decisions.MOST_TRACES])
    assert (told["message"], told["canary"], told["by"]) == ("The sentence of fail.", "V2", "serinus")
    assert outcome(segment) is Outcome.OK


def test_no_version_is_credited_with_it() -> None:
    (segment,) = segment_of(span(*rolled_back(), 1000.0, 1000.25), decisions.NAME)
    versions = {"V1-Notification-Microservice": Variant.STABLE, "V2-Notification-Microservice": Variant.CANARY}
    assert observations(segment.trace_id, [encode(segment).decode()], versions).observations == ()


@pytest.mark.parametrize(
    "change",
    [
        {"phase": Phase.BAKING},
        {"run": 2},
        {"step": 1},
        {"weight": 50},
        {"paused": True},
        {"held": True},
        {"reason": "X"},
    ],
)
def test_each_change_of_where_it_stands_is_a_decision(change: dict[str, Any]) -> None:
    before = Status(phase=Phase.ANALYSING, run=1, reason="Undecided", message="12 requests more")
    assert decided(before, msgspec.structs.replace(before, **change))
    assert not decided(before, replace(before, message="11 requests more", answered="7"))


def test_only_what_changed_is_sent() -> None:
    kept = Kept()
    sender = Decisions(kept)
    world, plan = rolled_back()
    sender.tell(world, plan, 1000.0, 1000.1)
    sender.tell(replace(world, status=plan.status), plan, 1001.0, 1001.1)
    sender.close()
    assert len(kept.spans) == 1


def test_a_pass_does_not_wait_and_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MOST_WAITING", 3)
    kept = Kept()
    kept.goes_on.clear()
    sender = Decisions(kept)
    for _ in range(9):
        sender.tell(*rolled_back(), 1000.0, 1000.1)
    assert kept.spans == []
    kept.goes_on.set()
    sender.close()
    assert len(kept.spans) == 3


def test_a_run_that_has_no_verdict_yet_is_told_without_one() -> None:
    world = a_world()
    plan = decide(world, Evidence(), UNDECIDED, 1000.0)
    plan = replace(plan, run=replace(plan.run, verdict=None))
    assert "verdict" not in decisions.searchable(world, plan)
    assert decisions.details(plan)["traces"] == []
