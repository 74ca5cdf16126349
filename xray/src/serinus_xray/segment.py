"""Segment documents: what every X-Ray SDK, daemon and exporter sends.
JSON flows in and frozen Structs out, and back again; nothing is rejected that can be dropped or coerced.
Source: AWS X-Ray developer guide, "Segment documents"; official JSON schema v1.0.0.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import accumulate
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from serinus_xray import coerce, lenient
from serinus_xray.errors import MalformedSegment

MAX_DOCUMENT: Final = 64 * 1024
MAX_DEPTH: Final = 64
MAX_BRACKETS: Final = 200  # open at once: well below what any reader's stack takes
_ID_AND_NAME: Final = re.compile(f"[0-9a-f]{{16}}{lenient.NAME_PATTERN}")
_ID: Final = re.compile("[0-9a-f]{16}")
_TRACE_ID: Final = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_KEYS: Final = re.compile(r"[A-Za-z0-9_.]*")
_TEXT: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NO_BRACKETS: Final = bytes(set(range(256)) - _STEPS.keys())
_NO_STRUCTURE: Final = _NO_BRACKETS.replace(b'"', b"")

Id = Annotated[str, Meta(min_length=16, max_length=16)]
Text = Annotated[str, Meta(max_length=coerce.MAX_TEXT)]
Seconds = Annotated[float, Meta(ge=0, lt=coerce.MAX_TIME)]
Status = Annotated[int, Meta(ge=0, le=lenient.MAX_STATUS)]
Size = Annotated[int, Meta(ge=-coerce.MAX_WHOLE, le=coerce.MAX_WHOLE)]
AnnotationKey = Annotated[str, Meta(min_length=1, max_length=lenient.MAX_KEY)]
AnnotationValue = Annotated[str, Meta(max_length=lenient.MAX_ANNOTATION)] | int | float | bool
Present = str | int | float | bool | list[Any] | dict[str, Any]


class Value(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the Structs of a document have in common: frozen, and silent about defaults."""


class StackFrame(Value, frozen=True):
    path: str | None = None
    line: int | None = None
    label: str | None = None


class ExceptionInfo(Value, frozen=True):
    id: str = ""
    message: str | None = None
    type: str | None = None
    remote: bool = False
    truncated: int = 0
    skipped: int = 0
    cause: str | None = None
    stack: tuple[StackFrame, ...] = ()


class Cause(Value, frozen=True):
    working_directory: str | None = None
    paths: tuple[str, ...] = ()
    exceptions: tuple[ExceptionInfo, ...] = ()


class HttpRequest(Value, frozen=True):
    method: Text | None = None
    url: Text | None = None
    user_agent: Text | None = None
    client_ip: Text | None = None
    x_forwarded_for: bool = False
    traced: bool = False


class HttpResponse(Value, frozen=True):
    status: Status | None = None
    content_length: Size | None = None


class Http(Value, frozen=True):
    request: HttpRequest | None = None
    response: HttpResponse | None = None


class Service(Value, frozen=True):
    version: str | None = None
    compiler: str | None = None
    compiler_version: str | None = None
    runtime: str | None = None
    runtime_version: str | None = None


class Sql(Value, frozen=True):
    connection_string: str | None = None
    url: str | None = None
    sanitized_query: str | None = None
    database_type: str | None = None
    database_version: str | None = None
    driver_version: str | None = None
    user: Text | None = None
    preparation: str | None = None


class Link(Value, frozen=True):
    trace_id: str
    id: str
    attributes: dict[str, Any] = {}


class Segment(Value, frozen=True):
    """A segment or a subsegment. Times in epoch seconds; only embedded subsegments may lack `trace_id`."""

    name: Annotated[str, Meta(min_length=1, max_length=lenient.MAX_NAME)]
    id: Id
    start_time: Seconds
    trace_id: Annotated[str, Meta(max_length=35)] = ""
    end_time: Seconds | None = None
    in_progress: bool = False
    parent_id: Id | None = None
    type: str | None = None
    namespace: str | None = None
    origin: str | None = None
    resource_arn: str | None = None
    service: Service | None = None
    user: Text | None = None
    http: Http | None = None
    aws: dict[str, Present] = {}
    sql: Sql | None = None
    error: bool = False
    throttle: bool = False
    fault: bool = False
    cause: Id | Cause | None = None
    annotations: dict[AnnotationKey, AnnotationValue] = {}
    metadata: dict[str, Any] = {}
    precursor_ids: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    inferred: bool = False
    subsegments: tuple["Segment", ...] = ()

    @property
    def end(self) -> float:
        """The end, or while in progress the start: an end that is known to have been reached."""
        return self.start_time if self.end_time is None else self.end_time

    @property
    def duration(self) -> float:
        """Seconds from start to end, never negative: clocks of callers and callees differ."""
        return max(0.0, self.end - self.start_time)

    @property
    def last_end(self) -> float:
        """When the last of it ended: work may go on after the response."""
        return max(part.end for part in walk(self)) if self.subsegments else self.end

    @property
    def whole_duration(self) -> float:
        """Seconds from the start to the last end."""
        return max(0.0, self.last_end - self.start_time)


class Outcome(StrEnum):
    OK = "ok"
    ERROR = "error"
    THROTTLE = "throttle"
    FAULT = "fault"


_DECODER: Final = msgspec.json.Decoder(Segment)
_ENCODER: Final = msgspec.json.Encoder()


def outcome(segment: Segment) -> Outcome:
    """Fault before throttle before error, whatever flags a segment carries at once."""
    if segment.fault:
        return Outcome.FAULT
    if segment.throttle:
        return Outcome.THROTTLE
    return Outcome.ERROR if segment.error else Outcome.OK


def walk(segment: Segment) -> Iterator[Segment]:
    """The segment and all subsegments below it, parents first, in order."""
    pending = [segment]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(current.subsegments))


def encode(segment: Segment) -> bytes:
    return _ENCODER.encode(segment)


def decode(document: bytes | str) -> Segment:
    """A segment or an independent subsegment, at most 64 kB and 64 levels deep.

    Raises MalformedSegment only for a bad name, id, trace id or time, for what is no JSON object and for more than
    200 brackets open at once, whose reading would depend on how much of the stack is left to whoever reads;
    every other breach is dropped or coerced, as X-Ray does with what real SDKs send.
    """
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(data) > MAX_DOCUMENT:
        raise MalformedSegment("document", f"at most {MAX_DOCUMENT} bytes", len(data))
    if _opened(data) > MAX_BRACKETS and (depth := _depth(data)) > MAX_BRACKETS:
        raise MalformedSegment("document", f"nested at most {MAX_BRACKETS} deep", depth)
    try:
        segment = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(data)
    return segment if _is_clean(segment) else _decode_slowly(data)


def _opened(data: bytes) -> int:
    """How many brackets open, those in texts too: depth is at most that."""
    # replace takes half the time of count
    return 2 * len(data) - len(data.replace(b"{", b"")) - len(data.replace(b"[", b""))


def _depth(data: bytes) -> int:
    """How many brackets are open at once, at most."""
    if b"\\" not in data:  # each quote begins or ends a text: with all else gone most are two quotes, soon dropped
        data = data.translate(None, _NO_STRUCTURE).replace(b'""', b"")
    brackets = _TEXT.sub(b"", data).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _is_clean(segment: Segment) -> bool:
    return (
        _TRACE_ID.fullmatch(segment.trace_id) is not None
        and (segment.end_time is not None or segment.in_progress)
        and (segment.parent_id is None or _ID.fullmatch(segment.parent_id) is not None)
        and _has_clean_names(segment, MAX_DEPTH)
    )


def _has_clean_names(segment: Segment, depth: int) -> bool:
    # fullmatch on joined text is what keeps this below the cost of parsing
    if depth < 0 or _ID_AND_NAME.fullmatch(segment.id + segment.name) is None:
        return False
    if segment.annotations and _KEYS.fullmatch("".join(segment.annotations)) is None:
        return False
    for part in segment.subsegments:  # noqa: SIM110 - a generator costs a third more here
        if not _has_clean_names(part, depth - 1):
            return False
    return True


def _decode_slowly(data: bytes) -> Segment:
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedSegment("document", f"JSON ({error})", data[:80]) from error
    except RecursionError as error:
        raise MalformedSegment("document", "nested less deeply", data[:80]) from error
    if not isinstance(raw, dict):
        raise MalformedSegment("document", "a JSON object", raw)
    return msgspec.convert(lenient.document(raw, MAX_DEPTH), Segment)
