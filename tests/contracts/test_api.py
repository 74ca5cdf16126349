"""What unmodified boto3 may expect of an X-Ray: put, get, list, page, filter, graph, refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from serinus.tracestore.server import Addresses
from tests.contracts.documents import AGO, document, http, now, trace_id
from tests.contracts.servers import boto


def refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """Code and message of a refusal."""
    said = error.value.response["Error"]
    return said["Code"], said["Message"]


def listed(client: Any, start: float, end: float, **more: Any) -> list[str]:
    """Ids of every page, in the order given."""
    pages = client.get_paginator("get_trace_summaries").paginate(StartTime=start, EndTime=end, **more)
    return [summary["Id"] for page in pages for summary in page["TraceSummaries"]]


def test_a_segment_put_is_got_back_compiled(client: Any) -> None:
    at = now() - AGO
    trace = trace_id(1, at)
    call = {"id": f"{2:016x}", "name": "mail", "namespace": "remote", "start_time": at, "end_time": at + 0.05}
    put = client.put_trace_segments(
        TraceSegmentDocuments=[document(trace, 1, at, http=http(), subsegments=[call], annotations={"version": "v2"})]
    )
    assert put["UnprocessedTraceSegments"] == []
    got = client.batch_get_traces(TraceIds=[trace])
    assert got["UnprocessedTraceIds"] == []
    (found,) = got["Traces"]
    segments = {part["name"]: part for part in (json.loads(one["Document"]) for one in found["Segments"])}
    assert found["Duration"] == pytest.approx(0.1)
    assert segments["api"]["annotations"] == {"version": "v2"}
    assert segments["mail"]["inferred"] is True
    assert segments["mail"]["parent_id"] == call["id"]


def test_an_independent_subsegment_is_nested_though_it_came_first(client: Any) -> None:
    at = now() - AGO
    trace = trace_id(1, at)
    child = document(trace, 2, at, name="work", type="subsegment", parent_id=f"{1:016x}")
    client.put_trace_segments(TraceSegmentDocuments=[child])
    client.put_trace_segments(TraceSegmentDocuments=[document(trace, 1, at)])
    (segment,) = client.batch_get_traces(TraceIds=[trace])["Traces"][0]["Segments"]
    assert json.loads(segment["Document"])["subsegments"][0]["name"] == "work"


def test_a_completed_document_replaces_the_one_in_progress(client: Any) -> None:
    at = now() - AGO
    trace = trace_id(1, at)
    begun = document(trace, 1, at, end_time=None, in_progress=True)
    client.put_trace_segments(TraceSegmentDocuments=[begun])
    before = client.get_trace_summaries(StartTime=at - 1, EndTime=at + 1)["TraceSummaries"][0]
    client.put_trace_segments(TraceSegmentDocuments=[document(trace, 1, at), begun])
    after = client.get_trace_summaries(StartTime=at - 1, EndTime=at + 1)["TraceSummaries"][0]
    assert (before["IsPartial"], after["IsPartial"]) == (True, False)
    assert after["Revision"] > before["Revision"]
    assert len(client.batch_get_traces(TraceIds=[trace])["Traces"][0]["Segments"]) == 1


def test_unknown_ids_are_listed_not_refused(client: Any) -> None:
    unknown = trace_id(404, now())
    got = client.batch_get_traces(TraceIds=[unknown])
    assert (got["Traces"], got["UnprocessedTraceIds"]) == ([], [unknown])


@pytest.mark.parametrize("count", [0, 6])
def test_one_to_five_ids_are_taken(client: Any, count: int) -> None:
    with pytest.raises(ClientError) as error:
        client.batch_get_traces(TraceIds=[trace_id(number, now()) for number in range(count)])
    assert refused(error) == ("InvalidRequestException", f"TraceIds: must hold 1 to 5 ids, got {count}")


def test_fifty_documents_are_taken_at_once_and_no_more(client: Any) -> None:
    at = now() - AGO
    documents = [document(trace_id(number, at), 1, at) for number in range(51)]
    assert client.put_trace_segments(TraceSegmentDocuments=documents[:50])["UnprocessedTraceSegments"] == []
    with pytest.raises(ClientError) as error:
        client.put_trace_segments(TraceSegmentDocuments=documents)
    assert refused(error)[1].startswith("Exceeding maximum segment count: 50")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"trace_id": "1-nonsense"}, "InvalidTraceId"),
        ({"name": "a*b"}, "InvalidName"),
        ({"name": None}, "MissingName"),
        ({"id": "short"}, "InvalidId"),
        ({"end_time": None}, "MissingEndTime"),
        ({"start_time": None}, "MissingStartTime"),
    ],
)
def test_a_bad_document_is_named_with_its_rule_and_the_good_ones_stay(
    client: Any, bad: dict[str, Any], code: str
) -> None:
    at = now() - AGO
    good, wrong = trace_id(1, at), json.loads(document(trace_id(2, at), 7, at)) | bad
    text = json.dumps({key: value for key, value in wrong.items() if value is not None})
    (refusal,) = client.put_trace_segments(TraceSegmentDocuments=[text, document(good, 1, at)])[
        "UnprocessedTraceSegments"
    ]
    assert refusal["ErrorCode"] == code
    assert refusal["Id"] == wrong["id"]
    assert next(iter(bad)) in refusal["Message"]
    assert len(client.batch_get_traces(TraceIds=[good])["Traces"]) == 1


def test_pages_hold_every_trace_once_newest_first(client: Any) -> None:
    at = now() - AGO
    ids = [trace_id(number, at) for number in range(1, 1201)]
    documents = [document(one, 1, at + number / 100) for number, one in enumerate(ids)]
    for start in range(0, len(documents), 50):
        client.put_trace_segments(TraceSegmentDocuments=documents[start : start + 50])
    first = client.get_trace_summaries(StartTime=at - 1, EndTime=at + 20)
    assert len(first["TraceSummaries"]) < len(ids)
    assert first["TracesProcessedCount"] == len(first["TraceSummaries"])
    assert listed(client, at - 1, at + 20) == list(reversed(ids))


def test_a_token_belongs_to_its_question(client: Any) -> None:
    at = now() - AGO
    for start in range(0, 550, 50):
        client.put_trace_segments(
            TraceSegmentDocuments=[document(trace_id(start + n, at), 1, at) for n in range(1, 51)]
        )
    token = client.get_trace_summaries(StartTime=at - 1, EndTime=at + 1)["NextToken"]
    for wrong, end in ((token, at + 2), ("nonsense", at + 1), ("AAAA", at + 1)):
        with pytest.raises(ClientError) as error:
            client.get_trace_summaries(StartTime=at - 1, EndTime=end, NextToken=wrong)
        assert refused(error)[1].startswith("NextToken: must ")


def test_filters_choose(client: Any) -> None:
    at = now() - AGO
    v1, v2 = trace_id(1, at), trace_id(2, at)
    client.put_trace_segments(
        TraceSegmentDocuments=[
            document(v1, 1, at, name="api-v1", http=http()),
            document(v2, 1, at, name="api-v2", http=http(status=500), fault=True, annotations={"version": "v2"}),
        ]
    )
    span = (at - 1, at + 1)
    assert set(listed(client, *span)) == {v1, v2}
    assert listed(client, *span, FilterExpression='service("api-v1")') == [v1]
    assert set(listed(client, *span, FilterExpression='service("api-v1") OR service("api-v2")')) == {v1, v2}
    assert listed(client, *span, FilterExpression='service("api-v2") { fault }') == [v2]
    assert listed(client, *span, FilterExpression='annotation.version = "v2"') == [v2]
    assert listed(client, *span, FilterExpression="!fault") == [v1]


def test_a_broken_filter_is_refused_with_its_position(client: Any) -> None:
    with pytest.raises(ClientError) as error:
        client.get_trace_summaries(StartTime=now() - 60, EndTime=now(), FilterExpression='service("api" {')
    code, message = refused(error)
    assert code == "InvalidRequestException"
    assert "FilterExpression" in message
    assert "character" in message


def test_the_three_kinds_of_time_range(client: Any) -> None:
    at = now() - 3600
    trace = trace_id(1, at)
    before = now()
    client.put_trace_segments(TraceSegmentDocuments=[document(trace, 1, at, seconds=30)])
    assert listed(client, at - 1, at + 1) == [trace]
    assert listed(client, at - 1, at + 1, TimeRangeType="Service") == []
    assert listed(client, at + 29, at + 31, TimeRangeType="Service") == [trace]
    assert listed(client, at - 1, at + 31, TimeRangeType="Event") == []
    assert listed(client, before - 1, now() + 1, TimeRangeType="Event") == [trace]


def test_ranges_must_be_ordered_and_short_enough(client: Any) -> None:
    end = now()
    for ask, start in ((client.get_trace_summaries, end), (client.get_trace_summaries, end - 90_000)):
        with pytest.raises(ClientError) as error:
            ask(StartTime=start, EndTime=end)
        assert refused(error)[0] == "InvalidRequestException"
    with pytest.raises(ClientError) as error:
        client.get_service_graph(StartTime=end - 22_000, EndTime=end)
    assert refused(error)[1].startswith("Time range cannot be longer than 6 hours")


def test_the_graph_shows_who_calls_whom(client: Any) -> None:
    at = now() - AGO
    trace = trace_id(1, at)
    call = {"id": f"{9:016x}", "name": "mail", "namespace": "remote", "start_time": at, "end_time": at + 0.2}
    client.put_trace_segments(
        TraceSegmentDocuments=[
            document(trace, 1, at, seconds=0.3, http=http(), subsegments=[call]),
            document(trace, 2, at, name="mail", parent_id=call["id"], fault=True, http=http(status=500)),
        ]
    )
    whole = client.get_service_graph(StartTime=at - 1, EndTime=at + 1)
    alone = client.get_trace_graph(TraceIds=[trace])
    for services in (whole["Services"], alone["Services"]):
        by_name = {(one["Name"], one.get("Type")): one for one in services}
        (mail,) = [one for (name, _), one in by_name.items() if name == "mail"]
        assert mail["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
        (api,) = [one for one in services if one["Name"] == "api" and one.get("Type") != "client"]
        assert api["Root"] is True
        assert [edge["ReferenceId"] for edge in api["Edges"]] == [mail["ReferenceId"]]
    assert whole["StartTime"].timestamp() == pytest.approx(at - 1, abs=0.01)


def test_samplers_are_told_to_keep_everything(client: Any) -> None:
    (record,) = client.get_sampling_rules()["SamplingRuleRecords"]
    assert record["SamplingRule"]["RuleName"] == "Default"
    report: Any = {
        "ClientID": "a" * 24,
        "Timestamp": now(),
        "RequestCount": 10,
        "SampledCount": 10,
    }
    answer = client.get_sampling_targets(
        SamplingStatisticsDocuments=[report | {"RuleName": "Default"}, report | {"RuleName": "other"}]
    )
    assert [(one["RuleName"], one["FixedRate"]) for one in answer["SamplingTargetDocuments"]] == [("Default", 1.0)]
    assert [one["RuleName"] for one in answer["UnprocessedStatistics"]] == ["other"]


def test_it_says_that_segments_stay_here_and_are_all_indexed(client: Any) -> None:
    assert client.get_trace_segment_destination()["Destination"] == "XRay"
    (rule,) = client.get_indexing_rules()["IndexingRules"]
    assert rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 100
    client.put_telemetry_records(TelemetryRecords=[{"Timestamp": now(), "SegmentsReceivedCount": 1}])


def test_an_operation_it_does_not_know_is_named(client: Any) -> None:
    with pytest.raises(ClientError) as error:
        client.get_insight(InsightId="1")
    code, message = refused(error)
    assert code == "UnknownOperationException"
    assert "/Insight" in message


def test_nobody_needs_credentials(xray: Addresses) -> None:
    with boto(xray.url, signed=False) as unsigned:
        assert unsigned.get_trace_summaries(StartTime=now() - 1, EndTime=now())["TraceSummaries"] == []
