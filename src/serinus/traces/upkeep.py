"""EDGE What X-Ray is asked to do around a run. In: each pass's world and plan. Out: our sampling rule while the run
lasts, and what hinders it. No pass waits for X-Ray: work goes on beside it, and its end shows in a later one.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

from msgspec import Struct

from serinus.errors import TracesError
from serinus.release.plan import Plan
from serinus.release.telemetry import Remark
from serinus.release.transitions import IN_RUN
from serinus.release.world import World
from serinus.traces.background import Background
from serinus.traces.sampling import Create, Refused, Remove, Rule, Rules, Step, Update, end, ensure, rule_for, rule_name

log = logging.getLogger(__name__)
AGAIN_S: Final = 60.0
CONFIRMED_S: Final = 300.0
LEAVE_S: Final = 5.0

Key = tuple[str, str]


class Kept(Struct, frozen=True):
    """What came of the last wish: `rule` None: no rule of ours. `settled`: X-Ray has it so, at `at` in epoch s."""

    rule: Rule | None
    settled: bool
    at: float
    refused: Refused | None = None


def wished(world: World, plan: Plan, name: str) -> Rule | Refused | None:
    """The rule under this name while the run lasts; None: there should be none."""
    sampling = world.release.spec.traces.sampling
    if sampling is None or plan.status.phase not in IN_RUN or world.stable is None or world.canary is None:
        return None
    return rule_for(name, (world.stable.service, world.canary.service), sampling.rate)


def due(rule: Rule | None, known: Kept | None, now: float) -> bool:
    """Whether X-Ray must be asked: at first, at another wish, again after a refusal, and now and then to be sure."""
    if known is None or known.rule != rule:
        return True
    if known.settled:
        return rule is not None and now - known.at >= CONFIRMED_S
    return now - known.at >= AGAIN_S


class Upkeep:
    """For any number of releases; remembers what X-Ray has confirmed, so that it is not asked in each pass."""

    def __init__(self, rules: Rules, background: Background, cluster: str = "") -> None:
        self._rules = rules
        self._background = background
        self._cluster = cluster
        self._known: dict[Key, Kept] = {}

    def attend(self, world: World, plan: Plan, now: float) -> Remark | None:
        """After each pass: begins what is due. Why the release does not get the rule it asks for, as far as is known;
        None: it does, or does not ask. `now` in epoch s.
        """
        metadata = world.release.metadata
        key = (metadata.namespace, metadata.name)
        wish = wished(world, plan, self._name(key))
        rule = wish if isinstance(wish, Rule) else None
        if not self._background.busy(("rule", key)) and due(rule, self._known.get(key), now):
            self._background.begin(("rule", key), self._see_to(key, rule, now))
        return self._hindrance(key, wish, asked=world.release.spec.traces.sampling is not None)

    async def leave(self, namespace: str, name: str) -> None:
        """The release is gone: so is its rule, if X-Ray answers soon; a rule that must stay is logged."""
        key = (namespace, name)
        try:
            async with asyncio.timeout(LEAVE_S):
                await self._take_back(key)
        except (TracesError, TimeoutError) as error:
            remedy = f"aws xray delete-sampling-rule --rule-name {self._name(key)}"
            log.warning("%s/%s: its sampling rule may have stayed (%s): %s", *key, str(error) or "no answer", remedy)
        self._known.pop(key, None)

    def _name(self, key: Key) -> str:
        return rule_name(*key, self._cluster)

    def _hindrance(self, key: Key, wish: Rule | Refused | None, *, asked: bool) -> Remark | None:
        known = self._known.get(key)
        refused = wish if isinstance(wish, Refused) else known.refused if known and asked else None
        return Remark(refused.reason, refused.message) if refused else None

    async def _see_to(self, key: Key, rule: Rule | None, now: float) -> None:
        try:
            self._known[key] = await self._asked(key, rule, now)
        except TracesError as error:
            log.warning("%s/%s: its sampling rule must wait: %s", *key, error)
            before = self._known.get(key)
            self._known[key] = Kept(rule, settled=False, at=now, refused=before.refused if before else None)

    async def _asked(self, key: Key, rule: Rule | None, now: float) -> Kept:
        step = await self._done(key, rule)
        if isinstance(step, Refused):
            before = self._known.get(key)
            if before is None or before.refused != step:
                log.warning("%s/%s: %s: %s", *key, step.reason, step.message)
            nobody_asks = rule is None and before is None  # and no rule of this operator's could have stayed
            return Kept(rule, settled=nobody_asks, at=now, refused=step)
        if isinstance(step, Create | Update | Remove):
            log.info("%s/%s: %s", *key, step)
        return Kept(rule, settled=True, at=now)

    async def _done(self, key: Key, rule: Rule | None) -> Step:
        if rule is not None:
            return await self._background.call(partial(ensure, self._rules, rule))
        return await self._background.call(partial(end, self._rules, self._name(key)))

    async def _take_back(self, key: Key) -> None:
        await self._background.finished(("rule", key))
        known = self._known.get(key)
        if known is None or known.rule is not None or not known.settled:
            step = await self._done(key, None)
            if isinstance(step, Refused):
                raise TracesError(step.message)
