"""What a release tolerates: the `analysis` block of the resource. In: YAML or JSON. Out: frozen values.
Two margins keep every test ending: roll back when shown worse than `faults`, pass when shown within a gate.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf
from typing import Annotated

from msgspec import Meta, Struct, field

from serinus.errors import InvalidInput

Ratio = Annotated[float, Meta(ge=1.0)]
Difference = Annotated[float, Meta(ge=0.0, lt=1.0)]
Seconds = Annotated[float, Meta(ge=0.0, lt=3600.0)]
QUANTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,2})?)")


class Margin(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The canary's fault share p2 may reach `ratio * p1 + difference`, p1 being stable's, both in 0…1.
    Without a difference the ratio is one of odds: a test that needs no guess of the base rate.
    """

    ratio: Ratio = 1.1
    difference: Difference = 0.0005


class Gate(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """At weights up to `weight` percent a step passes once p2 <= ratio * p1 + difference has been shown, and
    where latencies are recorded, that fewer than 2 * difference of the canary's are slower than tolerated.
    """

    weight: Annotated[int, Meta(ge=1, le=100)]
    difference: Annotated[float, Meta(gt=0.0, lt=1.0)]
    ratio: Ratio = 1.5


class Slower(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The canary may answer in `ratio` times what stable needs plus `difference` seconds, at every quantile."""

    ratio: Ratio = 1.2
    difference: Seconds = 0.02


class Objective(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What nobody may exceed. When both versions do, the cause is shared: the release holds and condemns neither.
    `faults`: largest share; `latency`: seconds by quantile, such as p95: 1.0. `entry`: as `latency`, at each endpoint,
    for the HTTP request with which a trace begins; none named, none looked at. Its faults count in any case.
    """

    faults: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.05
    latency: dict[str, float] = field(default_factory=lambda: {"p95": 1.0})
    entry: dict[str, float] = field(default_factory=dict)


DEFAULT_GATES = (Gate(10, 0.05), Gate(30, 0.01), Gate(100, 0.005))


class Policy(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`false_alarm` bounds P(roll back | canary not worse than the margin) over the whole run, however often we look;
    `false_pass` bounds P(pass | canary worse than the gate). Times in seconds. Raises InvalidInput.
    `errors`, `throttles`: margins of 4xx and 429 as `faults` is of 5xx. `slower`: how much slower the canary may be
    before it is rolled back; `latency`: by quantile, how many times stable's it must be shown to keep within to pass
    (p99: 1.2); none named, none asked for. `thresholds`: latencies in seconds beyond which requests are counted beside
    the quantiles. `warm_up`: seconds after a change of weight whose latencies are compared for neither version.
    """

    false_alarm: float = 0.01
    false_pass: float = 0.01
    faults: Margin = Margin()
    gates: tuple[Gate, ...] = DEFAULT_GATES
    min_requests: int = 50
    latency: dict[str, float] = field(default_factory=dict)
    tick: float = 5.0
    errors: Margin = Margin(1.5, 0.01)
    throttles: Margin = Margin(1.5, 0.01)
    slower: Slower = Slower()
    thresholds: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)
    objective: Objective = Objective()
    warm_up: float = 10.0

    def __post_init__(self) -> None:
        for name, value in (("falseAlarm", self.false_alarm), ("falsePass", self.false_pass)):
            if not 0 < value < 1:
                raise InvalidInput(name, "must be a probability above 0 and below 1", value)
        weights = [gate.weight for gate in self.gates]
        if not weights or weights != sorted(set(weights)):
            raise InvalidInput("gates", "must name at least one gate, each at a higher weight than the last", weights)
        if not 0 < self.tick < inf:
            raise InvalidInput("tick", "must be seconds above 0", self.tick)
        if self.min_requests < 1:
            raise InvalidInput("minRequests", "must be at least 1", self.min_requests)
        if not 0 <= self.warm_up < inf:
            raise InvalidInput("warmUp", "must be seconds, 0 or more", self.warm_up)
        _check_latency(self)

    @property
    def named(self) -> tuple[tuple[str, float], ...]:
        """The quantiles that must be shown, with their ratios, in one order whatever order they were written in."""
        return tuple(sorted(self.latency.items()))

    @property
    def tolerated(self) -> Slower:
        """What rolls nothing back: a ratio named for a quantile is tolerated everywhere."""
        return Slower(max(self.slower.ratio, *self.latency.values(), 1.0), self.slower.difference)


class Limits(Struct, frozen=True):
    """The part of a policy that says what is tested: when it changes, a new test begins."""

    faults: Margin
    gates: tuple[Gate, ...]
    errors: Margin
    throttles: Margin
    slower: Slower
    latency: dict[str, float]
    thresholds: tuple[float, ...]


def limits(policy: Policy) -> Limits:
    return Limits(**{name: getattr(policy, name) for name in Limits.__struct_fields__})


@lru_cache(maxsize=64)
def level(name: str) -> float:
    """p99.9 → 0.999. InvalidInput for what is no quantile."""
    found = QUANTILE.fullmatch(name)
    if found is None or not 0 < float(found[1]) < 100:
        raise InvalidInput("latency", "must name quantiles such as p50, p99 or p99.9", name)
    return float(found[1]) / 100


def _check_latency(policy: Policy) -> None:
    for name, ratio in policy.latency.items():
        level(name)
        if not 1 < ratio < inf:
            raise InvalidInput(f"latency.{name}", "must be a ratio above 1", ratio)
    for part in ("latency", "entry"):
        for name, limit in getattr(policy.objective, part).items():
            level(name)
            if not 0 < limit < inf:
                raise InvalidInput(f"objective.{part}.{name}", "must be seconds above 0", limit)
    if len(policy.thresholds) > 8 or not all(0 < limit < inf for limit in policy.thresholds):
        raise InvalidInput("thresholds", "must be at most eight latencies in seconds above 0", policy.thresholds)
