"""What is looked for in the store, as values. In: an API request's range and page. Out: nothing but meaning."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

from msgspec import Struct


class TimeRangeType(StrEnum):
    """By the trace's start, by the arrival of its documents, or by the end of its segments."""

    TRACE_ID = "TraceId"
    EVENT = "Event"
    SERVICE = "Service"


class Span(Struct, frozen=True):
    """Epoch seconds, both ends included."""

    start: float
    finish: float
    kind: TimeRangeType = TimeRangeType.TRACE_ID


class Cursor(Struct, frozen=True):
    """The last trace that was looked at; the next one is older. Newest first, ids break ties."""

    started: float
    trace_id: str


class Found(Struct, frozen=True):
    """A trace in the span. `revision`: documents that arrived for it; `matched`: the time that put it in the span."""

    trace_id: str
    started: float
    revision: int
    matched: float


class Revision(Struct, frozen=True):
    """Of what is kept for the traces that began in some time: how many documents, the number of the newest."""

    documents: int
    newest: int


NEWEST: Final = Cursor(math.inf, "")
EVERYTHING_VISIBLE: Final = math.inf
MAX_DOCUMENTS: Final = 2000  # of one trace
