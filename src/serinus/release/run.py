"""A run's record (CanaryRun): one attempt to release one version, kept longer than its traces.
In: each pass's world, verdict and plan. Out: weights over time, steps, evidence, verdict, examples, who did what.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from serinus.judge.judge import Evidence
from serinus.judge.observation import WeightChange
from serinus.judge.verdict import Split, Verdict


class Counts(Struct, frozen=True):
    """Requests that the router has sent to each version since it started."""

    stable: int
    canary: int


class Entry(Struct, frozen=True):
    """One line of the run's timeline. `asked`: the verb and the reason of the person whose wish it was, "" for none."""

    at: float
    phase: str
    reason: str
    message: str
    by: str = "serinus"
    asked: str = ""


class StepRecord(Struct, frozen=True):
    """One step: weight asked for, applied (the router's word), measured from traces and by the router's counters."""

    weight: int
    applied: float | None
    entered: float
    left: float | None = None
    measured: Split | None = None
    routed: Counts | None = None
    counted_from: Counts | None = None


class Point(Struct, frozen=True):
    """The check over all endpoints as it stood when the traces were complete to `at` (epoch s): the canary's share of
    faults minus stable's, its interval, the largest that is tolerated. `requests`: the canary's; `weight` in percent.
    """

    at: float
    estimate: float
    low: float
    high: float
    limit: float
    requests: int
    weight: int


class Run(Struct, frozen=True):
    """`outcome`: "" while it goes on, then promoted, rolled back, aborted or superseded. `points`: the evidence over
    time, thinned. `sought`: X-Ray has answered which examples it has; what is not kept then never will be.
    """

    number: int = 0
    canary_version: str = ""
    stable_version: str = ""
    started: float = 0.0
    ended: float | None = None
    outcome: str = ""
    weights: tuple[WeightChange, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    evidence: Evidence = Evidence()
    verdict: Verdict | None = None
    timeline: tuple[Entry, ...] = ()
    examples: tuple[dict[str, Any], ...] = ()
    sought: bool = False
    points: tuple[Point, ...] = ()
