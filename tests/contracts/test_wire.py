"""The same contract below boto3: raw HTTP as samplers and careless programs send it."""

from __future__ import annotations

import httpx2
import pytest

from serinus.tracestore.server import Addresses


def post(xray: Addresses, path: str, body: bytes) -> httpx2.Response:
    """Unsigned, without a content type."""
    return httpx2.post(f"{xray.url}{path}", content=body, timeout=20)


def test_an_empty_body_asks_for_the_sampling_rules(xray: Addresses) -> None:
    answer = post(xray, "/GetSamplingRules", b"")
    assert answer.status_code == 200
    assert answer.json()["SamplingRuleRecords"][0]["SamplingRule"]["FixedRate"] == 1.0


def test_adots_misspelt_count_is_taken(xray: Addresses) -> None:
    body = b'{"SamplingStatisticsDocuments": [{"RuleName": "Default", "ClientID": "a", "SampleCount": 3}]}'
    answer = post(xray, "/SamplingTargets", body)
    assert answer.json()["SamplingTargetDocuments"][0]["RuleName"] == "Default"


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/TraceSegments", b"{", "truncated"),
        ("/TraceSegments", b"\xff", "malformed"),
        ("/TraceSegments", b"", "TraceSegmentDocuments"),
        ("/TraceSegments", b'{"TraceSegmentDocuments": [1]}', "$.TraceSegmentDocuments[0]"),
        ("/TraceSummaries", b'{"StartTime": "yesterday", "EndTime": 1}', "$.StartTime"),
        ("/TraceSummaries", b'{"StartTime": 1, "EndTime": 2, "TimeRangeType": "Tuesday"}', "$.TimeRangeType"),
        ("/ServiceGraph", b'{"StartTime": 1, "EndTime": 2, "GroupName": "slow"}', "GroupName"),
    ],
)
def test_a_bad_body_is_refused_and_the_field_named(xray: Addresses, path: str, body: bytes, said: str) -> None:
    answer = post(xray, path, body)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestException"
    assert said in answer.json()["Message"]


def test_a_body_too_large_is_refused_unread(xray: Addresses) -> None:
    answer = post(xray, "/TraceSegments", b" " * (5 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (413, "RequestEntityTooLarge")


def test_health_counts_what_came_in(xray: Addresses) -> None:
    post(xray, "/TraceSegments", b'{"TraceSegmentDocuments": ["{}"]}')
    health = httpx2.get(f"{xray.url}/_serinus/health", timeout=20).json()
    assert (health["received"], health["stored"], health["rejected"]) == (1, 0, {"name": 1})
    assert health["last_rejects"][0]["door"] == "http"
