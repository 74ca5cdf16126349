"""Full traces to observations. In: compiled documents of BatchGetTraces. Out: one observation for each request that
stable or canary answered; probes, inferred segments and requests still in progress are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from serinus.judge.observation import Cause, Observation, Outcome, Variant

ROUTE_KEYS: Final = ("http.route", "http_route")
PROBES: Final = frozenset(
    {"health-status", "health", "healthz", "livez", "readyz", "startupz", "live", "ready", "metrics"}
)
_VARYING: Final = re.compile(r"\d+|[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|.*@.*")


class _Request(Struct, frozen=True):
    method: str = ""
    url: str = ""


class _Http(Struct, frozen=True):
    request: _Request = _Request()


class _Thrown(Struct, frozen=True):
    type: str = ""


class _Cause(Struct, frozen=True):
    exceptions: tuple[_Thrown, ...] = ()


class Failed(Struct, frozen=True):
    """What of a segment that failed, and of its subsegments, counts: `namespace` remote or aws is a call to others."""

    name: str = ""
    namespace: str = ""
    fault: bool = False
    throttle: bool = False
    error: bool = False
    cause: _Cause | str | None = None
    subsegments: tuple[Failed, ...] = ()


class Answered(Struct, frozen=True):
    """What of a compiled segment counts here. Large documents are fine: everything else is skipped, not kept."""

    name: str
    start_time: float
    end_time: float | None = None
    type: str = ""
    inferred: bool = False
    fault: bool = False
    throttle: bool = False
    error: bool = False
    http: _Http = _Http()
    annotations: dict[str, Any] = {}
    metadata: dict[str, Any] = {}


class Seen(Struct, frozen=True):
    """Of one trace. `unreadable`: documents that are not what X-Ray should give."""

    observations: tuple[Observation, ...]
    unreadable: int = 0


LONGEST: Final = 200
CALLS: Final = ("remote", "aws")
_DECODER: Final = msgspec.json.Decoder(Answered, strict=False)
_FAILED: Final = msgspec.json.Decoder(Failed, strict=False)


def observations(trace_id: str, documents: Iterable[str], variants: dict[str, Variant]) -> Seen:
    """`variants`: by service name."""
    found: list[Observation] = []
    unreadable = 0
    for document in documents:
        try:
            segment = _DECODER.decode(document)
        except msgspec.DecodeError:
            unreadable += 1
            continue
        found += _observed(trace_id, segment, document, variants)
    return Seen(tuple(found), unreadable)


def stratum_of(segment: Answered) -> str:
    """Method and route, `POST /users/{}`: requests of one stratum do the same work."""
    request = segment.http.request
    route = _recorded_route(segment) or route_of(request.url)
    return f"{request.method} {route}".strip() or segment.name


def route_of(url: str) -> str:
    """The path of a URL with what varies from request to request (numbers, long ids, addresses) replaced by {}."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return "/".join("{}" if _VARYING.fullmatch(part) else part for part in path.split("/"))


def _observed(trace_id: str, segment: Answered, document: str, variants: dict[str, Variant]) -> Iterator[Observation]:
    variant = variants.get(segment.name)
    if variant is None or segment.inferred or segment.type == "subsegment" or segment.end_time is None:
        return
    stratum = stratum_of(segment)
    if stratum.rpartition("/")[2] in PROBES:
        return
    outcome = _outcome(segment)
    yield Observation(
        at=segment.start_time,
        variant=variant,
        stratum=stratum,
        outcome=outcome,
        duration_s=max(0.0, segment.end_time - segment.start_time),
        trace_id=trace_id,
        cluster=trace_id,
        cause=None if outcome is Outcome.OK else cause_of(document),
    )


def cause_of(document: str) -> Cause | None:
    """What failed deepest below a request that was not ok; None for what cannot be understood."""
    try:
        failed = [_FAILED.decode(document)]
    except (msgspec.DecodeError, RecursionError):
        return None
    while deeper := next((one for one in reversed(failed[-1].subsegments) if _kind(one)), None):
        failed.append(deeper)  # the last that failed: those before it were tried again
    called = next((one for one in reversed(failed[1:]) if one.namespace in CALLS), None)
    thrown = next((name for one in reversed(failed) if (name := _exception(one))), "")
    return Cause(called.name[:LONGEST] if called else "", _kind(called or failed[0]), thrown[:LONGEST])


def _exception(one: Failed) -> str:
    return one.cause.exceptions[0].type if isinstance(one.cause, _Cause) and one.cause.exceptions else ""


def _kind(one: Failed) -> str:
    outcome = _outcome(one)
    return "" if outcome is Outcome.OK else str(outcome)


def _outcome(segment: Answered | Failed) -> Outcome:
    if segment.fault:
        return Outcome.FAULT
    if segment.throttle:
        return Outcome.THROTTLE
    return Outcome.ERROR if segment.error else Outcome.OK


def _recorded_route(segment: Answered) -> str:
    default = segment.metadata.get("default")
    sources = (segment.annotations, default if isinstance(default, dict) else {})
    for source in sources:
        for key in ROUTE_KEYS:
            if isinstance(route := source.get(key), str) and route:
                return route
    return ""
