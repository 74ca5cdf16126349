"""A verdict: a value a person can read and recompute. In: the judge's numbers.
Out: outcome, one sentence, and per check the two shares, the difference with its interval, the limits and the evidence.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class VerdictOutcome(StrEnum):
    """Only FAIL rolls back. INSUFFICIENT and ERROR hold."""

    PASS = "pass"  # noqa: S105  the word for a verdict, no password
    FAIL = "fail"
    INSUFFICIENT = "insufficient"
    ERROR = "error"


class Reason(StrEnum):
    """Why; one enumerated API for conditions, events, metrics and the command line."""

    HARM_FOUND = "HarmFound"
    WITHIN_MARGIN = "WithinMargin"
    UNDECIDED = "Undecided"
    INSUFFICIENT_TRACES = "InsufficientTraces"
    SPLIT_MISMATCH = "SplitMismatch"
    SPLIT_UNVERIFIED = "SplitUnverified"
    UNEQUAL_SAMPLING = "UnequalSampling"
    SHARED_HARM = "SharedHarm"
    TELEMETRY_GAP = "TelemetryGap"


class Interval(Struct, frozen=True):
    """A confidence sequence's present bounds: valid however often one looks."""

    low: float
    estimate: float
    high: float


class Share(Struct, frozen=True):
    """`events` of `requests`."""

    events: int
    requests: int

    @property
    def value(self) -> float:
        """In 0…1; 0 without requests."""
        return self.events / self.requests if self.requests else 0.0


class Quantiles(Struct, frozen=True):
    """A quantile of recent latencies in seconds, by version; the shares of its check are of requests beyond it."""

    name: str
    stable: float
    canary: float


class Check(Struct, frozen=True):
    """One comparison. `name`: faults, errors, throttles, missing, callers, latency or tail: requests
    slower than tolerated, of which the gate allows the canary so large a share. `stratum`: "" for all endpoints.
    `limit`, `gate`: the largest canary share tolerated, and the one below which the step passes, at stable's share.
    `e_fail`, `e_pass`: evidence against the canary and for it; `decisive`: where e_fail condemns this comparison by
    itself; e_pass decides at 1/false_pass (passing is shown for all endpoints together: one's e_pass is 1). `needed`:
    canary requests still to come before this check can decide at today's shares, None when it has decided or nothing
    can be said. `odds`: the odds ratio, where the limit is one. `quantiles`: what a latency check is about; its shares
    are of requests slower than is tolerated beside stable's quantile, its limit the share beyond the quantile itself.
    """

    name: str
    stratum: str
    stable: Share
    canary: Share
    difference: Interval
    limit: float
    e_fail: float
    e_pass: float
    outcome: VerdictOutcome
    needed: int | None = None
    gate: float = 1.0
    odds: Interval | None = None
    decisive: float = 100.0
    quantiles: Quantiles | None = None

    def held_against(self, e_fail: float, decisive: float) -> Check:
        """With the evidence of this comparison alone, condemned where that decides by itself."""
        check = replace(self, e_fail=e_fail, decisive=decisive)
        return check.condemned() if e_fail >= decisive else check

    def condemned(self) -> Check:
        """Harm, and that the limit is exceeded: the test at this one value has shown it, beyond the interval's own."""
        low = min(self.difference.estimate, max(self.difference.low, self.limit - self.stable.value))
        return replace(self, outcome=VerdictOutcome.FAIL, needed=None, difference=replace(self.difference, low=low))


class Split(Struct, frozen=True):
    """The canary's share of requests in this step: asked for, and measured from traces with its interval.
    `e_value` is the evidence against share == desired, decisive at 1/false_alarm; agrees is None below 20 requests.
    """

    desired: float
    share: float
    low: float
    high: float
    requests: int
    e_value: float
    agrees: bool | None


class Recorded(Struct, frozen=True):
    """How many of the requests that the router sent in this step are in the traces, 0…1, by version; None: it sent
    none. `e_value`: evidence against "both alike", decisive at 1/false_alarm; alike is None where too little was seen.
    """

    stable: float | None
    canary: float | None
    e_value: float
    alike: bool | None


class Source(Struct, frozen=True):
    """Where faults come from. `dependency`: what failed below the endpoint, "" for the version's own code; `kind`:
    fault, error or throttle there; `exception`: its type. `canary`, `stable`: how often in each version; `known`:
    stable has it too. `examples`: trace ids of a canary's worst, of a typical one, and of stable's twin, where seen.
    """

    stratum: str
    dependency: str
    kind: str
    exception: str
    canary: int
    stable: int
    known: bool
    examples: tuple[str, ...] = ()


class Breach(Struct, frozen=True):
    """An objective that both versions miss: `metric` (faults, p95), the limit, and what each shows. `entry`: where the
    requests begin that miss it, "" for the versions themselves; `dependency`: what those waited for most.
    """

    metric: str
    limit: float
    stable: float
    canary: float
    entry: str = ""
    dependency: str = ""


class Verdict(Struct, frozen=True):
    """What the judge says, having seen the traces up to `complete_to` (epoch s). `examples`: trace ids, worst first.
    `e_total`: evidence against the canary of all comparisons together; decisive at 1/false_alarm. `sources`: where the
    canary's faults come from, the most harmful first. `lag`: seconds from `complete_to` to the look; `sampling`: None
    where the router does not count; `unanswered`: calls in this step that failed and left no trace of either version.
    `missed`: the objective that both versions miss, where that is the reason.
    """

    outcome: VerdictOutcome
    reason: Reason
    sentence: str
    checks: tuple[Check, ...] = ()
    split: Split | None = None
    complete_to: float = 0.0
    false_alarm: float = 0.01
    needed: int | None = None
    examples: tuple[str, ...] = ()
    e_total: float = 1.0
    sources: tuple[Source, ...] = ()
    lag: float | None = None
    sampling: Recorded | None = None
    unanswered: int = 0
    missed: Breach | None = None
