"""EDGE. The service graph of a span, from sums of ten seconds of traces that are kept while nothing arrives for them.
In: a span. Out: the graph. What was not summed before, and the ends of the span, are read trace by trace.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from serinus.tracestore.reader import Reader
from serinus.tracestore.remembered import Remembered
from serinus.tracestore.search import Revision, Span
from serinus.tracestore.store import Store
from serinus_xray.graph import Drawing, ServiceGraph

SLOT_SECONDS: Final = 10
REMEMBERED: Final = 128  # a little more than twenty minutes


class Graphs:
    """Answers from any thread. `visible`: only documents received by that time (epoch s) exist."""

    def __init__(self, store: Store, reader: Reader, visible: Callable[[], float]) -> None:
        self._store = store
        self._reader = reader
        self._visible = visible
        self._remembered = Remembered[int, Drawing](REMEMBERED)

    def of(self, span: Span) -> ServiceGraph:
        """Of the traces that began in the span."""
        drawing = Drawing()
        first, last = math.ceil(span.start / SLOT_SECONDS), math.floor(span.finish / SLOT_SECONDS)
        if first >= last:
            self._read(span, drawing)
            return drawing.finished()
        self._read(Span(span.start, _before(first * SLOT_SECONDS)), drawing)
        slots = Span(first * SLOT_SECONDS, _before(last * SLOT_SECONDS))
        for slot, revision in self._store.revisions(slots, SLOT_SECONDS, self._visible()).items():
            drawing.merge(self._slot(slot, revision))
        self._read(Span(last * SLOT_SECONDS, span.finish), drawing)
        return drawing.finished()

    def _read(self, span: Span, drawing: Drawing) -> None:
        for trace in self._reader.all_in(span):
            drawing.add(trace)

    def _slot(self, number: int, revision: Revision) -> Drawing:
        if known := self._remembered.recall(number, revision):
            return known
        drawing = Drawing()
        self._read(Span(number * SLOT_SECONDS, _before((number + 1) * SLOT_SECONDS)), drawing)
        self._remembered.keep(number, revision, drawing)
        return drawing


def _before(end: float) -> float:
    """The last moment before it: a span includes both its ends."""
    return math.nextafter(end, -math.inf)
