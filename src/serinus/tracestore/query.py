"""Documents to answers. In: what the store holds of some traces. Out: compiled traces, summaries, pages.
A trace beyond 2,000 documents or 4 MiB is cut and marked LimitExceeded, as X-Ray does at a limit it does not publish.
A stored document that cannot be read is left out, and hides nothing but itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, structs

from serinus.tracestore.search import MAX_DOCUMENTS, Found
from serinus_xray.errors import MalformedSegment
from serinus_xray.segment import Segment, decode
from serinus_xray.summary import TraceSummary, summarize
from serinus_xray.trace import Trace, compile_trace

MAX_TRACE_BYTES: Final = 4 * 1024 * 1024
_log = logging.getLogger(__name__)
_ID: Final = re.compile(r'"id"\s*:\s*"([^"]{1,64})"')


class Page(Struct, frozen=True):
    """Summaries that matched, newest first. `processed`: traces looked at; `last`: where the next page goes on."""

    summaries: tuple[TraceSummary, ...]
    processed: int
    last: Found | None


def trace_of(documents: Sequence[bytes]) -> Trace | None:
    """One compiled trace from its documents as they arrived; the surplus of a huge one is left out. None: not one of
    them can be read.
    """
    kept = list(_within(documents, MAX_TRACE_BYTES))
    exceeded = len(kept) < len(documents) or len(documents) >= MAX_DOCUMENTS
    readable = [segment for document in kept if (segment := _readable(document)) is not None]
    return compile_trace(readable, limit_exceeded=exceeded) if readable else None


def _readable(document: bytes) -> Segment | None:
    """It was taken once: by an earlier release of ours, under other rules."""
    try:
        return decode(document)
    except MalformedSegment as error:
        _log.warning("a stored document is left out: %s", error)
        return None


def _within(documents: Sequence[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for document in documents:
        total += len(document)
        if total <= most:
            yield document


def summary_of(trace: Trace, found: Found) -> TraceSummary:
    """What GetTraceSummaries says of it. Revision grows with every document that arrives."""
    return structs.replace(summarize(trace, revision=found.revision), matched_event_time=found.matched)


def complaint(error: MalformedSegment) -> str:
    """X-Ray's ErrorCode for a document that it does not take."""
    missing = error.value is None
    return {
        "trace_id": "InvalidTraceId",
        "name": "MissingName" if missing else "InvalidName",
        "id": "MissingId" if missing else "InvalidId",
        "start_time": "MissingStartTime" if missing else "InvalidStartTime",
        "end_time": "MissingEndTime",
        "document": "ParseError",
    }.get(error.field, "InvalidSegment")


def entry_id(text: str) -> str | None:
    """The id a refused document names, if it can be seen at all. The daemon looks for it in the same way."""
    found = _ID.search(text)
    return found.group(1) if found else None
