"""The client speaks to any X-Ray by URL and turns its errors into ours."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from serinus.errors import TracesError, TracesThrottled, TracesUnavailable
from serinus.traces.client import ENDPOINT_VARIABLE, XRayClient
from serinus.tracestore.server import Misbehaviour
from tests.contracts.documents import AGO, document, now, trace_id
from tests.contracts.servers import boto, free, running
from tests.loopback import answering

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION")


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[str, list[str]]]:
    """An X-Ray with twelve traces: its URL and the ids."""
    at = now() - AGO
    ids = [trace_id(number, at) for number in range(12)]
    with running(free()) as xray, boto(xray.url) as sender:
        sender.put_trace_segments(TraceSegmentDocuments=[document(one, 1, at) for one in ids])
        yield xray.url, ids


def test_without_credentials_or_region_a_local_x_ray_answers(filled: tuple[str, list[str]]) -> None:
    url, ids = filled
    client = XRayClient(url)
    assert {one["Id"] for one in client.summaries(now() - 2 * AGO, now())} == set(ids)
    assert [one["Id"] for one in client.batch_get([*ids, trace_id(404, now())])] == ids
    assert client.service_graph(now() - 2 * AGO, now())[0]["Name"] == "api"
    assert client.calls == 1 + 4 + 1  # the one that is unknown is unprocessed, and asked for once more
    assert client.calls_by_outcome() == {
        ("get_trace_summaries", "answered"): 1,
        ("batch_get_traces", "answered"): 4,
        ("get_service_graph", "answered"): 1,
    }
    client.close()


class Hesitant(ThreadingHTTPServer):
    """Gives a trace's segments one a page, two in all, and leaves half of the traces unprocessed when first asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hesitant)
        self.asked: list[tuple[list[str], str]] = []


class _Hesitant(BaseHTTPRequestHandler):
    server: Hesitant

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ids, token = asked["TraceIds"], asked.get("NextToken", "")
        again = any(set(ids) < set(before) for before, _ in self.server.asked)
        self.server.asked.append((ids, token))
        given = ids if again else ids[: len(ids) // 2]
        page = token or "first"
        traces = [{"Id": one, "Segments": [{"Id": page, "Document": "{}"}]} for one in given]
        answer = {"Traces": traces, "UnprocessedTraceIds": ids[len(given) :]} | (
            {} if token else {"NextToken": "second"}
        )
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_request(self, *_: object) -> None:
        """Nowhere."""


def test_all_pages_are_read_and_what_was_left_unprocessed_is_asked_for_once_more() -> None:
    ids = [trace_id(number, 1_700_000_000) for number in range(4)]
    with answering(Hesitant()) as xray:
        client = XRayClient(f"http://127.0.0.1:{xray.server_port}", attempts=1)
        found = client.batch_get(ids)
        client.close()
    assert [one["Id"] for one in found] == ids
    assert [[part["Id"] for part in one["Segments"]] for one in found] == [["first", "second"]] * 4
    assert xray.asked == [(part, token) for part in (ids, ids[2:]) for token in ("", "second")]


def test_the_environment_names_the_endpoint(filled: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT_VARIABLE, filled[0])
    client = XRayClient()
    assert client.destination() == ("XRay", "ACTIVE")
    assert client.indexed_percent() == 100
    client.close()


def test_a_broken_filter_is_an_error_that_quotes_x_ray(filled: tuple[str, list[str]]) -> None:
    client = XRayClient(filled[0])
    with pytest.raises(TracesError, match="FilterExpression") as error:
        client.summaries(now() - 60, now(), "service(")
    assert type(error.value) is TracesError
    client.close()


def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = XRayClient(f"http://127.0.0.1:{taken.getsockname()[1]}", attempts=1)
        with pytest.raises(TracesUnavailable, match=r"127\.0\.0\.1"):
            client.destination()
        client.close()


def test_throttled_beyond_its_patience_is_throttled() -> None:
    with running(free(misbehaviour=Misbehaviour(throttle_every=1))) as xray:
        client = XRayClient(xray.url, attempts=2)
        with pytest.raises(TracesThrottled, match="Rate exceeded"):
            client.summaries(now() - 60, now())
        client.close()
