"""X-Ray is examined at first sight, at each new run and while something is in the way; no pass waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from serinus.errors import TracesUnavailable
from serinus.judge.judge import Evidence
from serinus.judge.verdict import Verdict
from serinus.release.decide import decide
from serinus.release.plan import Plan
from serinus.release.status import Phase
from serinus.release.telemetry import Remark
from serinus.release.world import Route, World
from serinus.traces.background import Background
from serinus.traces.lookout import AGAIN_S, SEEN_AFTER_S, SELDOM_S, Lookout, remark, serving, summary
from serinus.traces.preflight import Finding
from tests.release.builders import ERROR, UNDECIDED, a_world
from tests.traces.test_preflight import DATE

V1, V2 = "V1-Notification-Microservice", "V2-Notification-Microservice"
AT = 1_700_000_000.0


class XRay:
    """`percent` of the traces are indexed. `looks`, `searches`: how often the account was examined and a
    version looked for.
    """

    def __init__(self, percent: float = 100.0) -> None:
        self.percent = percent
        self.away = False
        self.traced = True
        self.looks = self.searches = 0

    def destination(self) -> tuple[str, str]:
        self.looks += 1
        if self.away:
            raise TracesUnavailable("nobody there")
        return "XRay", "ACTIVE"

    def indexed_percent(self) -> float:
        return self.percent

    def sampling_rules(self) -> list[dict[str, Any]]:
        return []

    def server_date(self) -> str:
        return DATE

    def any_trace(self, start: float, end: float, expression: str) -> bool:
        self.searches += bool(expression)
        return not expression or self.traced

    def batch_get(self, ids: object) -> list[dict[str, Any]]:
        return []


class Looking(Lookout):
    """With the background at hand."""

    def __init__(self, api: XRay) -> None:
        self.background = Background()
        super().__init__(api, self.background, lambda: AT)

    async def seen(self, world: World, plan: Plan, now: float) -> tuple[Finding, ...]:
        """What the pass after this one knows."""
        self.attend(world, plan, now)
        await self.background.idle()
        return self.attend(world, plan, now)


def a_pass(phase: Phase = Phase.IDLE, run: int = 0, verdict: Verdict = UNDECIDED) -> tuple[World, Plan]:
    world = a_world()
    plan = decide(world, Evidence(), verdict, 1000.0)
    status = replace(plan.status, phase=phase)
    return world, replace(plan, status=status, run=replace(plan.run, number=run, verdict=verdict))


async def test_it_looks_at_first_sight_and_at_each_run_and_not_at_every_pass() -> None:
    api = XRay()
    lookout = Looking(api)
    assert lookout.attend(*a_pass(), 0.0) == ()
    for now in (0.0, 1.0, 1000.0, 100_000.0):
        findings = await lookout.seen(*a_pass(), now)
    assert remark(findings) is None
    assert "every trace is indexed" in summary(findings)
    assert api.looks == 1
    for now in (0.0, 1000.0):
        await lookout.seen(*a_pass(Phase.ANALYSING, run=1), 200_000.0 + now)
    assert (api.looks, api.searches) == (2, 2)


async def test_while_something_is_in_the_way_it_looks_again_and_tells_when_that_is_over() -> None:
    api = XRay(percent=1.0)
    lookout = Looking(api)
    found = remark(await lookout.seen(*a_pass(), 0.0))
    assert found is not None
    assert found.reason == "IndexedInPart"
    assert "update-indexing-rule" in found.message
    await lookout.seen(*a_pass(), AGAIN_S - 1)
    assert api.looks == 1
    api.percent = 100.0
    assert remark(await lookout.seen(*a_pass(), AGAIN_S)) is None


async def test_a_judge_without_traces_makes_it_look_again() -> None:
    api = XRay()
    lookout = Looking(api)
    await lookout.seen(*a_pass(Phase.ANALYSING, run=1), 0.0)
    api.away = True
    found = remark(await lookout.seen(*a_pass(Phase.ANALYSING, run=1, verdict=ERROR), AGAIN_S))
    assert found is not None
    assert found.reason == "XRayUnreachable"


async def test_what_was_left_is_looked_at_afresh() -> None:
    api = XRay()
    lookout = Looking(api)
    await lookout.seen(*a_pass(), 0.0)
    await lookout.leave("default", "notification")
    await lookout.seen(*a_pass(), AGAIN_S)
    assert (api.looks, api.searches) == (2, 2)


async def test_releases_share_what_is_known_of_the_account() -> None:
    api = XRay(percent=1.0)
    lookout = Looking(api)
    world, plan = a_pass()
    for name in ("one", "two", "three"):
        metadata = replace(world.release.metadata, name=name)
        await lookout.seen(replace(world, release=replace(world.release, metadata=metadata)), plan, 0.0)
    assert (api.looks, api.searches) == (1, 3)


@pytest.mark.parametrize(("phase", "searches"), [(Phase.IDLE, 1), (Phase.ANALYSING, 10)])
async def test_a_version_without_traces_is_looked_for_seldom_at_rest(phase: Phase, searches: int) -> None:
    api = XRay()
    api.traced = False
    lookout = Looking(api)
    for number in range(10):
        found = remark(await lookout.seen(*a_pass(phase), number * AGAIN_S))
        assert found is not None
        assert found.reason == "VersionNotTraced"
    assert api.searches == searches
    api.traced = True
    assert remark(await lookout.seen(*a_pass(phase), SELDOM_S + AGAIN_S)) is None


@pytest.mark.parametrize(
    ("phase", "weight", "age", "names"),
    [
        (Phase.IDLE, 0.0, 0.0, (V1,)),
        (Phase.SCALING, 25.0, 1e6, (V1,)),
        (Phase.ANALYSING, 25.0, SEEN_AFTER_S, (V1,)),
        (Phase.ANALYSING, 25.0, SEEN_AFTER_S + 90, (V1, V2)),
        (Phase.BAKING, 100.0, 1e6, (V2,)),
    ],
)
def test_only_who_has_had_requests_for_a_while_must_be_seen(
    phase: Phase, weight: float, age: float, names: tuple[str, ...]
) -> None:
    world, plan = a_pass(phase)
    assert world.canary is not None
    world = replace(world, route=Route(weight), canary=replace(world.canary, ready=1))
    plan = replace(plan, status=replace(plan.status, judged_since=1000.0))
    assert serving(world, plan, 1000.0 + age) == names


def test_the_first_thing_in_the_way_is_the_remark() -> None:
    findings = (
        Finding("access", ok=True, message="X-Ray answers"),
        Finding("clock", ok=False, message="late"),
        Finding("versions", ok=False, message="none"),
    )
    assert remark(findings) == Remark("ClocksDiffer", "late.")
