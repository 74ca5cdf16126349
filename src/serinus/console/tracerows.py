"""Traces in a list. In: GetTraceSummaries' JSON, the two versions' names in X-Ray. Out: rows, and stable's twin of one.
A trace belongs to the version that answered in it; the flag is X-Ray's: fault, error, throttle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from serinus.console.wire import TraceRow

TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
MOST_ROWS = 1000


class Sides(Struct, frozen=True):
    """The two versions' names in X-Ray. `releases`: by name, whose version it is, as namespace/name."""

    stable: frozenset[str] = frozenset()
    canary: frozenset[str] = frozenset()
    releases: Mapping[str, str] = {}

    def of(self, names: Iterable[str]) -> str:
        """stable, canary, both or ""."""
        seen = set(names)
        stable, canary = bool(seen & self.stable), bool(seen & self.canary)
        return "both" if stable and canary else "stable" if stable else "canary" if canary else ""


def trace_row(summary: Mapping[str, Any], sides: Sides) -> TraceRow:
    """One line of the list."""
    http = summary.get("Http") or {}
    names = tuple(
        dict.fromkeys(str(one.get("Name")) for one in summary.get("ServiceIds", ()) if one.get("Type") != "client")
    )
    return TraceRow(
        id=str(summary["Id"]),
        at=_epoch(summary),
        duration=float(summary.get("Duration") or 0.0),
        method=str(http.get("HttpMethod") or ""),
        url=str(http.get("HttpURL") or ""),
        status=int(http.get("HttpStatus") or 0),
        flag="F"
        if summary.get("HasFault")
        else "T"
        if summary.get("HasThrottle")
        else "E"
        if summary.get("HasError")
        else "",
        side=sides.of(names),
        services=names,
    )


def _epoch(summary: Mapping[str, Any]) -> float:
    """The start; else the whole second that is part of every X-Ray trace id."""
    start = summary.get("StartTime")
    if isinstance(start, datetime):
        return start.timestamp()
    found = TRACE_ID.fullmatch(str(summary["Id"]))
    return float(int(str(summary["Id"])[2:10], 16)) if found else 0.0


def twin(worst: TraceRow, candidates: Iterable[TraceRow]) -> TraceRow | None:
    """Stable's flawless answer to the same request, the nearest in time."""
    same = [
        row
        for row in candidates
        if row.side == "stable" and not row.flag and (row.method, row.url) == (worst.method, worst.url)
    ]
    return min(same, key=lambda row: abs(row.at - worst.at), default=None)
