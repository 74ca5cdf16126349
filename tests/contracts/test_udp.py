"""The daemon's port: what SDKs send arrives, what is none of theirs is counted and named."""

from __future__ import annotations

import json
import os
import random
import string
import subprocess
import sys
from typing import Any

import pytest

from serinus.tracestore.server import Addresses
from tests.contracts.documents import AGO, document, now, trace_id
from tests.contracts.servers import framed, health, send, until

APPLICATION = """
from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(service="checkout", sampling=False)
with xray_recorder.in_segment("checkout") as segment:
    segment.put_annotation("version", "v2")
    with xray_recorder.in_subsegment("stock", namespace="remote") as call:
        call.add_exception(ValueError("no such article"), [])
print(segment.trace_id)
"""


def test_the_real_sdk_sends_and_boto3_finds(xray: Addresses, client: Any) -> None:
    environment = dict(os.environ) | {"AWS_XRAY_DAEMON_ADDRESS": xray.daemon}
    command = [sys.executable, "-c", APPLICATION]
    sdk = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=True)
    sent = sdk.stdout.strip()
    (trace,) = until(lambda: client.batch_get_traces(TraceIds=[sent])["Traces"])
    names = {json.loads(part["Document"])["name"] for part in trace["Segments"]}
    assert names == {"checkout", "stock"}
    (found,) = client.get_trace_summaries(
        StartTime=now() - 60, EndTime=now() + 1, FilterExpression='annotation.version = "v2"'
    )["TraceSummaries"]
    assert found["Id"] == sent


def test_the_largest_datagram_there_can_be_arrives_and_a_larger_one_cannot_be_sent(
    xray: Addresses, client: Any
) -> None:
    at, noise = now() - AGO, random.Random(1)
    trace = trace_id(1, at)
    empty = framed(document(trace, 1, at, metadata={"default": {"noise": ""}}))
    text = "".join(noise.choices(string.ascii_letters, k=65_507 - len(empty)))
    largest = framed(document(trace, 1, at, metadata={"default": {"noise": text}}))
    send(xray, largest)
    (found,) = until(lambda: client.batch_get_traces(TraceIds=[trace])["Traces"])
    assert text in found["Segments"][0]["Document"]
    with pytest.raises(OSError, match="too long"):
        send(xray, largest + b" ")


@pytest.mark.parametrize(
    ("datagram", "field", "said"),
    [
        (b"hello", "datagram", "header line"),
        (b'{"format":"json","version":2}\n{}', "datagram", "version"),
        (b'{"format":"xml","version":1}\n<a/>', "datagram", "format"),
        (b'{"format":"json","version":1}\n', "datagram", "empty"),
        (b'{"format":"json","version":1}\n{"name": ', "document", "JSON"),
        (b'{"format":"json","version":1}\n{"name": "a"}', "id", "16"),
    ],
)
def test_what_is_no_segment_is_counted_with_field_and_rule(
    xray: Addresses, client: Any, datagram: bytes, field: str, said: str
) -> None:
    at = now() - AGO
    send(xray, datagram, framed(document(trace_id(1, at), 1, at)))
    seen = until(lambda: found if (found := health(xray))["stored"] == 1 else None)
    assert seen["rejected"] == {field: 1}
    assert said in seen["last_rejects"][0]["rule"]
    assert client.batch_get_traces(TraceIds=[trace_id(1, at)])["Traces"]


def test_a_burst_is_kept_whole(xray: Addresses) -> None:
    at = now() - AGO
    send(xray, *[framed(document(trace_id(number, at), 1, at)) for number in range(1000)])
    assert until(lambda: found if (found := health(xray))["stored"] == 1000 else None)["dropped"] == 0
