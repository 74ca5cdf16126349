"""What a release tolerates: the `analysis` block of the resource. In: YAML or JSON. Out: frozen values.
Two margins keep every test ending: roll back when shown worse than `faults`, pass when shown within a gate.
"""

from __future__ import annotations

from msgspec import Struct, field


class Margin(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The canary's fault share p2 may reach `ratio * p1 + difference`, p1 being stable's, both in 0…1."""

    ratio: float = 1.1
    difference: float = 0.0005


class Gate(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """At weights up to `weight` percent a step passes once p2 <= ratio * p1 + difference has been shown."""

    weight: int
    difference: float
    ratio: float = 1.5


DEFAULT_GATES = (Gate(10, 0.05), Gate(30, 0.01), Gate(100, 0.005))


class Policy(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`false_alarm` bounds P(roll back | canary not worse than the margin) over the whole run, however often we look;
    `false_pass` bounds P(pass | canary worse than the gate). Times in seconds.
    """

    false_alarm: float = 0.01
    false_pass: float = 0.01
    faults: Margin = Margin()
    gates: tuple[Gate, ...] = DEFAULT_GATES
    min_requests: int = 50
    latency: dict[str, float] = field(default_factory=dict)
    tick: float = 5.0
