"""Segments by hand.
Short names go in; Structs with the ids, times and nesting that a test needs come out.
"""

from typing import Any, Final

from serinus_xray.segment import Http, HttpRequest, HttpResponse, Segment
from serinus_xray.trace import Trace, compile_trace

TRACE_ID: Final = "1-6b039567-f82786774318e1162a0525b6"
START: Final = 1_700_000_000.0


def sid(number: int) -> str:
    return f"{number:016x}"


def segment(
    name: str, number: int, parent: int | None = None, at: float = 0.0, took: float = 1.0, **fields: Any
) -> Segment:
    """Starts `at` seconds after START and takes `took` seconds."""
    given: dict[str, Any] = {
        "trace_id": TRACE_ID,
        "parent_id": None if parent is None else sid(parent),
        "end_time": START + at + took,
    }
    return Segment(name=name, id=sid(number), start_time=START + at, **{**given, **fields})


def call(name: str, number: int, parent: int, at: float = 0.0, took: float = 1.0, **fields: Any) -> Segment:
    """An independent subsegment that calls a remote service."""
    return segment(name, number, parent, at, took, **{"type": "subsegment", "namespace": "remote", **fields})


def http(url: str = "http://shop.example/api/cart", status: int = 200, method: str = "GET") -> Http:
    return Http(HttpRequest(method=method, url=url), HttpResponse(status=status))


def shop(**canary: Any) -> Trace:
    """Client -> web -> (db) and web -> api-canary, whose segment takes the fields given."""
    return compile_trace(
        [
            segment("web", 1, took=0.5, http=http(), user="alice", annotations={"version": "v1", "age": 30}),
            call("db", 2, 1, at=0.1, took=0.1),
            call("api.example", 3, 1, at=0.2, took=0.25),
            segment("api", 4, 3, at=0.21, took=0.2, **canary),
        ]
    )
