"""The callers' side of a trace. In: its segments and documents. Out: what the request came to where the trace begins,
and which calls failed at their callers, whatever the version that was called says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from serinus.judge.observation import Entry
from serinus.traces.segments import CALLS, LONGEST, Answered, Cause, Http, Request, outcome_of, route_of, stratum_of

LEADING: Final = 0.25


class Part(NamedTuple):
    """A segment and the document it was read from."""

    segment: Answered
    document: str


class Call(Struct, frozen=True):
    """A subsegment; `namespace` remote or aws is a call to others."""

    id: str = ""
    name: str = ""
    namespace: str = ""
    start_time: float = 0.0
    end_time: float | None = None
    fault: bool = False
    cause: Cause | str | None = None
    http: Http | None = None
    subsegments: tuple[Call, ...] = ()


class Lost(Struct, frozen=True):
    """A call that failed at `at` (epoch s) and left no trace of who was called."""

    at: float
    stratum: str


class Callers(Struct, frozen=True):
    """`entry`: None where the trace begins with a version itself, or with no HTTP request. `failed`: subsegment ids of
    calls that ended in a fault, with the type of the exception.
    """

    entry: Entry | None = None
    failed: dict[str, str] = {}
    lost: tuple[Lost, ...] = ()


_CALLER: Final = msgspec.json.Decoder(Call, strict=False)


def callers_of(parts: Sequence[Part], versions: Collection[str], called_as: Collection[str] = ()) -> Callers:
    """`versions`: names in X-Ray of what is compared; `called_as`: host names by which others call it."""
    others = [part for part in parts if part.segment.name not in versions and not part.segment.inferred]
    if not others:
        return Callers()
    failed = [call for part in others for call in _calls(_read(part)) if call.fault and call.id]
    answered = {part.segment.parent_id for part in parts if not part.segment.inferred}
    lost = [call for call in failed if call.name in called_as and call.id not in answered]
    return Callers(
        _entry(parts, versions),
        {call.id: _exception(call) for call in failed},
        tuple(Lost(call.start_time, _stratum(call)) for call in lost),
    )


def _stratum(call: Call) -> str:
    """As the version would have named it, had it recorded no route of its own."""
    request = call.http.request if call.http else Request()
    return (f"{request.method} {route_of(request.url)}".strip() or call.name)[:LONGEST]


def _entry(parts: Sequence[Part], versions: Collection[str]) -> Entry | None:
    whole = [part for part in parts if not part.segment.inferred and part.segment.type != "subsegment"]
    first = min(whole, key=lambda part: part.segment.start_time, default=None)
    if first is None or first.segment.name in versions:
        return None
    segment = first.segment
    if segment.end_time is None or not segment.http.request.method:
        return None
    took = max(0.0, segment.end_time - segment.start_time)
    return Entry(stratum_of(segment), outcome_of(segment), took, _slowest(_read(first), took))


def _slowest(caller: Call, took: float) -> str:
    """What the entry waited for most, if for a quarter of its time; calls after its answer were not waited for."""
    waited: dict[str, float] = {}
    for call in _calls(caller):
        if call.end_time is not None and call.start_time < caller.start_time + took:
            waited[call.name] = waited.get(call.name, 0.0) + call.end_time - call.start_time
    name = max(waited, key=lambda one: waited[one], default="")
    return name[:LONGEST] if name and waited[name] >= LEADING * took else ""


def _calls(caller: Call) -> Iterator[Call]:
    """Calls to others, at any depth."""
    open_ = [caller]
    while open_:
        below = open_.pop().subsegments
        yield from (call for call in below if call.namespace in CALLS)
        open_ += below


def _read(part: Part) -> Call:
    try:
        return _CALLER.decode(part.document)
    except (msgspec.DecodeError, RecursionError):
        return Call()


def _exception(call: Call) -> str:
    return call.cause.exceptions[0].type[:LONGEST] if isinstance(call.cause, Cause) and call.cause.exceptions else ""
