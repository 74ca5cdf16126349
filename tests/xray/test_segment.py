"""Documents survive the way there and back, and only what means nothing is refused."""

import json
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray.datagram import unpack
from serinus_xray.errors import MalformedSegment
from serinus_xray.segment import (
    MAX_BRACKETS,
    MAX_DEPTH,
    MAX_DOCUMENT,
    Cause,
    Outcome,
    Segment,
    _depth,
    decode,
    encode,
    outcome,
    walk,
)
from tests.xray import golden, strategies
from tests.xray.build import segment
from tests.xray.schema import breaches

MINIMAL = {
    "name": "example.com",
    "id": "70de5b6f19ff9a0a",
    "trace_id": "1-581cf771-a006649127e371903a2de979",
    "start_time": 1478293361.271,
    "end_time": 1478293361.449,
}


def minimal(**fields: Any) -> bytes:
    return json.dumps({key: value for key, value in {**MINIMAL, **fields}.items() if value is not ...}).encode()


@given(strategies.segments)
@settings(deadline=None)
def test_a_segment_survives_the_way_there_and_back(given_segment: Segment) -> None:
    assert decode(encode(given_segment)) == given_segment


@given(strategies.segments)
@settings(deadline=None)
def test_what_we_encode_follows_the_official_schema(given_segment: Segment) -> None:
    assert breaches(encode(given_segment)) == []


@pytest.mark.parametrize("number", ["01", "02", "03", "04", "06", "20", "21", "22", "23", "24", "40", "41", "42", "44"])
def test_recorded_documents_are_read_and_written_by_the_schema(number: str) -> None:
    read = decode(golden.document(number))
    assert breaches(encode(read)) == []
    assert decode(encode(read)) == read


@pytest.mark.parametrize("number", ["07", "08"])
def test_the_guides_embedded_examples_are_read(number: str) -> None:
    read = decode(golden.whole(golden.parsed(number)))
    assert read.duration > 0


def test_streamed_documents_of_the_sdk_are_read() -> None:
    read = [decode(document) for document in golden.streamed()]
    assert [document.type for document in read] == ["subsegment"] * 31 + [None]


def test_every_field_of_the_sdks_document_is_kept() -> None:
    read = decode(golden.document("20"))
    assert read.annotations == {
        "app_version": "v2.3.1-canary",
        "deployment_track": "canary",
        "cart_items": 3,
        "is_guest": True,
    }
    assert read.metadata == {"checkout": {"cart": {"sku": ["A-1", "B-2"]}}}
    assert read.user == "u-4711"
    assert read.service is not None
    assert read.service.version == "2.3.1"
    assert [part.name for part in walk(read)] == ["checkout", "127.0.0.1", "## price", ":memory:"]
    assert read.subsegments[0].http is not None
    assert read.subsegments[0].http.request is not None
    assert read.subsegments[0].http.request.method == "get"


def test_the_stack_of_the_sdks_exception_is_kept() -> None:
    cause = decode(golden.document("21")).subsegments[0].cause
    assert isinstance(cause, Cause)
    assert [(thrown.type, thrown.stack[0].line) for thrown in cause.exceptions] == [("ValueError", 37)]


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"name": ...}, "name", "None"),
        ({"name": ""}, "name", "''"),
        ({"name": "a" * 201}, "name", "aaa"),
        ({"name": "what?"}, "name", "'what?'"),
        ({"name": "line\nbreak"}, "name", "line"),
        ({"name": 7}, "name", "7"),
        ({"id": ...}, "id", "None"),
        ({"id": "short"}, "id", "'short'"),
        ({"id": "zzzzzzzzzzzzzzzz"}, "id", "zzzz"),
        ({"trace_id": ...}, "trace_id", "None"),
        ({"trace_id": "1-5880168b-fd515828bs07678a3bb5a78c"}, "trace_id", "bs0"),
        ({"start_time": ...}, "start_time", "None"),
        ({"start_time": "soon"}, "start_time", "'soon'"),
        ({"start_time": -1}, "start_time", "-1"),
        ({"start_time": 1478293361271}, "start_time", "1478293361271"),
        ({"end_time": ...}, "end_time", "None"),
        ({"end_time": ..., "in_progress": False}, "end_time", "None"),
        ({"end_time": None}, "end_time", "None"),
    ],
)
def test_a_document_without_meaning_is_refused_by_field_rule_and_value(
    fields: dict[str, Any], field: str, value: str
) -> None:
    with pytest.raises(MalformedSegment) as refusal:
        decode(minimal(**fields))
    assert refusal.value.field == field
    assert value in str(refusal.value)
    assert refusal.value.rule in str(refusal.value)


@pytest.mark.parametrize("document", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}x", b'{"a":' * 30_000])
def test_what_is_no_object_is_refused(document: bytes) -> None:
    with pytest.raises(MalformedSegment):
        decode(document)


def test_the_guides_own_typo_is_refused() -> None:
    with pytest.raises(MalformedSegment, match="trace_id"):
        decode(golden.document("05"))


def test_a_document_above_64_kb_is_refused_by_its_size() -> None:
    with pytest.raises(MalformedSegment, match=str(MAX_DOCUMENT)):
        decode(minimal(metadata={"a": "x" * MAX_DOCUMENT}))


def test_text_and_bytes_read_alike() -> None:
    assert decode(minimal(name="café")) == decode(minimal(name="café").decode())
    assert decode(json.dumps({**MINIMAL, "name": "café"}, ensure_ascii=False)).name == "café"


def test_lone_surrogates_are_refused_not_crashed_on() -> None:
    with pytest.raises(MalformedSegment):
        decode('{"name": "\ud800"}')


@pytest.mark.parametrize("key", ["subsegments", "\\u0073ubsegments"], ids=["plain", "escaped"])
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, MAX_DEPTH + 30])
def test_subsegments_below_the_deepest_level_are_dropped(key: str, levels: int) -> None:
    nested: dict[str, Any] = {}
    for number in range(levels):
        part = {"name": "part", "id": f"{number:016x}", "start_time": 1.0, "end_time": 2.0}
        nested = {**part, "subsegments": [nested]} if nested else part
    read = decode(minimal(subsegments=[nested]).replace(b"subsegments", key.encode()))
    assert sum(1 for _ in walk(read)) == MAX_DEPTH + 1


def nested(depth: int, **more: Any) -> bytes:
    """A document in whose metadata so many brackets are open at once, those of the document and of metadata too."""
    document = minimal(metadata={"path": "C:\\[{", "deep": None}, **more)
    return document.replace(b"null", b"[" * (depth - 2) + b"]" * (depth - 2))


def test_how_deep_a_document_may_be_does_not_depend_on_who_reads_it() -> None:
    """What a thread with little on its stack takes, every later reader must be able to read."""
    assert decode(nested(MAX_BRACKETS)).metadata["path"] == "C:\\[{"
    for depth in (MAX_BRACKETS + 1, 985, 30_000):
        with pytest.raises(MalformedSegment, match=f"nested at most {MAX_BRACKETS} deep, not {depth}"):
            decode(nested(depth))


def test_many_brackets_side_by_side_or_in_texts_are_not_deep() -> None:
    texts = {f"k{number}": '[{\\"[' * 9 for number in range(200)}
    parts = [{"name": "part", "id": f"{number:016x}", "start_time": 1.0, "end_time": 2.0} for number in range(300)]
    assert len(decode(minimal(subsegments=parts, metadata=texts)).subsegments) == 300


def depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


TEXTS = st.text('[]{}",:x\\', max_size=4)
NESTED = st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


@given(NESTED)
@settings(deadline=None)
def test_depth_is_that_of_the_value_whatever_its_texts_hold(value: Any) -> None:
    assert _depth(json.dumps(value).encode()) == depth(value)


@pytest.mark.parametrize("text", [b'"' * 60_000, b'\\"' * 30_000, b'"\\' * 30_000, b'"' + b'\\"' * 30_000])
def test_what_is_no_json_is_refused_without_being_looked_through_again_and_again(text: bytes) -> None:
    with pytest.raises(MalformedSegment):
        decode(b"[" * 201 + text)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({}, Outcome.OK),
        ({"error": True}, Outcome.ERROR),
        ({"error": True, "throttle": True}, Outcome.THROTTLE),
        ({"error": True, "throttle": True, "fault": True}, Outcome.FAULT),
        ({"throttle": True}, Outcome.THROTTLE),
    ],
)
def test_fault_comes_before_throttle_before_error(flags: dict[str, bool], expected: Outcome) -> None:
    assert outcome(segment("web", 1, **flags)) is expected


def test_duration_is_never_negative_and_zero_while_in_progress() -> None:
    assert segment("web", 1, took=-2.0).duration == 0.0
    assert segment("web", 1, end_time=None, in_progress=True).duration == 0.0
    assert segment("web", 1, took=2.0).duration == 2.0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(Segment.__struct_fields__)) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(Segment.__struct_fields__)), JSON, max_size=8))
@settings(deadline=None, max_examples=300)
def test_any_json_in_any_field_is_read_or_refused(fields: dict[str, Any]) -> None:
    document = json.dumps({**MINIMAL, **fields}).encode("utf-8", "surrogatepass")
    with suppress(MalformedSegment):
        read = decode(document)
        assert decode(encode(read)) == read


SDK_PROGRAM = """
import sys
from aws_xray_sdk.core import xray_recorder
xray_recorder.configure(service="checkout", sampling=False, daemon_address=sys.argv[1])
with xray_recorder.in_segment("checkout") as opened:
    opened.put_annotation("version", "v2")
    with xray_recorder.in_subsegment("payments", namespace="remote") as call:
        call.put_http_meta("status", 503)
print(opened.trace_id)
"""


def test_what_the_real_sdk_sends_is_read() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(30)
        command = [sys.executable, "-c", SDK_PROGRAM, f"127.0.0.1:{daemon.getsockname()[1]}"]
        trace_id = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
        read = decode(unpack(daemon.recv(70_000)))
    assert (read.name, read.annotations, read.trace_id) == ("checkout", {"version": "v2"}, trace_id)
    assert [(part.name, part.namespace, outcome(part)) for part in read.subsegments] == [
        ("payments", "remote", "fault")
    ]
