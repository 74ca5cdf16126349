"""Reading is bounded by the page and remembers what it compiled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from serinus.tracestore import reader as module
from serinus.tracestore.reader import Reader
from serinus.tracestore.search import NEWEST, Cursor, Span
from serinus.tracestore.store import Store, open_store
from serinus_xray import filters
from tests.tracestore.documents import arrival, trace_id

ALWAYS = Span(0.0, 1e9)
ALL = filters.parse("")


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(None)
    opened.append([arrival(number, at=float(number), name=f"s{number % 2}") for number in range(1300)], 1.0)
    yield opened
    opened.close()


def test_a_page_ends_after_500_summaries_and_the_next_goes_on(store: Store) -> None:
    reader, before, seen = Reader(store, lambda: 1e12), NEWEST, []
    while True:
        page = reader.page(ALWAYS, ALL, before)
        seen += [one.id for one in page.summaries]
        if page.last is None:
            break
        before = Cursor(page.last.started, page.last.trace_id)
    assert seen == [trace_id(number) for number in reversed(range(1300))]


def test_a_page_that_finds_little_ends_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRACES_A_PAGE", 1000)
    page = Reader(store, lambda: 1e12).page(ALWAYS, filters.parse('service("none")'), NEWEST)
    assert (page.summaries, page.processed) == ((), 1000)
    assert page.last is not None


def test_a_filter_chooses(store: Store) -> None:
    page = Reader(store, lambda: 1e12).page(ALWAYS, filters.parse('service("s1")'), NEWEST)
    assert len(page.summaries) == 500
    assert page.processed == 999


def test_a_trace_is_compiled_once_a_revision(store: Store) -> None:
    reader = Reader(store, lambda: 1e12)
    first = reader.traces([trace_id(1)])[trace_id(1)]
    assert reader.traces([trace_id(1)])[trace_id(1)] is first
    store.append([arrival(1, 2)], 2.0)
    assert len(reader.traces([trace_id(1)])[trace_id(1)].segments) == 2


def test_a_stored_document_that_cannot_be_read_hides_no_other(store: Store) -> None:
    """As an earlier release took it, whose writer had more of the stack left than whoever reads."""
    deep = b'{"metadata":{"x":' + b"[" * 990 + b"]" * 990 + b"}}"
    store.append([replace(arrival(1300, at=1300.0), document=deep), replace(arrival(1, 2), document=deep)], 2.0)
    reader = Reader(store, lambda: 1e12)
    assert list(reader.traces([trace_id(1), trace_id(1300)])) == [trace_id(1)]
    assert reader.page(ALWAYS, ALL, NEWEST).summaries[0].id == trace_id(1299)
    assert sum(1 for _ in reader.all_in(ALWAYS)) == 1300


def test_it_remembers_a_bounded_number(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 10)
    reader = Reader(store, lambda: 1e12)
    assert sum(1 for _ in reader.all_in(ALWAYS)) == 1300
    assert len(reader._remembered) == 10
