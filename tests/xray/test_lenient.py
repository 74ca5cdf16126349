"""The leniency rule: what breaks the schema is dropped or coerced, and nothing beside it is lost."""

import json
from typing import Any

import pytest

from serinus_xray.lenient import clean_name
from serinus_xray.segment import Http, HttpResponse, Segment, decode, encode
from tests.xray import golden
from tests.xray.schema import breaches
from tests.xray.test_segment import minimal

PART = {"id": "53995c3f42cd8ad8", "name": "api", "start_time": 1.0, "end_time": 2.0}


@pytest.mark.parametrize(
    ("sent", "field", "kept"),
    [
        (
            {"http": {"response": {"status": "200", "content_length": "123"}}},
            "http",
            Http(response=HttpResponse(200, 123)),
        ),
        ({"http": {"response": {"status": 200.0, "content_length": None}}}, "http", Http(response=HttpResponse(200))),
        ({"http": "GET"}, "http", None),
        ({"http": {"response": {"status": 10**30, "content_length": 10**30}}}, "http", Http(response=HttpResponse())),
        ({"user": 10**400}, "user", None),
        ({"aws": {"request_id": None, "operation": "GetItem"}}, "aws", {"operation": "GetItem"}),
        ({"aws": None}, "aws", {}),
        ({"annotations": {"app.version": "v2"}}, "annotations", {"app.version": "v2"}),
        ({"annotations": {"bad key": 1, "good": 2}}, "annotations", {"good": 2}),
        ({"annotations": {"list": [1], "null": None, "good": True}}, "annotations", {"good": True}),
        ({"annotations": {"long": "x" * 1001}}, "annotations", {"long": "x" * 1000}),
        ({"annotations": {"k" * 501: 1}}, "annotations", {}),
        ({"annotations": []}, "annotations", {}),
        ({"in_progress": False}, "in_progress", False),
        ({"fault": "true"}, "fault", True),
        ({"fault": 1}, "fault", True),
        ({"fault": 0}, "fault", False),
        ({"fault": None}, "fault", False),
        ({"user": "u" * 300}, "user", "u" * 250),
        ({"user": 4711}, "user", "4711"),
        ({"cause": 200}, "cause", None),
        ({"cause": "too short"}, "cause", None),
        ({"cause": "abcdefghijklmnop"}, "cause", "abcdefghijklmnop"),
        ({"parent_id": "nonsense"}, "parent_id", None),
        ({"parent_id": "53995C3F42CD8AD8"}, "parent_id", "53995c3f42cd8ad8"),
        ({"namespace": "local"}, "namespace", "local"),
        ({"metadata": [1]}, "metadata", {}),
        ({"metadata": {"default": 1}}, "metadata", {"default": 1}),
        ({"links": [{"id": "53995c3f42cd8ad8"}, 7]}, "links", ()),
        ({"precursor_ids": "none"}, "precursor_ids", ()),
        ({"subsegments": {}}, "subsegments", ()),
        ({"subsegments": [None, 7, {"name": "no id"}]}, "subsegments", ()),
        ({"Dummy": False}, "name", "example.com"),
        ({"end_time": "1478293361.449"}, "end_time", 1478293361.449),
        ({"id": "70DE5B6F19FF9A0A"}, "id", "70de5b6f19ff9a0a"),
        ({"trace_id": "581cf771a006649127e371903a2de979"}, "trace_id", "1-581cf771-a006649127e371903a2de979"),
        ({"trace_id": "1-581CF771-A006649127E371903A2DE979"}, "trace_id", "1-581cf771-a006649127e371903a2de979"),
    ],
)
def test_a_field_that_breaks_the_schema_is_coerced_or_dropped(sent: dict[str, Any], field: str, kept: Any) -> None:
    read = decode(minimal(**sent))
    assert getattr(read, field) == kept
    assert breaches(encode(read)) == [] or field == "metadata"


def test_a_breach_costs_nothing_beside_it() -> None:
    clean = minimal(annotations={"version": "v2"}, aws={"operation": "GetItem"}, subsegments=[PART])
    broken = json.loads(clean) | {"cause": 200, "user": None}
    assert decode(json.dumps(broken)) == decode(clean)


def test_the_collectors_bad_cause_is_dropped_and_its_fault_kept() -> None:
    read = decode(golden.document("43"))
    assert (read.cause, read.fault) == (None, True)


def test_the_sdks_null_request_id_is_dropped() -> None:
    (call,) = decode(golden.document("24")).subsegments
    assert call.aws == {"operation": "GetItem", "region": "eu-west-1", "table_name": "carts"}


def test_an_embedded_name_loses_the_characters_that_are_not_allowed() -> None:
    read = decode(minimal(subsegments=[{**PART, "name": "SELECT * FROM t?"}]))
    assert [part.name for part in read.subsegments] == ["SELECT  FROM t"]


def test_an_embedded_subsegment_that_cannot_be_saved_leaves_its_siblings() -> None:
    read = decode(minimal(subsegments=[{**PART, "id": "bad"}, PART, {**PART, "name": "???"}]))
    assert [part.id for part in read.subsegments] == [PART["id"]]


def test_a_long_url_is_cut() -> None:
    read = decode(minimal(http={"request": {"url": "http://x/" + "y" * 400}}))
    assert read.http is not None
    assert read.http.request is not None
    assert len(read.http.request.url or "") == 250


@pytest.mark.parametrize(
    ("name", "cleaned"), [("a*b?c", "abc"), ("Zürich 東京", "Zürich 東京"), ("x" * 300, "x" * 200), ("\t\n", "")]
)
def test_names_keep_what_xray_allows(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


def test_the_slow_path_reads_clean_documents_like_the_fast_one() -> None:
    clean = golden.document("20")
    slow: Segment = decode(json.dumps(json.loads(clean) | {"cause": 7}))
    assert slow == decode(clean)
