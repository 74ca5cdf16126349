"""The store gives back what it was given, by time and by id, in memory and in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.errors import NotAStore, StoreError
from serinus.tracestore.search import NEWEST, Cursor, Found, Span, TimeRangeType
from serinus.tracestore.store import Store, open_store
from tests.tracestore.documents import arrival, trace_id

ALWAYS = Span(0.0, 1e9)


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.duckdb" if request.param == "file" else None)
    yield opened
    opened.close()


def ids(found: list[Found]) -> list[str]:
    return [one.trace_id for one in found]


def test_documents_come_back_by_trace_in_the_order_of_arrival(store: Store) -> None:
    given_ = [arrival(number % 7, number) for number in range(250)]
    store.append(given_[:120], 1.0)
    store.append(given_[120:], 2.0)
    found = store.documents([trace_id(3), trace_id(99)])
    assert found == {trace_id(3): [one.document for one in given_[3::7]]}
    assert store.count() == (250, 7)


def test_traces_are_found_newest_first_and_page_by_page(store: Store) -> None:
    store.append([arrival(number, at=float(number // 2)) for number in range(20)], 1.0)
    first = store.find(ALWAYS, NEWEST, most=7)
    rest = store.find(ALWAYS, Cursor(first[-1].started, first[-1].trace_id), most=100)
    assert ids(first + rest) == [trace_id(number) for number in reversed(range(20))]


def test_a_trace_starts_with_its_first_segment_and_counts_its_documents(store: Store) -> None:
    store.append([arrival(1, 1, at=10.0), arrival(1, 2, at=5.0)], 1.0)
    assert store.find(ALWAYS) == [Found(trace_id(1), started=5.0, revision=2, matched=5.0)]
    assert store.find(Span(6.0, 20.0)) == []


@pytest.mark.parametrize(
    ("span", "found"),
    [
        (Span(49.0, 51.0, TimeRangeType.EVENT), [50.0]),
        (Span(51.0, 60.0, TimeRangeType.EVENT), []),
        (Span(10.1, 10.1, TimeRangeType.SERVICE), [10.1]),
        (Span(10.0, 10.05, TimeRangeType.SERVICE), []),
        (Span(10.0, 10.0, TimeRangeType.TRACE_ID), [10.0]),
    ],
)
def test_a_span_means_start_arrival_or_end(store: Store, span: Span, found: list[float]) -> None:
    store.append([arrival(1, at=10.0)], 50.0)
    assert [one.matched for one in store.find(span)] == found


def test_what_is_not_yet_visible_does_not_exist(store: Store) -> None:
    store.append([arrival(1, 1)], 1.0)
    store.append([arrival(1, 2), arrival(2)], 2.0)
    assert [(one.trace_id, one.revision) for one in store.find(ALWAYS, visible=1.5)] == [(trace_id(1), 1)]
    assert len(store.documents([trace_id(1)], visible=1.5)[trace_id(1)]) == 1


def test_the_old_is_forgotten(store: Store) -> None:
    for time in (1.0, 2.0, 3.0):
        store.append([arrival(int(time))], time)
    assert store.forget(2.5, 10**9) == 2
    assert ids(store.find(ALWAYS)) == [trace_id(3)]
    assert store.forget(2.5, 10**9) == 0


def test_beyond_the_size_the_oldest_is_forgotten(store: Store) -> None:
    for number in range(10):
        store.append([arrival(number * 100 + one) for one in range(100)], float(number))
    weight = store.size().weight
    assert store.forget(0.0, weight // 2 + 50) == 5
    assert store.size().weight <= weight // 2 + 50
    assert min(ids(store.find(ALWAYS, most=2000))) == trace_id(500)


def test_nothing_is_a_batch_too(store: Store) -> None:
    store.append([], 1.0)
    assert store.count() == (0, 0)
    assert store.documents([]) == {}


URL = st.fixed_dictionaries({"request": st.dictionaries(st.just("url"), st.text())})


@given(st.lists(st.fixed_dictionaries({"user": st.text(max_size=20), "http": URL}), max_size=4))
@settings(deadline=None, max_examples=15)
def test_any_text_can_be_kept(extras: list[dict[str, Any]]) -> None:
    opened = open_store(None)
    arrivals = [arrival(number, **extra) for number, extra in enumerate(extras)]
    opened.append(arrivals, 1.0)
    assert opened.documents(trace_id(number) for number in range(len(extras))) == {
        trace_id(number): [one.document] for number, one in enumerate(arrivals)
    }
    opened.close()


def test_a_reopened_file_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    for round_ in range(3):
        opened = open_store(path)
        opened.append([arrival(round_, segment) for segment in range(150)], float(round_))
        opened.close()
    opened = open_store(path)
    assert [one.revision for one in opened.find(ALWAYS)] == [150, 150, 150]
    assert {len(documents) for documents in opened.documents(map(trace_id, range(3))).values()} == {150}
    opened.close()


def test_a_failed_append_keeps_nothing(store: Store) -> None:
    store._queries["insert_block"] = "INSERT INTO nowhere VALUES (?, ?, ?, ?)"
    with pytest.raises(StoreError, match="cannot write 1 documents"):
        store.append([arrival(1)], 1.0)
    assert store.count() == (0, 0)


@pytest.mark.parametrize("path", ["missing/store.duckdb", "."])
def test_a_place_that_cannot_hold_a_file_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / path)


def test_a_file_of_another_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    open_store(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE serinus_store SET version = 99")
    with pytest.raises(StoreError, match="version 99"):
        open_store(path)


def test_a_database_with_our_mark_but_other_tables_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE serinus_store AS SELECT 1 AS version")
        connection.execute("CREATE TABLE segments (amount INTEGER)")
    with pytest.raises(NotAStore, match="no trace store"):
        open_store(path)
