"""What of X-Ray's documents counts here: everything else is skipped, not kept. In: documents. Out: frozen values, and
what they say of themselves: outcome and endpoint.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from serinus.judge.observation import Outcome

ROUTE_KEYS: Final = ("http.route", "http_route")
PROBES: Final = frozenset(
    {"health-status", "health", "healthz", "livez", "readyz", "startupz", "live", "ready", "metrics"}
)
_VARYING: Final = re.compile(r"\d+|[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|.*@.*")


class Request(Struct, frozen=True):
    """What was asked."""

    method: str = ""
    url: str = ""


class Http(Struct, frozen=True):
    """A segment's HTTP block."""

    request: Request = Request()


class Thrown(Struct, frozen=True):
    """An exception."""

    type: str = ""


class Cause(Struct, frozen=True):
    """What a segment says went wrong."""

    exceptions: tuple[Thrown, ...] = ()


class Failed(Struct, frozen=True):
    """What of a segment that failed, and of its subsegments, counts: `namespace` remote or aws is a call to others."""

    name: str = ""
    namespace: str = ""
    fault: bool = False
    throttle: bool = False
    error: bool = False
    cause: Cause | str | None = None
    subsegments: tuple[Failed, ...] = ()


class Answered(Struct, frozen=True):
    """What of a compiled segment counts here. Large documents are fine: everything else is skipped, not kept."""

    name: str
    start_time: float
    end_time: float | None = None
    parent_id: str = ""
    type: str = ""
    inferred: bool = False
    fault: bool = False
    throttle: bool = False
    error: bool = False
    http: Http = Http()
    annotations: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    aws: Any = None


LONGEST: Final = 200
CALLS: Final = ("remote", "aws")
ANSWERED: Final = msgspec.json.Decoder(Answered, strict=False)
FAILED: Final = msgspec.json.Decoder(Failed, strict=False)


def stratum_of(segment: Answered) -> str:
    """Method and route, `POST /users/{}`, at most 200 characters: requests of one stratum do the same work."""
    request = segment.http.request
    route = _recorded_route(segment) or route_of(request.url)
    return (f"{request.method} {route}".strip() or segment.name)[:LONGEST]


def route_of(url: str) -> str:
    """The path of a URL with what varies from request to request (numbers, long ids, addresses) replaced by {}."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return "/".join("{}" if _VARYING.fullmatch(part) else part for part in path.split("/"))


def outcome_of(segment: Answered | Failed) -> Outcome:
    """Fault before throttle before error."""
    if segment.fault:
        return Outcome.FAULT
    if segment.throttle:
        return Outcome.THROTTLE
    return Outcome.ERROR if segment.error else Outcome.OK


def rule_of(segment: Answered) -> str:
    """The sampling rule by which the service decided to record; "" where its caller had decided."""
    told = segment.aws.get("xray") if isinstance(segment.aws, dict) else None
    name = told.get("sampling_rule_name") if isinstance(told, dict) else None
    return name[:LONGEST] if isinstance(name, str) else ""


def _recorded_route(segment: Answered) -> str:
    default = segment.metadata.get("default")
    sources = (segment.annotations, default if isinstance(default, dict) else {})
    for source in sources:
        for key in ROUTE_KEYS:
            if isinstance(route := source.get(key), str) and route:
                return route
    return ""
