"""What of a segment is worth a column. In: a decoded segment. Out: one flat row for the store's wide table.
Everything else stays in the document; a missing text is None, a missing HTTP status 0.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from serinus_xray.segment import Segment

MAX_STATUS: Final = 999
_ENCODER: Final = msgspec.json.Encoder()


class Facts(Struct, frozen=True, gc=False):
    """Times in epoch seconds; `end_time` of a segment in progress is its start. Annotations as a JSON object."""

    trace_id: str
    id: str
    parent_id: str | None
    name: str
    type: str | None
    namespace: str | None
    origin: str | None
    start_time: float
    end_time: float
    in_progress: bool
    fault: bool
    throttle: bool
    error: bool
    http_status: int
    http_method: str | None
    http_url: str | None
    user: str | None
    service_version: str | None
    annotations: str | None


def facts_of(segment: Segment) -> Facts:
    """The row of one document; its embedded subsegments have none of their own."""
    request = segment.http.request if segment.http else None
    response = segment.http.response if segment.http else None
    return Facts(
        trace_id=segment.trace_id,
        id=segment.id,
        parent_id=segment.parent_id,
        name=segment.name,
        type=segment.type,
        namespace=segment.namespace,
        origin=segment.origin,
        start_time=float(segment.start_time),
        end_time=float(segment.end),
        in_progress=segment.end_time is None,
        fault=segment.fault,
        throttle=segment.throttle,
        error=segment.error,
        http_status=_status(response.status if response else None),
        http_method=request.method if request else None,
        http_url=request.url if request else None,
        user=segment.user,
        service_version=segment.service.version if segment.service else None,
        annotations=_ENCODER.encode(segment.annotations).decode() if segment.annotations else None,
    )


def _status(status: int | None) -> int:
    return status if status is not None and 0 <= status <= MAX_STATUS else 0
