"""EDGE. The way out. In: spans, filters, ids. Out: pages of summaries, compiled traces, traces for a graph.
Work a page is bounded; compiled traces are remembered by id and revision, the least recently used go first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from serinus.tracestore.query import Page, summary_of, trace_of
from serinus.tracestore.remembered import Remembered
from serinus.tracestore.search import NEWEST, Cursor, Found, Span
from serinus.tracestore.store import Store
from serinus_xray.filters import Filter
from serinus_xray.trace import Trace

SUMMARIES_A_PAGE: Final = 500
TRACES_A_PAGE: Final = 4000
TRACES_AT_ONCE: Final = 500
REMEMBERED: Final = 4000


class Reader:
    """Answers from any thread. `visible`: only documents received by that time (epoch s) exist."""

    def __init__(self, store: Store, visible: Callable[[], float]) -> None:
        self._store = store
        self._visible = visible
        self._remembered = Remembered[str, Trace](REMEMBERED)

    def page(self, span: Span, wanted: Filter, before: Cursor) -> Page:
        """The next summaries of traces in the span that match."""
        visible = self._visible()
        summaries = []
        processed = 0
        last: Found | None = None
        for found, trace in self._compiled(span, before, TRACES_A_PAGE, visible):
            processed += 1
            if wanted.matches(trace):
                summaries.append(summary_of(trace, found))
            if len(summaries) == SUMMARIES_A_PAGE or processed == TRACES_A_PAGE:
                last = found
                break
        return Page(tuple(summaries), processed, last)

    def traces(self, trace_ids: Sequence[str]) -> dict[str, Trace]:
        """The traces that exist, by id."""
        documents = self._store.documents(trace_ids, self._visible())
        compiled = {trace_id: self._compile(trace_id, of_trace) for trace_id, of_trace in documents.items()}
        return {trace_id: trace for trace_id, trace in compiled.items() if trace is not None}

    def all_in(self, span: Span) -> Iterator[Trace]:
        """Every trace of the span, newest first, a few hundred in memory at a time."""
        return (trace for _, trace in self._compiled(span, NEWEST, None, self._visible()))

    def _compiled(self, span: Span, before: Cursor, most: int | None, visible: float) -> Iterator[tuple[Found, Trace]]:
        seen = 0
        while most is None or seen < most:
            found = self._store.find(span, before, TRACES_AT_ONCE, visible)
            yield from self._with_documents(found, visible)
            if len(found) < TRACES_AT_ONCE:
                return
            seen += len(found)
            before = Cursor(found[-1].started, found[-1].trace_id)

    def _with_documents(self, found: Sequence[Found], visible: float) -> Iterator[tuple[Found, Trace]]:
        known = {one.trace_id: trace for one in found if (trace := self._remembered.recall(one.trace_id, one.revision))}
        documents = self._store.documents([one.trace_id for one in found if one.trace_id not in known], visible)
        for one in found:
            trace = known.get(one.trace_id)
            if trace is None and one.trace_id in documents:
                trace = self._compile(one.trace_id, documents[one.trace_id])
            if trace is not None:
                yield one, trace

    def _compile(self, trace_id: str, documents: Sequence[bytes]) -> Trace | None:
        revision = len(documents)
        trace = self._remembered.recall(trace_id, revision) or trace_of(documents)
        if trace is not None:
            self._remembered.keep(trace_id, revision, trace)
        return trace
