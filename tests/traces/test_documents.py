"""Compiled documents become observations: one for each request that stable or canary answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.observation import Cause, Observation, Outcome, Variant
from serinus.traces.documents import Seen, observations
from serinus.traces.segments import LONGEST, Answered, route_of, stratum_of

VARIANTS = {"v1": Variant.STABLE, "v2": Variant.CANARY}


def segment(**more: Any) -> str:
    """A completed request to the canary."""
    request = {"method": "POST", "url": "http://n:8096/notification/send"}
    fields = {"name": "v2", "id": "0" * 16, "start_time": 10.0, "end_time": 10.25, "http": {"request": request}}
    return json.dumps(fields | more)


def seen(*documents: str) -> Seen:
    return observations("1-a-b", documents, VARIANTS)


def test_a_request_is_observed_as_its_service_answered_it() -> None:
    (found,) = seen(segment(fault=True)).observations
    assert found == Observation(
        at=10.0,
        variant=Variant.CANARY,
        stratum="POST /notification/send",
        outcome=Outcome.FAULT,
        duration_s=0.25,
        trace_id="1-a-b",
        cluster="1-a-b",
        cause=Cause("", "fault"),
    )


def test_a_retry_knows_when_the_first_try_began() -> None:
    again, first = segment(id="1" * 16, start_time=12.0, end_time=12.5), segment(fault=True)
    assert [one.began for one in seen(again, first).observations] == [10.0, None]


def call(name: str, *below: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "id": "1" * 16, "namespace": "remote", "subsegments": list(below), **more}


def thrown(name: str) -> dict[str, Any]:
    return {"fault": True, "cause": {"working_directory": "/", "exceptions": [{"id": "2" * 16, "type": name}]}}


@pytest.mark.parametrize(
    ("document", "cause"),
    [
        (segment(error=True), Cause("", "error")),
        (segment(**thrown("KeyError")), Cause("", "fault", "KeyError")),
        (
            segment(fault=True, subsegments=[call("smtp", **thrown("Timeout")), call("db")]),
            Cause("smtp", "fault", "Timeout"),
        ),
        (
            segment(fault=True, subsegments=[call("send", call("db", error=True), namespace="", **thrown("Full"))]),
            Cause("db", "error", "Full"),
        ),
        (segment(fault=True, subsegments=[call("a", fault=True), call("b", throttle=True)]), Cause("b", "throttle")),
        (segment(fault=True, cause="0123456789abcdef"), Cause("", "fault")),
        (segment(fault=True, cause={"exceptions": [{"type": None}]}), None),
        (segment(subsegments=[call("smtp", fault=True)]), None),
    ],
)
def test_the_cause_is_what_failed_deepest(document: str, cause: Cause | None) -> None:
    (found,) = seen(document).observations
    assert found.cause == cause


@pytest.mark.parametrize(
    ("flags", "outcome"),
    [
        ({}, Outcome.OK),
        ({"error": True}, Outcome.ERROR),
        ({"error": True, "throttle": True}, Outcome.THROTTLE),
        ({"error": True, "throttle": True, "fault": True}, Outcome.FAULT),
        ({"fault": False}, Outcome.OK),
    ],
)
def test_fault_comes_before_throttle_before_error(flags: dict[str, bool], outcome: Outcome) -> None:
    assert seen(segment(**flags)).observations[0].outcome is outcome


@pytest.mark.parametrize(
    ("aws", "rule"),
    [
        ({"xray": {"sdk": "X-Ray for Python", "sampling_rule_name": "canary-100"}}, "canary-100"),
        ({"xray": {"sampling_rule_name": None}}, ""),
        ({"xray": None}, ""),
        ({"request_id": None}, ""),
        (None, ""),
    ],
)
def test_the_rule_by_which_a_service_records_is_seen(aws: object, rule: str) -> None:
    assert [found.rule for found in seen(segment(aws=aws)).observations] == [rule]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "user-management"},
        {"inferred": True},
        {"type": "subsegment"},
        {"end_time": None, "in_progress": True},
        {"http": {"request": {"method": "GET", "url": "http://n/notification/health-status"}}},
        {"http": {"request": {"method": "GET", "url": "http://n/readyz?full=1"}}},
    ],
    ids=["another service", "inferred", "subsegment", "in progress", "health", "probe"],
)
def test_what_is_no_answered_request_is_no_observation(other: dict[str, Any]) -> None:
    assert seen(segment(**other)) == Seen(())


def test_a_document_that_cannot_be_read_is_counted_and_the_rest_is_seen() -> None:
    deep = segment(metadata={"default": None}).replace("null", "[" * 2000 + "]" * 2000)
    found = seen("{", '{"name": 5}', deep, segment())
    assert (len(found.observations), found.unreadable) == (1, 3)


def test_a_large_document_is_read() -> None:
    part = {"name": "x", "id": "1" * 16, "start_time": 1, "end_time": 2}
    assert len(seen(segment(subsegments=[part] * 5000)).observations) == 1


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("https://a.org/usermgmt/user/4711?x=1", "/usermgmt/user/{}"),
        ("http://a/users/jo@example.org", "/users/{}"),
        ("http://a/d/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/d/{}"),
        ("http://a/d/3f2504e04f8911d39a0c0305e82c3301/v2", "/d/{}/v2"),
        ("http://a", ""),
        ("http://[broken", ""),
    ],
)
def test_what_varies_in_a_path_does_not_make_a_stratum(url: str, route: str) -> None:
    assert route_of(url) == route


@pytest.mark.parametrize(
    "where",
    [{"annotations": {"http.route": "/user/{name}"}}, {"metadata": {"default": {"http.route": "/user/{name}"}}}],
)
def test_the_route_a_service_records_is_believed_before_the_url(where: dict[str, Any]) -> None:
    answered = json.loads(segment(**where))
    request = {"method": "GET", "url": "http://a/user/ann"}
    document = json.dumps(answered | {"http": {"request": request}})
    assert seen(document).observations[0].stratum == "GET /user/{name}"


def test_a_stratum_has_at_most_200_characters() -> None:
    document = segment(metadata={"default": {"http.route": "/" + "xy-" * 700}})
    assert len(seen(document).observations[0].stratum) == LONGEST


def test_without_http_the_service_is_the_stratum() -> None:
    assert stratum_of(Answered(name="worker", start_time=0.0)) == "worker"


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_url_has_a_route(url: str) -> None:
    assert isinstance(route_of(url), str)


@given(
    st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5), st.lists, max_leaves=5)
)
@settings(deadline=None)
def test_no_document_stops_the_reading(value: object) -> None:
    fields = json.loads(segment())
    for field in fields:
        assert seen(json.dumps(fields | {field: value})).unreadable <= 1
