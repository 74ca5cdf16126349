"""A trace as a waterfall. In: the documents as X-Ray returns them. Out: spans in the order the request ran, those that
took the time marked; and where its faults began. No recursion: a trace may be thousands deep, and a bad one may loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from serinus.console.tracerows import Sides
from serinus.console.wire import Cause, Span, TraceRow, TraceView
from serinus_xray.errors import MalformedSegment
from serinus_xray.segment import Cause as SegmentCause
from serinus_xray.segment import ExceptionInfo, Segment, decode

MOST_SPANS = 5000
LONGEST = 200
Placed = tuple[Segment, str, str, int]  # the part, its parent's id, the service it runs in, its depth


def trace_view(trace: Mapping[str, Any], sides: Sides, *, kept: bool) -> TraceView:
    """The waterfall of one trace, as BatchGetTraces returns it."""
    placed = _placed(_segments(trace))
    first = min((part.start_time for part, *_ in placed), default=0.0)
    critical = _critical(placed)
    spans = tuple(_span(one, first, critical, sides) for one in placed)
    return TraceView(
        id=str(trace.get("Id", "")),
        at=first,
        duration=max((span.start + span.duration for span in spans), default=0.0),
        flag=next((flag for flag in "FTE" if any(span.flag == flag for span in spans)), ""),
        side=sides.of(span.name for span in spans if span.segment),
        spans=spans,
        kept=kept,
    )


def as_row(trace: Mapping[str, Any], sides: Sides) -> TraceRow:
    """One line of the list, from the documents: the first segment is the request."""
    segments = sorted(_segments(trace), key=lambda part: part.start_time)
    shown = trace_view(trace, sides, kept=False)
    http = segments[0].http if segments else None
    request, response = (http.request, http.response) if http else (None, None)
    return TraceRow(
        id=shown.id,
        at=shown.at,
        duration=shown.duration,
        method=(request and request.method) or "",
        url=(request and request.url) or "",
        status=(response and response.status) or 0,
        flag=shown.flag,
        side=shown.side,
        services=tuple(dict.fromkeys(segment.name for segment in segments)),
    )


def causes(traces: Iterable[Mapping[str, Any]], strata: Mapping[str, str]) -> tuple[Cause, ...]:
    """Where the faults of these traces begin, the commonest first. `strata`: trace id -> endpoint."""
    found: dict[tuple[str, str, str, str, str], list[str]] = {}
    looked = 0
    for trace in traces:
        looked += 1
        if (origin := _origin(trace)) is not None:
            key = (strata.get(str(trace.get("Id")), ""), *origin)
            found.setdefault(key, []).append(str(trace.get("Id")))
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return tuple(Cause(*key, len(ids), looked, tuple(ids[:3])) for key, ids in ranked)


def _origin(trace: Mapping[str, Any]) -> tuple[str, str, str, str] | None:
    """The deepest faulted part: service, part, exception, message."""
    faulted = [one for one in _placed(_segments(trace)) if one[0].fault]
    if not faulted:
        return None
    part, _, service, _ = max(faulted, key=lambda one: one[3])
    exception = _exceptions(part)[0] if _exceptions(part) else ExceptionInfo()
    where = part.name if part.name != service else _detail(part)
    return service, where, _short(exception.type), exception.message or ""


def _segments(trace: Mapping[str, Any]) -> list[Segment]:
    found = []
    for part in trace.get("Segments", ()):
        try:
            segment = decode(part["Document"])
        except MalformedSegment:
            continue
        if not segment.inferred:
            found.append(segment)
    return found


def _placed(segments: Iterable[Segment]) -> list[Placed]:
    """Callers before callees, siblings by start."""
    known = sorted(segments, key=lambda part: part.start_time)
    ids = {part.id for segment in known for part in _parts(segment)}
    below: dict[str, list[Segment]] = {}
    for segment in known:
        below.setdefault(segment.parent_id or "" if segment.parent_id in ids else "", []).append(segment)
    waiting = [(part, "", part.name, 0) for part in reversed(below.get("", []))]
    placed: list[Placed] = []
    seen: set[str] = set()
    while waiting and len(placed) < MOST_SPANS:
        part, parent, service, depth = waiting.pop()
        if part.id in seen:
            continue
        seen.add(part.id)
        placed.append((part, parent, service, depth))
        called = [(child, part.id, _runs_in(child, service), depth + 1) for child in below.get(part.id, ())]
        inner = [(child, part.id, service, depth + 1) for child in part.subsegments]
        waiting.extend(sorted((*called, *inner), key=lambda one: one[0].start_time, reverse=True))
    return placed


def _runs_in(part: Segment, caller: str) -> str:
    """A subsegment that was sent by itself is a part of its caller, not a service."""
    return caller if part.type == "subsegment" else part.name


def _parts(segment: Segment) -> list[Segment]:
    found = [segment]
    for part in found:
        found.extend(part.subsegments)
    return found


def _critical(placed: list[Placed]) -> frozenset[str]:
    """From each root the child that ended last, and so on down: what the request waited for."""
    last: dict[str, Segment] = {}
    for part, parent, _, _ in placed:
        if parent not in last or part.end > last[parent].end:
            last[parent] = part
    path: set[str] = set()
    here = last.get("")
    while here is not None and here.id not in path:
        path.add(here.id)
        here = last.get(here.id)
    return frozenset(path)


def _span(one: Placed, first: float, critical: frozenset[str], sides: Sides) -> Span:
    part, parent, service, depth = one
    response = part.http.response if part.http else None
    return Span(
        id=part.id,
        parent=parent,
        depth=depth,
        name=part.name,
        detail=_detail(part),
        service=service,
        side=sides.of((service,)),
        flag="F" if part.fault else "T" if part.throttle else "E" if part.error else "",
        status=response.status if response else None,
        start=max(0.0, part.start_time - first),
        duration=part.duration,
        pending=part.in_progress,
        segment=bool(part.trace_id) and part.type != "subsegment",
        critical=part.id in critical,
        exceptions=tuple(f"{_short(one.type)}: {one.message or ''}".rstrip(": ") for one in _exceptions(part)),
    )


def _detail(part: Segment) -> str:
    request = part.http.request if part.http else None
    url = f"{request.method or ''} {request.url or ''}".strip() if request else ""
    sql = part.sql.sanitized_query if part.sql else ""
    return " ".join((url or sql or "").split())[:LONGEST]


def _exceptions(part: Segment) -> tuple[ExceptionInfo, ...]:
    return part.cause.exceptions[:3] if isinstance(part.cause, SegmentCause) else ()


def _short(name: str | None) -> str:
    """The class without its module."""
    return (name or "Exception").rsplit(".", 1)[-1]
