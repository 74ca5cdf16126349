"""Summaries say of the root and of the whole trace what the API says of them."""

import json
from typing import Any

import msgspec
import pytest

from serinus_xray.segment import Segment, decode
from serinus_xray.summary import summarize
from serinus_xray.trace import compile_trace
from tests.xray import golden
from tests.xray.build import START, call, http, segment, shop
from tests.xray.shape import unknown
from tests.xray.test_trace import documented


def encoded(trace: Any) -> Any:
    return json.loads(msgspec.json.encode(summarize(trace)))


def test_faults_and_errors_are_the_roots() -> None:
    assert not summarize(shop(fault=True)).has_fault
    assert not summarize(shop(error=True)).has_error
    assert summarize(compile_trace([segment("web", 1, fault=True)])).has_fault
    assert summarize(compile_trace([segment("web", 1, error=True)])).has_error


def test_a_throttle_anywhere_is_a_throttle() -> None:
    assert summarize(shop(error=True, throttle=True)).has_throttle


def test_what_the_root_was_asked_is_listed() -> None:
    assert encoded(shop())["Http"] == {
        "HttpURL": "http://shop.example/api/cart",
        "HttpStatus": 200,
        "HttpMethod": "GET",
    }


def test_annotations_name_their_values_and_services() -> None:
    annotated = encoded(shop(annotations={"version": "v2", "canary": True}))["Annotations"]
    assert annotated["version"] == [
        {"AnnotationValue": {"StringValue": "v1"}, "ServiceIds": [{"Name": "web", "Names": ["web"]}]},
        {"AnnotationValue": {"StringValue": "v2"}, "ServiceIds": [{"Name": "api", "Names": ["api"]}]},
    ]
    assert annotated["age"][0]["AnnotationValue"] == {"NumberValue": 30.0}
    assert annotated["canary"][0]["AnnotationValue"] == {"BooleanValue": True}


def test_true_and_one_are_different_values() -> None:
    both = compile_trace([segment("a", 1, annotations={"k": True}), segment("b", 2, annotations={"k": 1})])
    assert len(encoded(both)["Annotations"]["k"]) == 2


def test_users_entry_and_times_are_listed() -> None:
    summary = encoded(shop())
    assert summary["Users"] == [{"UserName": "alice", "ServiceIds": [{"Name": "web", "Names": ["web"]}]}]
    assert summary["EntryPoint"] == {"Name": "web", "Names": ["web"]}
    assert (summary["StartTime"], summary["Duration"], summary["ResponseTime"]) == (START, 0.5, 0.5)
    assert (summary["IsPartial"], summary["Revision"]) == (False, 1)


def test_the_revision_is_the_stores() -> None:
    assert summarize(shop(), revision=7).revision == 7


def test_a_trace_without_root_is_summarized() -> None:
    summary = encoded(compile_trace([call("db", 2, 1)]))
    assert summary["Http"] == {}
    assert "EntryPoint" not in summary
    assert (summary["HasFault"], summary["ResponseTime"]) == (False, 0.0)


@pytest.mark.parametrize(
    "documents",
    [
        documented(),
        [decode(golden.document("21"))],
        [decode(golden.document("24"))],
        [decode(golden.document("20"))],
        [segment("web", 1, fault=True, http=http(status=500)), call("db", 2, 1, took=0.9, fault=True)],
    ],
)
def test_summaries_have_no_name_the_services_own_model_lacks(documents: list[Segment]) -> None:
    assert unknown("TraceSummary", encoded(compile_trace(documents))) == []
