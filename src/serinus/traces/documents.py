"""Full traces to observations. In: compiled documents of BatchGetTraces. Out: one observation for each request that
stable or canary answered or, by its caller's word, failed to; probes and inferred segments are none. One for each call
that neither answered, where it is known how the service is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import msgspec
from msgspec import Struct

from serinus.judge.observation import Cause, Observation, Outcome, Variant
from serinus.judge.sessions import together
from serinus.traces.callers import Callers, Lost, Part, callers_of
from serinus.traces.segments import (
    ANSWERED,
    CALLS,
    FAILED,
    LONGEST,
    PROBES,
    Answered,
    Failed,
    outcome_of,
    rule_of,
    stratum_of,
)
from serinus.traces.segments import Cause as Wrong

UNHEARD: Final = "missing"


class Seen(Struct, frozen=True):
    """Of one trace. `unreadable`: documents that are not what X-Ray should give."""

    observations: tuple[Observation, ...]
    unreadable: int = 0


def observations(
    trace_id: str, documents: Iterable[str], variants: dict[str, Variant], called_as: Collection[str] = ()
) -> Seen:
    """`variants`: by service name; `called_as`: host names by which others call them."""
    parts: list[Part] = []
    unreadable = 0
    for document in documents:
        try:
            parts.append(Part(ANSWERED.decode(document), document))
        except (msgspec.DecodeError, RecursionError):
            unreadable += 1
    versions = [part for part in parts if _is_version(part.segment, variants)]
    callers = callers_of(parts, variants, called_as) if versions or called_as else Callers()
    found = [_observed(trace_id, part, callers, variants) for part in versions]
    lost = (_lost(trace_id, one) for one in callers.lost if one.stratum.rpartition("/")[2] not in PROBES)
    return Seen(together([*(one for one in found if one), *lost]), unreadable)


def _lost(trace_id: str, lost: Lost) -> Observation:
    return Observation(lost.at, Variant.NOBODY, lost.stratum, Outcome.MISSING, 0.0, trace_id, trace_id)


def _is_version(segment: Answered, variants: dict[str, Variant]) -> bool:
    return segment.name in variants and not segment.inferred and segment.type != "subsegment"


def _observed(trace_id: str, part: Part, callers: Callers, variants: dict[str, Variant]) -> Observation | None:
    """None for a probe, and for a request in progress that nobody has given up."""
    segment, outcome, stratum = part.segment, outcome_of(part.segment), stratum_of(part.segment)
    unheard = outcome is not Outcome.FAULT and segment.parent_id in callers.failed
    if stratum.rpartition("/")[2] in PROBES or (segment.end_time is None and not unheard):
        return None
    cause = None if outcome is Outcome.OK else cause_of(part.document)
    return Observation(
        at=segment.start_time,
        variant=variants[segment.name],
        stratum=stratum,
        outcome=Outcome.MISSING if unheard else outcome,
        duration_s=max(0.0, (segment.end_time or 0.0) - segment.start_time),
        trace_id=trace_id,
        cluster=trace_id,
        cause=Cause("", UNHEARD, callers.failed[segment.parent_id]) if unheard else cause,
        entry=callers.entry,
        rule=rule_of(segment),
    )


def cause_of(document: str) -> Cause | None:
    """What failed deepest below a request that was not ok; None for what cannot be understood."""
    try:
        failed = [FAILED.decode(document)]
    except (msgspec.DecodeError, RecursionError):
        return None
    while deeper := next((one for one in reversed(failed[-1].subsegments) if _kind(one)), None):
        failed.append(deeper)  # the last that failed: those before it were tried again
    called = next((one for one in reversed(failed[1:]) if one.namespace in CALLS), None)
    thrown = next((name for one in reversed(failed) if (name := _exception(one))), "")
    return Cause(called.name[:LONGEST] if called else "", _kind(called or failed[0]), thrown[:LONGEST])


def _exception(one: Failed) -> str:
    return one.cause.exceptions[0].type if isinstance(one.cause, Wrong) and one.cause.exceptions else ""


def _kind(one: Failed) -> str:
    outcome = outcome_of(one)
    return "" if outcome is Outcome.OK else str(outcome)
