"""A row holds what a segment says, and bad statuses do not stop it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.tracestore.facts import facts_of
from serinus_xray.segment import decode
from tests.tracestore.documents import text


def test_every_column_is_filled_from_its_field() -> None:
    http = {"request": {"method": "GET", "url": "http://a/b"}, "response": {"status": 503}}
    document = text(
        1, 2, 5.0, http=http, fault=True, user="ann", service={"version": "v2"}, annotations={"k": 1}, origin="AWS::EKS"
    )
    facts = facts_of(decode(document))
    assert (facts.start_time, facts.end_time, facts.in_progress) == (5.0, 5.1, False)
    assert (facts.fault, facts.throttle, facts.error) == (True, False, False)
    assert (facts.http_method, facts.http_url, facts.http_status) == ("GET", "http://a/b", 503)
    assert (facts.user, facts.service_version, facts.annotations) == ("ann", "v2", '{"k":1}')
    assert (facts.origin, facts.parent_id, facts.type) == ("AWS::EKS", None, None)


def test_a_segment_in_progress_ends_where_it_began() -> None:
    facts = facts_of(decode(text(1, 1, 7.0, end_time=None, in_progress=True)))
    assert (facts.end_time, facts.in_progress) == (7.0, True)


@pytest.mark.parametrize("status", [-1, 1000, 10**18])
def test_an_impossible_status_is_none(status: int) -> None:
    assert facts_of(decode(text(1, http={"response": {"status": status}}))).http_status == 0


@given(st.integers(-(2**70), 2**70))
@settings(deadline=None)
def test_any_status_fits_its_column(status: int) -> None:
    assert 0 <= facts_of(decode(text(1, http={"response": {"status": status}}))).http_status <= 999
