"""What a release tolerates: the `analysis` block of the resource. In: YAML or JSON. Out: frozen values.
Two margins keep every test ending: roll back when shown worse than `faults`, pass when shown within a gate.
"""

from __future__ import annotations

from math import inf
from typing import Annotated

from msgspec import Meta, Struct, field

from serinus.errors import InvalidInput

Ratio = Annotated[float, Meta(ge=1.0)]
Difference = Annotated[float, Meta(ge=0.0, lt=1.0)]


class Margin(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The canary's fault share p2 may reach `ratio * p1 + difference`, p1 being stable's, both in 0…1.
    Without a difference the ratio is one of odds: a test that needs no guess of the base rate.
    """

    ratio: Ratio = 1.1
    difference: Difference = 0.0005


class Gate(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """At weights up to `weight` percent a step passes once p2 <= ratio * p1 + difference has been shown."""

    weight: Annotated[int, Meta(ge=1, le=100)]
    difference: Annotated[float, Meta(gt=0.0, lt=1.0)]
    ratio: Ratio = 1.5


DEFAULT_GATES = (Gate(10, 0.05), Gate(30, 0.01), Gate(100, 0.005))


class Policy(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`false_alarm` bounds P(roll back | canary not worse than the margin) over the whole run, however often we look;
    `false_pass` bounds P(pass | canary worse than the gate). Times in seconds. Raises InvalidInput.
    """

    false_alarm: float = 0.01
    false_pass: float = 0.01
    faults: Margin = Margin()
    gates: tuple[Gate, ...] = DEFAULT_GATES
    min_requests: int = 50
    latency: dict[str, float] = field(default_factory=dict)
    tick: float = 5.0

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
