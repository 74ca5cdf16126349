"""EDGE. Can this X-Ray carry evidence at all? In: what it says of itself. Out: findings, each with its remedy."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

from serinus.errors import TracesError
from serinus.traces.client import XRayClient

MAX_SKEW: Final = 5.0
NEEDED: Final = (
    "a reachable endpoint and xray:GetTraceSegmentDestination, GetIndexingRules, GetSamplingRules, "
    "GetTraceSummaries, BatchGetTraces are needed"
)
_INDEX_ALL: Final = (
    "aws xray update-indexing-rule --name Default --rule 'Probabilistic={DesiredSamplingPercentage=100}' for the run"
)


class Finding(Struct, frozen=True):
    """`ok` False: a run would see too little, too late or nothing. `message` says what was found and the remedy."""

    check: str
    ok: bool
    message: str


def destination(where: str, status: str) -> Finding:
    """Segments must be where the API looks."""
    if where == "XRay" and status == "ACTIVE":
        return Finding("destination", ok=True, message="segments go to X-Ray")
    remedy = "aws xray update-trace-segment-destination --destination XRay"
    return Finding("destination", ok=False, message=f"segments go to {where} ({status}), hidden from the API: {remedy}")


def indexing(percent: float) -> Finding:
    """Every trace must be indexed."""
    if percent >= 100:
        return Finding("indexing", ok=True, message="every trace is indexed")
    return Finding("indexing", ok=False, message=f"only {percent:g} % of the traces are indexed: {_INDEX_ALL}")


def clock(date: str, now: float) -> Finding:
    """`date`: an HTTP Date header, whole seconds. `now`: epoch seconds."""
    try:
        skew = now - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return Finding("clock", ok=False, message=f"X-Ray's clock cannot be read from {date!r}")
    if abs(skew) <= MAX_SKEW:
        return Finding("clock", ok=True, message=f"clocks agree within {MAX_SKEW:g} s")
    side = "ahead of" if skew > 0 else "behind"
    return Finding("clock", ok=False, message=f"this clock is {abs(skew):.0f} s {side} X-Ray's: synchronise it (NTP)")


async def preflight(client: XRayClient, now: float) -> tuple[Finding, ...]:
    """All findings; without an answer the only one is why. `now`: epoch seconds."""
    try:
        where, status = await asyncio.to_thread(client.destination)
        percent = await asyncio.to_thread(client.indexed_percent)
        date = await asyncio.to_thread(client.server_date)
    except TracesError as error:
        return (Finding("access", ok=False, message=f"{error}; {NEEDED}"),)
    answers = Finding("access", ok=True, message="X-Ray answers")
    return answers, destination(where, status), indexing(percent), clock(date, now)
