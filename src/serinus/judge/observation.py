"""What the judge looks at: requests answered by stable and canary, in blocks of one endpoint and one span of time.
In: observations, one a segment. Out: `Block`s with the exposures that really happened, never the nominal ones.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Variant(StrEnum):
    """Which of the two versions answered; nobody: a call that left no trace of either."""

    STABLE = "stable"
    CANARY = "canary"
    NOBODY = "nobody"


class Outcome(StrEnum):
    """X-Ray's words: fault 5xx, error 4xx, throttle 429; missing: no answer reached the caller."""

    OK = "ok"
    ERROR = "error"
    THROTTLE = "throttle"
    FAULT = "fault"
    MISSING = "missing"


class Cause(Struct, frozen=True):
    """What went wrong inside a request. `dependency`: what was called and failed, "" for the version's own code;
    `kind`: fault, error or throttle there; `exception`: its type, "" where none is recorded.
    """

    dependency: str
    kind: str
    exception: str = ""


class Entry(Struct, frozen=True):
    """The request that a trace begins with, as its first service answered it, whichever version was called below it.
    `dependency`: what it waited for most, "" for none.
    """

    endpoint: str
    outcome: Outcome
    duration_s: float
    dependency: str = ""


class Observation(Struct, frozen=True):
    """One request as one version answered it: `at` epoch seconds (start), `duration_s` seconds; `cause` of what was
    not ok, `entry` of what others asked first, where the trace tells. `rule`: the X-Ray sampling rule by which this
    very service decided to record the request, "" where its caller had decided. `began` (epoch s): of the first request
    of the same retry or session here; None: this one, as far as is known. `elsewhere`: that retry or session had asked
    another endpoint of this version before.
    """

    at: float
    variant: Variant
    stratum: str
    outcome: Outcome
    duration_s: float
    trace_id: str
    cluster: str = ""
    cause: Cause | None = None
    entry: Entry | None = None
    rule: str = ""
    began: float | None = None
    elsewhere: bool = False


class WeightChange(Struct, frozen=True):
    """The canary's share asked for at `at` (epoch s); in force at the router from `confirmed_at`, None: not yet."""

    at: float
    weight: float
    confirmed_at: float | None = None


class Caused(Struct, frozen=True):
    """How many requests failed by one cause, and which trace was the worst of them, which in the middle."""

    cause: Cause
    count: int
    worst: str
    typical: str


class Entries(Struct, frozen=True, omit_defaults=True):
    """Of a version's requests those that others asked for first: as the entry answered. `latency` as an Arm's, of all;
    `endpoint`, `dependency`: the most frequent.
    """

    requests: int = 0
    faults: int = 0
    latency: tuple[tuple[int, int], ...] = ()
    endpoint: str = ""
    dependency: str = ""


class Arm(Struct, frozen=True, omit_defaults=True):
    """One version's part of a block. `faults` holds the `missing` too: whoever got no answer was failed.
    `latency`: (bin, count) of a log histogram, bin = floor(log(seconds)/log(1.02)), faulted requests left out.
    `examples`: trace ids of faulted requests, worst first, at most three; `causes`: at most five, the most frequent
    first; `typical`, `slowest`: trace ids of answered requests. `callers`: answered, and yet who asked first came to a
    fault; their traces are among the examples, last. `rules`: sampling rules, sorted, at most four.
    """

    requests: int = 0
    faults: int = 0
    errors: int = 0
    throttles: int = 0
    latency: tuple[tuple[int, int], ...] = ()
    examples: tuple[str, ...] = ()
    missing: int = 0
    causes: tuple[Caused, ...] = ()
    typical: str = ""
    slowest: str = ""
    entries: Entries = Entries()
    callers: int = 0
    rules: tuple[str, ...] = ()


class Block(Struct, frozen=True, omit_defaults=True):
    """One endpoint from `start` to `end` (epoch s). `weight`: the canary's share the router was told, in 0…1;
    None while a change of weight was on its way, so that the split is not judged on it. `unanswered`: calls that failed
    and left no trace of either version. `leading`: stable's and the canary's part without what shares a trace or a
    session with an earlier request at another endpoint of the version; None: nothing does.
    """

    stratum: str
    start: float
    end: float
    weight: float | None
    stable: Arm
    canary: Arm
    unanswered: int = 0
    leading: tuple[Arm, Arm] | None = None


class Routed(Struct, frozen=True):
    """Requests that the router has sent to each version in this step, by its own counters, in so many `seconds`."""

    stable: int
    canary: int
    seconds: float


class Window(Struct, frozen=True, omit_defaults=True):
    """Blocks closed since the last look. Everything that started before `complete_to` (epoch s) has been seen.
    `open_since`: per stratum, where its next block begins; with it a restarted judge reads on without a gap.
    """

    blocks: tuple[Block, ...]
    complete_to: float
    open_since: dict[str, float] = {}
    source: str = "documents"
