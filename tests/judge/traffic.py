"""Seeded traffic as blocks. In: a seed, requests a second, fault shares over time, weights over time. Out: blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from msgspec import Struct

from serinus.judge.observation import Arm, Block

Course = Callable[[float], float]


class Traffic(Struct, frozen=True):
    """`endpoints`: name and its part of the requests. `stable`, `canary`: fault share at a second of the run."""

    stable: Course
    canary: Course
    weight: Course
    rate: float = 100.0
    minutes: float = 15.0
    tick: float = 10.0
    endpoints: tuple[tuple[str, float], ...] = (("GET /a", 1.0),)


def always(value: float) -> Course:
    return lambda _: value


def ramp(at: float) -> float:
    """5, 10, 25, 50 %, five minutes each."""
    return (0.05, 0.1, 0.25, 0.5)[min(3, int(at // 300))]


def blocks(traffic: Traffic, seed: int) -> tuple[Block, ...]:
    return tuple(_blocks(traffic, np.random.default_rng(seed)))


def _blocks(traffic: Traffic, dice: np.random.Generator) -> Iterable[Block]:
    for number in range(int(traffic.minutes * 60 / traffic.tick)):
        start = number * traffic.tick
        for name, part in traffic.endpoints:
            weight = traffic.weight(start)
            requests = int(dice.poisson(traffic.rate * part * traffic.tick))
            canary = int(dice.binomial(requests, weight))
            stable = requests - canary
            x1, x2 = (
                int(dice.binomial(stable, traffic.stable(start))),
                int(dice.binomial(canary, traffic.canary(start))),
            )
            examples = tuple(f"1-{number:08x}-{fault}" for fault in range(min(3, x2)))
            yield Block(name, start, start + traffic.tick, weight, Arm(stable, x1), Arm(canary, x2, examples=examples))
