"""What the X-Ray API's operations take, as Structs named as on the wire. In: JSON bodies. Out: values or Refused.
Source: botocore's service model data/xray/2016-04-12.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from serinus.tracestore.search import NEWEST, Cursor, Span, TimeRangeType

T = TypeVar("T")
MAX_SEGMENTS: Final = 50
MAX_IDS: Final = 5
MAX_SUMMARIES_RANGE: Final = 24 * 3600.0
MAX_GRAPH_RANGE: Final = 6 * 3600.0


class Refused(Exception):
    """An answer that is an error: HTTP status, X-Ray's name for it, and a message that says what to change."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name
        self.message = message


def invalid(message: str) -> Refused:
    """400 InvalidRequestException."""
    return Refused(400, "InvalidRequestException", message)


class Request(Struct, frozen=True, rename="pascal"):
    """Fields under the API's names; what the operation does not know is ignored."""


class PutTraceSegments(Request, frozen=True):
    trace_segment_documents: list[str]


class BatchGetTraces(Request, frozen=True):
    trace_ids: list[str]


class GetTraceSummaries(Request, frozen=True):
    start_time: float
    end_time: float
    time_range_type: TimeRangeType = TimeRangeType.TRACE_ID
    filter_expression: str | None = None
    next_token: str | None = None


class GetServiceGraph(Request, frozen=True):
    start_time: float
    end_time: float
    group_name: str | None = None
    group_arn: str | None = msgspec.field(name="GroupARN", default=None)


def read(body: bytes, kind: type[T]) -> T:
    """The request; an empty body means an empty object. Raises Refused, which names the field."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid(f"{error}") from error


def ids(asked: BatchGetTraces) -> list[str]:
    """1 to 5 different ids. Raises Refused."""
    distinct = list(dict.fromkeys(asked.trace_ids))
    if not 1 <= len(distinct) <= MAX_IDS:
        raise invalid(f"TraceIds: must hold 1 to {MAX_IDS} ids, got {len(distinct)}")
    return distinct


def span(start: float, end: float, longest: float, kind: TimeRangeType = TimeRangeType.TRACE_ID) -> Span:
    """Raises Refused for a range that is empty or longer than the operation allows (seconds)."""
    if end <= start:
        raise invalid(f"EndTime: must be later than StartTime {start:.3f}, got {end:.3f}")
    if end - start > longest:
        raise invalid(f"Time range cannot be longer than {longest / 3600:g} hours, got {(end - start) / 3600:.2f}")
    return Span(start, end, kind)


def token(asked: GetTraceSummaries, last: Cursor) -> str:
    """Where the next page goes on; only good for the same question."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode((_question(asked), last.started, last.trace_id))).decode()


def cursor(asked: GetTraceSummaries) -> Cursor:
    """Where this page begins. Raises Refused for a token of another question or no token of ours."""
    if not asked.next_token:
        return NEWEST
    try:
        raw = base64.urlsafe_b64decode(asked.next_token)
        question, started, trace_id = msgspec.msgpack.decode(raw, type=tuple[int, float, str])
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise invalid(f"NextToken: must come from an answer of GetTraceSummaries, got {asked.next_token!r}") from error
    if question != _question(asked):
        raise invalid("NextToken: must be sent with the same range and filter as the request it answered")
    return Cursor(started, trace_id)


def _question(asked: GetTraceSummaries) -> int:
    return zlib.crc32(
        msgspec.msgpack.encode((asked.start_time, asked.end_time, asked.time_range_type, asked.filter_expression))
    )
