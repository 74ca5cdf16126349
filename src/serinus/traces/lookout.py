"""EDGE When X-Ray is examined beside a release, and what for. In: each pass's world and plan. Out: what was found last.
At first sight, at each new run, and again while something is in the way; no pass waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from serinus.judge.verdict import Reason
from serinus.release.durations import seconds
from serinus.release.plan import Plan
from serinus.release.status import Phase
from serinus.release.telemetry import Remark
from serinus.release.transitions import IN_RUN
from serinus.release.world import World
from serinus.traces.background import Background
from serinus.traces.preflight import REASONS, Account, Examined, Finding, account, sampling, traced

log = logging.getLogger(__name__)
AGAIN_S: Final = 30.0
SELDOM_S: Final = 300.0
SEEN_AFTER_S: Final = 120.0
_JUDGED: Final = (Phase.ANALYSING, Phase.AWAITING_APPROVAL, Phase.BAKING)

Key = tuple[str, str]


class Looked(Struct, frozen=True):
    """What was found in this run, at `at`; versions were looked for at `traced_at`. Epoch s."""

    run: int
    at: float
    findings: tuple[Finding, ...] = ()
    traced_at: float = 0.0


def due(looked: Looked | None, plan: Plan, now: float) -> bool:
    """Whether to look: never done, another run, or something is in the way and it was a while ago."""
    if looked is None or looked.run != plan.run.number:
        return True
    return now - looked.at >= AGAIN_S and (_blind(plan) or not all(each.ok for each in looked.findings))


def still(looked: Looked | None, plan: Plan, now: float) -> Finding | None:
    """What was found of the versions, as long as it holds: in a run they are looked for until they are seen, at rest
    now and then, as each look reads traces. None: look.
    """
    found = [each for each in looked.findings if each.check == "versions"] if looked else []
    if looked is None or looked.run != plan.run.number or not found:
        return None
    due_at = looked.traced_at + (AGAIN_S if plan.status.phase in IN_RUN else SELDOM_S)
    return found[0] if found[0].ok or now < due_at else None


def serving(world: World, plan: Plan, now: float) -> tuple[str, ...]:
    """The names in X-Ray that have had requests for long enough to be found."""
    status, weight = plan.status, world.route.weight if world.route else 0.0
    settled = now - status.judged_since >= SEEN_AFTER_S + seconds(world.release.spec.traces.delay, "spec.traces.delay")
    names = []
    if world.stable is not None and world.stable.ready and weight < 100:
        names.append(world.stable.service)
    if world.canary is not None and world.canary.ready and weight > 0 and status.phase in _JUDGED and settled:
        names.append(world.canary.service)
    return tuple(names)


def remark(findings: Sequence[Finding]) -> Remark | None:
    """The first that is in the way, with its remedy."""
    bad = next((each for each in findings if not each.ok), None)
    return Remark(REASONS[bad.check], f"{bad.message}.") if bad else None


def summary(findings: Sequence[Finding]) -> str:
    """All that was found, in a sentence."""
    return f"{'; '.join(each.message for each in findings)}."


class Lookout:
    """For any number of releases. `clock`: epoch s."""

    def __init__(self, api: Examined, background: Background, clock: Callable[[], float]) -> None:
        self._api = api
        self._background = background
        self._clock = clock
        self._looked: dict[Key, Looked] = {}
        self._account: tuple[float, Account] | None = None
        self._asking = asyncio.Lock()

    def attend(self, world: World, plan: Plan, now: float) -> tuple[Finding, ...]:
        """After each pass: begins to look where it is due. What was found last; empty: nobody has looked yet."""
        metadata = world.release.metadata
        key = (metadata.namespace, metadata.name)
        looked = self._looked.get(key)
        if not self._background.busy(("look", key)) and due(looked, plan, now):
            self._background.begin(("look", key), self._look(key, world, plan, now))
        return looked.findings if looked else ()

    async def leave(self, namespace: str, name: str) -> None:
        """Forget what was found."""
        self._looked.pop((namespace, name), None)

    async def _look(self, key: Key, world: World, plan: Plan, now: float) -> None:
        before = self._looked.get(key)
        known = await self._known(now)
        findings, traced_at = known.findings, before.traced_at if before else now
        if known.answers:
            services = tuple(each.service for each in (world.stable, world.canary) if each is not None)
            if (seen := still(before, plan, now)) is None:
                question = partial(traced, self._api, self._clock(), serving(world, plan, now))
                seen, traced_at = await self._background.call(question), now
            findings = (*findings, sampling(known.rules, services), seen)
        self._tell(key, findings)
        self._looked[key] = Looked(plan.run.number, now, findings, traced_at)

    async def _known(self, now: float) -> Account:
        """Of the account, asked for all releases together."""
        async with self._asking:
            if self._account is None or now - self._account[0] >= AGAIN_S:
                self._account = now, await self._background.call(partial(account, self._api, self._clock))
            return self._account[1]

    def _tell(self, key: Key, findings: tuple[Finding, ...]) -> None:
        bad, before = remark(findings), self._looked.get(key)
        if bad and (before is None or remark(before.findings) != bad):
            log.warning("%s/%s: %s: %s", *key, bad.reason, bad.message)


def _blind(plan: Plan) -> bool:
    verdict = plan.run.verdict
    return plan.status.phase in IN_RUN and verdict is not None and verdict.reason is Reason.TELEMETRY_GAP
