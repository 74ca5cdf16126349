"""Requests are read strictly in shape; tokens come back as cursors of the same question only."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from serinus.tracestore import wire
from serinus.tracestore.search import NEWEST, Cursor
from serinus.tracestore.wire import BatchGetTraces, GetTraceSummaries, Refused

ASKED = GetTraceSummaries(start_time=1.0, end_time=2.0, filter_expression="fault")


@given(st.floats(0, 1e12), st.text(max_size=40))
@settings(deadline=None)
def test_a_token_is_a_cursor_there_and_back(started: float, trace_id: str) -> None:
    last = Cursor(started, trace_id)
    assert wire.cursor(structs.replace(ASKED, next_token=wire.token(ASKED, last))) == last


def test_without_a_token_one_begins_with_the_newest() -> None:
    assert wire.cursor(ASKED) == NEWEST


@given(st.text(min_size=1, max_size=40))
@settings(deadline=None)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="NextToken"):
        wire.cursor(structs.replace(ASKED, next_token=text))


def test_a_token_of_another_filter_is_refused() -> None:
    other = structs.replace(ASKED, filter_expression="error", next_token=wire.token(ASKED, Cursor(1.0, "a")))
    with pytest.raises(Refused, match="same range and filter"):
        wire.cursor(other)


def test_the_same_id_twice_is_one() -> None:
    assert wire.ids(BatchGetTraces(trace_ids=["a", "a", "b"])) == ["a", "b"]


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with suppress(Refused):
        assert isinstance(wire.read(body, GetTraceSummaries), GetTraceSummaries)
