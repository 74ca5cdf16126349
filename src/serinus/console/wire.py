"""What goes over the wire: the console's documents, from which OpenAPI and the page's TypeScript types are made.
In: nothing. Out: frozen values; times in epoch s, durations in s, shares in 0…1, weights in percent.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from serinus.console.port import Finding, Permission, Pods
from serinus.console.site import Way
from serinus.judge.observation import WeightChange
from serinus.judge.verdict import Split, Verdict
from serinus.release.run import Entry, Point, StepRecord
from serinus.release.spec import Analysis, CanaryRelease
from serinus.release.world import Verb


class Problem(Struct, frozen=True):
    """RFC 9457. `reason` is a stable word for programs. `missing`: the right that a person lacks."""

    title: str
    status: int
    reason: str
    detail: str = ""
    field: str = ""
    missing: Permission | None = None


class ReleaseRow(Struct, frozen=True):
    """A release in a list. `standing`: the phase in a person's eyes. `needs`: why it needs a person, "" if it does not.
    `step` counts from 1. `complete_to`: the traces are judged up to here. `needed`, `left_s`: canary requests and time
    until the step can be decided, None where more requests alone would not let it go on.
    """

    namespace: str
    name: str
    phase: str
    standing: str
    running: bool
    needs: str
    run: int
    step: int
    steps: int
    weight: int
    stable_version: str
    canary_version: str
    reason: str
    message: str
    outcome: str
    verdict: str
    measured: Split | None
    needed: int | None
    left_s: float | None
    complete_to: float
    since: float
    started: float
    ended: float | None


class ReleaseList(Struct, frozen=True):
    """`more`: pass it as `after` for the next page; "" on the last."""

    items: tuple[ReleaseRow, ...]
    more: str = ""


class Act(Struct, frozen=True):
    """Whether a person may press this button now, and if not, why. `fits`: it would change something."""

    verb: Verb
    fits: bool
    allowed: bool
    why: str = ""


class RunView(Struct, frozen=True):
    """A run's record without the judge's checkpoint. `kept`: ids of the traces stored in full. `points`: the evidence
    over time, left out in lists.
    """

    number: int
    stable_version: str
    canary_version: str
    started: float
    ended: float | None
    outcome: str
    weights: tuple[WeightChange, ...]
    steps: tuple[StepRecord, ...]
    verdict: Verdict | None
    timeline: tuple[Entry, ...]
    kept: tuple[str, ...]
    found_at: float | None
    points: tuple[Point, ...]


class RunList(Struct, frozen=True):
    """Newest first."""

    items: tuple[RunView, ...]


class ReleaseView(Struct, frozen=True):
    """Everything about a release but its traces."""

    row: ReleaseRow
    release: CanaryRelease
    stable: Pods
    canary: Pods
    run: RunView | None
    acts: tuple[Act, ...]


class ReplayStep(Struct, frozen=True):
    """A step as it was walked, judged since `since`. `passed`: when the other policy would have let it pass,
    `was_passed`: when the run's own did; None: never.
    """

    weight: int
    since: float
    passed: float | None
    was_passed: float | None


class Alarms(Struct, frozen=True):
    """Stable against itself: harm was found in `found` of `deals` deals of its own requests to both versions."""

    deals: int
    found: int
    low: float
    high: float
    promised: float


class PolicyUse(Struct, frozen=True):
    """A policy and the releases ("namespace/name") judged by it. `changed`: what is not the default, "name: JSON"."""

    analysis: Analysis
    changed: tuple[str, ...]
    releases: tuple[str, ...]


class PolicyList(Struct, frozen=True):
    """Of the releases that a person may list."""

    items: tuple[PolicyUse, ...]


class Replay(Struct, frozen=True):
    """What another policy would have said to the evidence of a run, `until` its log ends. `condemned`: when it would
    have rolled back, `was_condemned`: when the run's own did; None: never. `outcome`, `sentence`: of that look, else of
    the last one. `alarms`: None unless asked for.
    """

    looks: int
    until: float
    outcome: str
    sentence: str
    condemned: float | None
    was_condemned: float | None
    steps: tuple[ReplayStep, ...]
    alarms: Alarms | None
    notes: tuple[str, ...]


class Cause(Struct, frozen=True):
    """Where faults begin: the deepest faulted part of a trace. `count` of the `of` example traces looked at."""

    stratum: str
    service: str
    part: str
    exception: str
    message: str
    count: int
    of: int
    traces: tuple[str, ...]


class TraceRow(Struct, frozen=True):
    """One trace in a list. `side`: stable, canary, both or "" where neither answered. `flag`: F, T, E or "".
    `link`: in a proof, X-Ray's own page while X-Ray keeps the trace; "" where there is none.
    """

    id: str
    at: float
    duration: float
    method: str
    url: str
    status: int
    flag: str
    side: str
    services: tuple[str, ...]
    link: str = ""


class TraceList(Struct, frozen=True):
    """The newest of `total` that were found between `start` and `end`; `expression`: the X-Ray filter that finds them.
    `start` is as far back as was looked.
    """

    items: tuple[TraceRow, ...]
    total: int
    expression: str
    start: float
    end: float


class Proof(Struct, frozen=True):
    """The traces behind a verdict: the worst, a typical one, and stable's answer to the same request."""

    causes: tuple[Cause, ...] = ()
    worst: TraceRow | None = None
    typical: TraceRow | None = None
    twin: TraceRow | None = None
    note: str = ""


class Span(Struct, frozen=True):
    """One segment or subsegment; `start` from the trace's first moment. `critical`: on the path that took the time."""

    id: str
    parent: str
    depth: int
    name: str
    detail: str
    service: str
    side: str
    flag: str
    status: int | None
    start: float
    duration: float
    pending: bool
    segment: bool
    critical: bool
    exceptions: tuple[str, ...] = ()


class TraceView(Struct, frozen=True):
    """A trace as a waterfall. `kept`: from a run's record, X-Ray has it no more. `link`: X-Ray's page, "" for none."""

    id: str
    at: float
    duration: float
    flag: str
    side: str
    spans: tuple[Span, ...]
    kept: bool
    link: str = ""


class Node(Struct, frozen=True):
    """A service on the map. `release`: namespace/name of the one whose version it is, "" for none."""

    id: str
    name: str
    type: str
    side: str
    release: str
    requests: int
    faults: int
    errors: int
    throttles: int
    mean: float
    p50: float
    p99: float


class Edge(Struct, frozen=True):
    """Calls from one service to another."""

    source: str
    target: str
    requests: int
    faults: int
    errors: int
    throttles: int
    mean: float


class Graph(Struct, frozen=True):
    """The service map of a time range."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    start: float
    end: float


class Calls(Struct, frozen=True):
    """How often an operation of the X-Ray API had this outcome: answered, throttled, unavailable, refused."""

    operation: str
    outcome: str
    count: int


class System(Struct, frozen=True):
    """What the console knows of its own world. `calls`: this process's to X-Ray since it began, at `since`."""

    version: str
    source: str
    xray: str
    releases: int
    listeners: int
    findings: tuple[Finding, ...]
    calls: tuple[Calls, ...]
    since: float
    now: float


class Me(Struct, frozen=True):
    """Who is asking; `csrf` goes into the header X-Serinus-CSRF of every call that changes something."""

    name: str
    csrf: str
    source: str
    expires: float


class Health(Struct, frozen=True):
    """Alive."""

    ok: bool


class Entrance(Struct, frozen=True):
    """How a person comes in. `command`: what prints a token to paste, "" where there is none to print."""

    way: Way
    command: str = ""


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """The one-time token of the printed URL, or one of the cluster; "" where the load balancer says who it is."""

    token: Annotated[str, Meta(max_length=8192)] = ""


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person asks and why. `full`: promote past all steps left."""

    verb: Verb
    reason: Annotated[str, Meta(min_length=3, max_length=500, description="kept in the run's record")]
    full: bool = False


class Accepted(Struct, frozen=True):
    """The wish was written into the resource; the controller sees it in its next pass."""

    id: str
    verb: Verb
    by: str
    reason: str
