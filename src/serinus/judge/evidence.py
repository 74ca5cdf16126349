"""All that the judge remembers of a run: small, storable as JSON, resumable to the digit, of bounded size.
In: nothing. Out: the value that `fold` carries from window to window and `decide` reads.
"""

from __future__ import annotations

from math import log

from msgspec import Struct

from serinus.judge.baserate import BaseRate
from serinus.judge.counts import Counts
from serinus.judge.metrics import FAULTS, PARTS
from serinus.judge.observation import Cause, Routed
from serinus.judge.policy import Limits
from serinus.judge.wealth import Wealth, log_sum


class Cell(Struct, frozen=True):
    """What was counted at one weight, 0…1; None: while the weight was changing."""

    weight: float | None
    counts: Counts


class Stake(Struct, frozen=True):
    """What is held against a canary for another metric than faults, since its first event. `seen`: over all weights."""

    wealth: Wealth
    base: BaseRate = BaseRate()
    seen: Counts = Counts()


class Latencies(Struct, frozen=True):
    """Recent latencies by version, faded, in coarse bins. `beyond`: requests so far that were slower than is tolerated
    beside stable's quantile as it was expected, by the name of the quantile.
    """

    stable: dict[int, float] = {}
    canary: dict[int, float] = {}
    at: float | None = None
    beyond: dict[str, Counts] = {}


class Entrance(Struct, frozen=True):
    """What entries came to lately through each version, faded: latencies in coarse bins, faults. `endpoint`,
    `dependency`: of the newest, and what it waited for most.
    """

    stable: dict[int, float] = {}
    canary: dict[int, float] = {}
    at: float | None = None
    stable_faults: BaseRate = BaseRate()
    canary_faults: BaseRate = BaseRate()
    endpoint: str = ""
    dependency: str = ""


class Origin(Struct, frozen=True):
    """One cause of failures: how often in each version; newest traces: canary's worst and typical, stable's twin."""

    cause: Cause
    canary: int = 0
    stable: int = 0
    worst: str = ""
    typical: str = ""
    twin: str = ""


class Endpoint(Struct, frozen=True):
    """One stratum. `parts`: how much of each metric's bets on single endpoints began here. `origins`: of its
    failures; `slowest`: traces of the canary, `took`: their latencies as bins; `entrance`: None where nobody asked for
    others.
    """

    parts: dict[str, float] = {}
    wealth: Wealth = Wealth(())
    base: BaseRate = BaseRate()
    cells: tuple[Cell, ...] = ()
    others: dict[str, Stake] = {}
    latencies: Latencies = Latencies()
    origins: tuple[Origin, ...] = ()
    slowest: tuple[str, ...] = ()
    took: tuple[int, ...] = ()
    entrance: Entrance | None = None

    @property
    def counts(self) -> Counts:
        """Over all weights."""
        return sum((cell.counts for cell in self.cells), Counts())


class Tally(Struct, frozen=True):
    """What this step has seen. `told`: the share the router was given, `split`: what was counted under it. `routed`:
    what the router counted; `looked` (epoch s): of the last look; `unanswered`: calls that left no trace of either
    version; the sampling rules by which each version records.
    """

    weight: int
    since: float
    counts: Counts = Counts()
    told: float | None = None
    split: Counts = Counts()
    routed: Routed | None = None
    looked: float | None = None
    unanswered: int = 0
    stable_rules: tuple[str, ...] = ()
    canary_rules: tuple[str, ...] = ()


class Example(Struct, frozen=True):
    """The trace of a canary's fault."""

    trace_id: str
    stratum: str
    at: float


class Settled(Struct, frozen=True):
    """The weight of the newest blocks, and since when (epoch s) it is the same."""

    weight: float | None
    since: float


class Boost(Struct, frozen=True):
    """Evidence on faults counts exp(`log`) times as much, but for no more than exp(`most`): what would overshoot the
    threshold is not needed there, and helps to reach it.
    """

    log: float = 0.0
    most: float = 0.0


class Kept(Struct, frozen=True):
    """How far the canary's latency is shown to keep within one gate: log e; either version's share of slow requests,
    faded; what was counted since the evidence began.
    """

    log_e: float = 0.0
    stable: BaseRate = BaseRate()
    canary: BaseRate = BaseRate()
    seen: Counts = Counts()


class Evidence(Struct, frozen=True):
    """`limits`: those in force when the evidence began. `shared`: bets that every endpoint is harmed alike, for faults;
    `others`: for the other metrics. `gate_logs`: log e for passing, one a gate; `latency_logs`: one a named quantile;
    `tails`: for passing by latency, one a gate; `timed`: latencies are recorded. `found_at`: end of the block (epoch s)
    that proved harm.
    """

    complete_to: float = 0.0
    open_since: dict[str, float] = {}
    limits: Limits | None = None
    endpoints: dict[str, Endpoint] = {}
    shared: Wealth | None = None
    boost: Boost = Boost()
    others: dict[str, Wealth] = {}
    base: BaseRate = BaseRate()
    canary: BaseRate = BaseRate()
    gate_logs: tuple[float, ...] = ()
    latencies: Latencies = Latencies()
    latency_logs: tuple[float, ...] = ()
    tails: tuple[Kept, ...] = ()
    timed: bool = False
    settled: Settled | None = None
    stage: Tally | None = None
    examples: tuple[Example, ...] = ()
    found_at: float | None = None

    @property
    def harm_log_e(self) -> float:
        """Log e of the whole verdict: the metrics' evidence, weighted."""
        return log_sum([log(part) + self.metric_log_e(metric) for metric, part in PARTS.items()])

    def metric_log_e(self, metric: str) -> float:
        """Half on one harm everywhere, half on single endpoints."""
        shared = self.shared if metric == FAULTS else self.others.get(metric)
        single = [
            log(endpoint.parts[metric]) + endpoint_log_e(endpoint, metric) for endpoint in self.endpoints.values()
        ]
        held = log(0.5) + log_sum([shared.log_e if shared else 0.0, *(single or [0.0])])
        return max(held, min(held + self.boost.log, self.boost.most)) if metric == FAULTS else held


def endpoint_log_e(endpoint: Endpoint, metric: str) -> float:
    """Log e against the canary at one endpoint; 0 before the first bet."""
    if metric == FAULTS:
        return endpoint.wealth.log_e
    stake = endpoint.others.get(metric)
    return stake.wealth.log_e if stake else 0.0
