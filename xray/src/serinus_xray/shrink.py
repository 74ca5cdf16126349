"""Documents that would not fit.
A segment goes in; its document comes out, without what matters least where it is too large.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from serinus_xray.segment import Cause, Segment, encode


class Document(msgspec.Struct, frozen=True):
    body: bytes
    shrunk: bool = False


def fitting(segment: Segment, limit: int) -> Document | None:
    """At most `limit` bytes: metadata go first, then stack frames, then the query, then the whole document (None)."""
    body = encode(segment)
    if len(body) <= limit:
        return Document(body)
    for smaller in _smaller(segment):
        body = encode(smaller)
        if len(body) <= limit:
            return Document(body, shrunk=True)
    return None


def _smaller(segment: Segment) -> Iterator[Segment]:
    for step in _STEPS:
        segment = step(segment)
        yield segment


def _without_metadata(segment: Segment) -> Segment:
    return replace(segment, metadata={})


def _without_frames(segment: Segment) -> Segment:
    if not isinstance(segment.cause, Cause):
        return segment
    bare = tuple(
        replace(info, stack=(), truncated=info.truncated + len(info.stack)) for info in segment.cause.exceptions
    )
    return replace(segment, cause=replace(segment.cause, exceptions=bare))


def _without_query(segment: Segment) -> Segment:
    return segment if segment.sql is None else replace(segment, sql=replace(segment.sql, sanitized_query=None))


_STEPS: Final[tuple[Callable[[Segment], Segment], ...]] = (_without_metadata, _without_frames, _without_query)
