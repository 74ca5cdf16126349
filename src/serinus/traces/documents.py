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

from serinus.judge.observation import Observation, Outcome, Variant

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


_DECODER: Final = msgspec.json.Decoder(Answered, strict=False)


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
        found += _observed(trace_id, segment, variants)
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


def _observed(trace_id: str, segment: Answered, variants: dict[str, Variant]) -> Iterator[Observation]:
    variant = variants.get(segment.name)
    if variant is None or segment.inferred or segment.type == "subsegment" or segment.end_time is None:
        return
    stratum = stratum_of(segment)
    if stratum.rpartition("/")[2] in PROBES:
        return
    yield Observation(
        at=segment.start_time,
        variant=variant,
        stratum=stratum,
        outcome=_outcome(segment),
        duration_s=max(0.0, segment.end_time - segment.start_time),
        trace_id=trace_id,
        cluster=trace_id,
    )


def _outcome(segment: Answered) -> Outcome:
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
