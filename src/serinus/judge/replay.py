"""The judge over recorded evidence, tick by tick as it would have looked at it. In: observations and weights in time
order, a policy. Out: a verdict a tick. Each tick's requests are forgotten once their blocks are closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from serinus.judge.blocks import LONGEST_S, close_blocks
from serinus.judge.calendar import calendar
from serinus.judge.judge import Evidence, Stage, judge
from serinus.judge.observation import Block, Observation, WeightChange, Window
from serinus.judge.policy import Policy
from serinus.judge.sessions import dated
from serinus.judge.verdict import Verdict, VerdictOutcome

NOBODY_SAID = 50


class Tick(Struct, frozen=True):
    """What was said at `t` (epoch s) of `window` in `stage`; requests in blocks closed so far."""

    t: float
    verdict: Verdict
    requests: int
    canary_requests: int
    window: Window
    stage: Stage


class _Stream(Struct):
    """What is carried from tick to tick."""

    started: float
    stage: Stage
    evidence: Evidence = Evidence()
    items: list[Observation] = []
    weights: list[WeightChange] = []
    requests: int = 0
    canary_requests: int = 0


def replay(items: Iterable[Observation | WeightChange], policy: Policy) -> Iterator[Tick]:
    """A verdict for every tick in which something was seen, up to the first that finds harm."""
    stream, edge = None, 0.0
    for item in dated(items):
        if stream is None:
            stream = _Stream(item.at, Stage(NOBODY_SAID, item.at))
            edge = item.at + policy.tick
        if item.at >= edge:
            complete_to = calendar((), stream.started, policy.tick).last_edge(item.at)
            tick = _look(stream, complete_to, policy)
            edge = complete_to + policy.tick
            yield tick
            if tick.verdict.outcome is VerdictOutcome.FAIL:
                return
        _take(stream, item)
    if stream is not None:
        yield _look(stream, edge + LONGEST_S + policy.tick, policy)


def _take(stream: _Stream, item: Observation | WeightChange) -> None:
    if isinstance(item, WeightChange):
        stream.weights.append(item)
        stream.stage = Stage(round(item.weight * 100), item.at)
    else:
        stream.items.append(item)


def _look(stream: _Stream, complete_to: float, policy: Policy) -> Tick:
    """The blocks that can be closed by now, and what they come to."""
    window = close_blocks(
        stream.items, stream.evidence.open_since, stream.weights, stream.started, complete_to, policy.tick
    )
    stream.evidence, verdict = judge(stream.evidence, window, policy, stream.stage)
    stream.requests += sum(block.stable.requests + block.canary.requests for block in window.blocks)
    stream.canary_requests += sum(block.canary.requests for block in window.blocks)
    earliest = min([complete_to, *window.open_since.values()])
    recent = [item for item in stream.items if item.at >= earliest]
    stream.items = [item for item in recent if _is_open(item, window.open_since, complete_to)]
    stream.weights = _still_needed(stream.weights, window, stream.started)
    return Tick(complete_to, verdict, stream.requests, stream.canary_requests, window, stream.stage)


def _is_open(item: Observation, open_since: Mapping[str, float], complete_to: float) -> bool:
    since = open_since.get(item.stratum, open_since.get("other", complete_to))
    return item.at >= since


def _still_needed(weights: list[WeightChange], window: Window, started: float) -> list[WeightChange]:
    """The last one in force where reading goes on, and those after it."""
    begin = min([window.complete_to, *window.open_since.values()], default=started)
    before = [change for change in weights if change.at <= begin]
    return [*before[-1:], *(change for change in weights if change.at > begin)]


def blocks_of(ticks: Iterable[Tick]) -> Iterator[Block]:
    """All blocks that were closed."""
    return (block for tick in ticks for block in tick.window.blocks)
