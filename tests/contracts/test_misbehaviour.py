"""Real X-Ray throttles, shows late and loses. Ours does so on demand, so that readers can prove they survive it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from serinus.tracestore.server import Misbehaviour
from tests.contracts.documents import AGO, document, now, trace_id
from tests.contracts.servers import boto, free, running


def test_a_throttled_read_is_an_error_boto3_retries() -> None:
    with running(free(misbehaviour=Misbehaviour(throttle_every=2))) as xray:
        unknown = trace_id(1, now())
        with boto(xray.url) as impatient:
            impatient.batch_get_traces(TraceIds=[unknown])
            with pytest.raises(ClientError) as error:
                impatient.batch_get_traces(TraceIds=[unknown])
            assert error.value.response["Error"]["Code"] == "ThrottledException"
            impatient.batch_get_traces(TraceIds=[unknown])
        with boto(xray.url, attempts=3) as patient:
            assert patient.batch_get_traces(TraceIds=[unknown])["UnprocessedTraceIds"] == [unknown]


def test_traces_can_be_shown_late() -> None:
    at = now() - AGO
    with running(free(misbehaviour=Misbehaviour(visible_after=3600))) as xray, boto(xray.url) as client:
        client.put_trace_segments(TraceSegmentDocuments=[document(trace_id(1, at), 1, at)])
        assert client.get_trace_summaries(StartTime=at - 1, EndTime=at + 1)["TraceSummaries"] == []
        assert client.batch_get_traces(TraceIds=[trace_id(1, at)])["Traces"] == []


def test_documents_can_be_lost() -> None:
    at = now() - AGO
    ids = [trace_id(number, at) for number in range(4)]
    with running(free(misbehaviour=Misbehaviour(drop_every=2))) as xray, boto(xray.url) as client:
        client.put_trace_segments(TraceSegmentDocuments=[document(one, 1, at) for one in ids])
        assert len(client.batch_get_traces(TraceIds=ids)["Traces"]) == 2
