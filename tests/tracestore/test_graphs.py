"""A graph from kept sums is the one that all traces of the span draw, whatever arrives meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.tracestore import graphs as module
from serinus.tracestore.graphs import Graphs
from serinus.tracestore.reader import Reader
from serinus.tracestore.search import Span
from serinus.tracestore.store import Store, open_store
from serinus_xray.graph import ServiceGraph, service_graph
from serinus_xray.trace import Trace
from tests.tracestore.documents import arrival


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(None)
    yield opened
    opened.close()


def both(graphs: Graphs, reader: Reader, span: Span) -> tuple[ServiceGraph, ServiceGraph]:
    return graphs.of(span), service_graph(reader.all_in(span))


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3), st.integers(0, 60)), min_size=1, max_size=60),
    st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=1, max_size=4),
)
def test_sums_and_traces_draw_the_same(sent: list[tuple[int, int, int]], spans: list[tuple[float, float]]) -> None:
    """Documents come late, also such as begin a trace earlier, between the questions."""
    store = open_store(None)
    reader = Reader(store, lambda: 1e12)
    graphs = Graphs(store, reader, lambda: 1e12)
    third = len(sent) // 3 + 1
    for number in range(0, len(sent), third):
        arrivals = [arrival(trace, place, at=float(at)) for trace, place, at in sent[number : number + third]]
        store.append(arrivals, 1.0 + number)
        for start, finish in spans:
            drawn, wanted = both(graphs, reader, Span(min(start, finish), max(start, finish)))
            assert drawn == wanted
    store.close()


def test_what_was_summed_is_not_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.append([arrival(number, at=number / 10) for number in range(600)], 1.0)
    reader = Reader(store, lambda: 1e12)
    graphs, whole = Graphs(store, reader, lambda: 1e12), reader.all_in
    read: list[float] = []

    def noted(span: Span) -> Iterator[Trace]:
        read.append(span.start)
        return whole(span)

    monkeypatch.setattr(reader, "all_in", noted)
    graphs.of(Span(0.0, 59.0))
    assert len(read) == 7
    read.clear()
    store.append([arrival(250, 2, at=25.0)], 2.0)
    graphs.of(Span(0.0, 59.0))
    assert read == [0.0, 20.0, 50.0]


def test_what_is_not_visible_yet_is_in_no_sum(store: Store) -> None:
    now = 5.0
    store.append([arrival(1, at=1.0)], 1.0)
    store.append([arrival(2, at=2.0)], 6.0)
    reader = Reader(store, lambda: now)
    graphs = Graphs(store, reader, lambda: now)
    span = Span(0.0, 30.0)
    before, _ = both(graphs, reader, span)
    now = 7.0
    after, wanted = both(graphs, reader, span)
    assert before != after == wanted


def test_sums_are_kept_of_a_bounded_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 3)
    store.append([arrival(number, at=float(number)) for number in range(100)], 1.0)
    reader = Reader(store, lambda: 1e12)
    graphs = Graphs(store, reader, lambda: 1e12)
    drawn, wanted = both(graphs, reader, Span(0.0, 99.0))
    assert drawn == wanted
    assert len(graphs._remembered) == 3
