"""Arrivals for tests. In: numbers. Out: documents with their facts, as the ingest hands them to the store."""

from __future__ import annotations

import json
from typing import Any

from serinus.tracestore.facts import facts_of
from serinus.tracestore.store import Arrival
from serinus_xray.segment import decode


def trace_id(number: int) -> str:
    """The `number`-th trace."""
    return f"1-00000000-{number:024x}"


def text(trace: int, segment: int = 1, at: float = 0.0, **more: Any) -> str:
    """A segment document of a tenth of a second."""
    fields = {"trace_id": trace_id(trace), "id": f"{segment:016x}", "name": "api"}
    return json.dumps(fields | {"start_time": at, "end_time": at + 0.1} | more)


def arrival(trace: int, segment: int = 1, at: float = 0.0, **more: Any) -> Arrival:
    """The same, decoded."""
    document = text(trace, segment, at, **more).encode()
    return Arrival(facts_of(decode(document)), document)
