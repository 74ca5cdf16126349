"""A run judged again by another policy. In: the lines of its log of evidence, a policy, dice. Out: what would have been
decided, when, beside what was; and how often this policy would condemn stable against itself on the same traffic.
Steps were walked as they were: a policy that passes sooner is told so, but does not get the next step's traffic sooner.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from serinus.console.wire import Alarms, Replay, ReplayStep
from serinus.judge.confidence import share_interval
from serinus.judge.journal import Again, Note, again
from serinus.judge.observation import Block
from serinus.judge.permuted import false_alarms
from serinus.judge.policy import Policy
from serinus.judge.verdict import VerdictOutcome

MISS = 0.05
MOST_LOOKS = 20_000
MOST_DEALT = 40_000  # blocks in all: half a minute's work


class _Seen(Struct):
    """What is carried from look to look."""

    looks: int = 0
    last: Again | None = None
    condemned: Again | None = None
    was_condemned: float | None = None
    steps: dict[tuple[int, float], ReplayStep] = {}
    blocks: list[Block] = []
    notes: list[str] = []


def replayed(lines: Iterable[bytes], policy: Policy, deals: int, dice: np.random.Generator) -> Replay | None:
    """None: the log holds no look. RecordError: it cannot be read. `deals`: of stable against itself, 0: none."""
    seen = _Seen()
    for one in again(lines, policy):
        if isinstance(one, Note):
            seen.notes.append(one.text)
        elif seen.looks == MOST_LOOKS:
            seen.notes.append(f"only the first {MOST_LOOKS:,} looks were judged again")
            break
        else:
            _take(seen, one)
    if seen.last is None:
        return None
    decisive = seen.condemned or seen.last
    return Replay(
        looks=seen.looks,
        until=seen.last.look.now,
        outcome=str(decisive.verdict.outcome),
        sentence=decisive.verdict.sentence,
        condemned=seen.condemned.look.now if seen.condemned else None,
        was_condemned=seen.was_condemned,
        steps=tuple(seen.steps.values()),
        alarms=_alarms(seen.blocks, policy, deals, dice),
        notes=tuple(seen.notes),
    )


def _take(seen: _Seen, one: Again) -> None:
    seen.looks, seen.last = seen.looks + 1, one
    if one.look.window is not None:
        seen.blocks.extend(one.look.window.blocks)
    if seen.condemned is None and one.verdict.outcome is VerdictOutcome.FAIL:
        seen.condemned = one
    if seen.was_condemned is None and one.said.outcome == VerdictOutcome.FAIL:
        seen.was_condemned = one.look.now
    if one.look.stage is not None and one.look.stage.since:
        key = (one.look.stage.weight, one.look.stage.since)
        step = seen.steps.get(key, ReplayStep(*key, None, None))
        passed = one.look.now if one.verdict.outcome is VerdictOutcome.PASS else None
        was_passed = one.look.now if one.said.outcome == VerdictOutcome.PASS else None
        seen.steps[key] = ReplayStep(*key, step.passed or passed, step.was_passed or was_passed)


def _alarms(blocks: list[Block], policy: Policy, deals: int, dice: np.random.Generator) -> Alarms | None:
    """Fewer deals than asked for where there are many blocks: the interval says what they are worth."""
    bounded = min(deals, max(1, MOST_DEALT // max(1, len(blocks))))
    if not bounded or not blocks:
        return None
    found = false_alarms(blocks, policy, bounded, dice)
    share = share_interval(found, bounded, MISS)
    return Alarms(bounded, found, share.low, share.high, policy.false_alarm)
