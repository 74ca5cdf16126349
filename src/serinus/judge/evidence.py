"""All that the judge remembers of a run: small, storable as JSON, resumable to the digit, of bounded size.
In: nothing. Out: the value that `fold` carries from window to window and `decide` reads.
"""

from __future__ import annotations

from math import log

from msgspec import Struct

from serinus.judge.baserate import BaseRate
from serinus.judge.counts import Counts
from serinus.judge.policy import Gate, Margin
from serinus.judge.wealth import Wealth, log_sum


class Cell(Struct, frozen=True):
    """What was counted at one weight, 0…1; None: while the weight was changing."""

    weight: float | None
    counts: Counts


class Endpoint(Struct, frozen=True):
    """One stratum. `part`: its part of the bets on single endpoints, given when it was first seen."""

    part: float
    wealth: Wealth
    base: BaseRate = BaseRate()
    cells: tuple[Cell, ...] = ()

    @property
    def counts(self) -> Counts:
        """Over all weights."""
        return sum((cell.counts for cell in self.cells), Counts())


class Tally(Struct, frozen=True):
    """What this step has seen. `told`: the share the router was given, `split`: what was counted under it."""

    weight: int
    since: float
    counts: Counts = Counts()
    told: float | None = None
    split: Counts = Counts()


class Example(Struct, frozen=True):
    """The trace of a canary's fault."""

    trace_id: str
    stratum: str
    at: float


class Evidence(Struct, frozen=True):
    """`margin`, `gates`: the limits in force when the evidence began. `shared`: bets that every endpoint is harmed
    alike. `gate_logs`: log e for passing, one a gate. `found_at`: end of the block (epoch s) that proved harm.
    """

    complete_to: float = 0.0
    open_since: dict[str, float] = {}
    margin: Margin | None = None
    gates: tuple[Gate, ...] = ()
    endpoints: dict[str, Endpoint] = {}
    shared: Wealth | None = None
    base: BaseRate = BaseRate()
    canary: BaseRate = BaseRate()
    gate_logs: tuple[float, ...] = ()
    stage: Tally | None = None
    examples: tuple[Example, ...] = ()
    found_at: float | None = None

    @property
    def harm_log_e(self) -> float:
        """Log e of the whole verdict: half on one harm everywhere, half on single endpoints and on those to come."""
        if self.shared is None:
            return 0.0
        unassigned = 1 - sum(endpoint.part for endpoint in self.endpoints.values())
        single = [log(endpoint.part) + endpoint.wealth.log_e for endpoint in self.endpoints.values()]
        return log(0.5) + log_sum([self.shared.log_e, log(unassigned), *single])
