"""Stable against itself: its requests are dealt anew to both versions, as often as asked. In: blocks, dice. Out: blocks
in which no harm is left, so that whatever condemns the canary there is a false alarm of this policy on this traffic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from serinus.judge.counts import leading
from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Policy

Histogram = tuple[tuple[int, int], ...]


def false_alarms(blocks: Sequence[Block], policy: Policy, runs: int, dice: np.random.Generator) -> int:
    """In how many of `runs` deals harm is found."""
    return sum(_found(dealt(blocks, dice), policy) for _ in range(runs))


def _found(blocks: Sequence[Block], policy: Policy) -> bool:
    end = max((block.end for block in blocks), default=0.0)
    return fold(Evidence(), Window(tuple(blocks), end), policy, 50, 0.0).found_at is not None


def dealt(blocks: Sequence[Block], dice: np.random.Generator) -> list[Block]:
    """Each block with stable's requests alone, each of them given to the canary with the share that was in force.
    Sessions at several endpoints are dealt where they lead: dealt at each, they would be several.
    """
    return [_dealt(block, dice) for block in leading(blocks) if block.stable.requests]


def _dealt(block: Block, dice: np.random.Generator) -> Block:
    total = block.stable.requests + block.canary.requests
    share = block.canary.requests / total if block.weight is None else block.weight
    stable, canary = _split(block.stable, int(dice.binomial(block.stable.requests, share)), dice)
    return Block(block.stratum, block.start, block.end, block.weight, stable, canary)


def _split(arm: Arm, canary: int, dice: np.random.Generator) -> tuple[Arm, Arm]:
    failed = arm.faults - arm.missing
    fine = arm.requests - arm.faults - arm.errors - arm.throttles
    kinds = [fine, failed, arm.missing, arm.errors, arm.throttles]
    drawn = [int(count) for count in dice.multivariate_hypergeometric(kinds, canary)]
    answered = canary - drawn[1] - drawn[2]
    given = _histogram(arm.latency, answered, dice)
    return _arm([all_ - one for all_, one in zip(kinds, drawn, strict=True)], _less(arm.latency, given)), _arm(
        drawn, given
    )


def _arm(kinds: Sequence[int], latency: Histogram) -> Arm:
    return Arm(sum(kinds), kinds[1] + kinds[2], kinds[3], kinds[4], latency, missing=kinds[2])


def _histogram(latency: Histogram, number: int, dice: np.random.Generator) -> Histogram:
    counts = [count for _, count in latency]
    drawn = dice.multivariate_hypergeometric(counts, min(number, sum(counts))) if counts else ()
    return tuple((place, int(count)) for (place, _), count in zip(latency, drawn, strict=True) if count)


def _less(latency: Histogram, given: Histogram) -> Histogram:
    taken = dict(given)
    return tuple((place, left) for place, count in latency if (left := count - taken.get(place, 0)))
