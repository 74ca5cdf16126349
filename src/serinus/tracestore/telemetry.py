"""What arrived and what did not, counted. In: the ingest path's events. Out: one value for the health endpoint.
Each counter has one writing thread at a time (the ingest's lock), so that no datagram pays for a lock of its own.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from typing import Final

from msgspec import Struct

from serinus_xray.errors import MalformedDatagram, MalformedSegment, XRayError

REMEMBERED: Final = 20
LOG_EVERY: Final = 10.0
_log = logging.getLogger(__name__)


class Reject(Struct, frozen=True):
    """One refused document: where it came in, which field broke which rule, the beginning of the offending value."""

    at: float
    door: str
    field: str
    rule: str
    value: str


class Health(Struct, frozen=True):
    """Documents since the start. `dropped`: the queue was full; `lost`: the store could not write them."""

    received: int
    stored: int
    rejected: dict[str, int]
    dropped: int
    lost: int
    queued: int
    receive_buffer: int
    last_rejects: tuple[Reject, ...]


class Telemetry:
    """The running counts."""

    def __init__(self) -> None:
        self.received = 0
        self.stored = 0
        self.lost = 0
        self.rejected: Counter[str] = Counter()
        self.rejects: deque[Reject] = deque(maxlen=REMEMBERED)
        self._logged = 0.0

    def reject(self, error: XRayError, door: str, at: float) -> Reject:
        """Count a refusal, remember it, and log it unless one was logged in the last ten seconds."""
        reject = _describe(error, door, at)
        self.rejected[reject.field] += 1
        self.rejects.append(reject)
        if at - self._logged >= LOG_EVERY:
            self._logged = at
            _log.warning("rejected from %s: %s (%d so far)", door, error, self.rejected.total())
        return reject

    def health(self, *, dropped: int, queued: int, receive_buffer: int) -> Health:
        """A snapshot. `receive_buffer`: bytes the system grants the UDP socket."""
        return Health(
            received=self.received,
            stored=self.stored,
            rejected=dict(self.rejected),
            dropped=dropped,
            lost=self.lost,
            queued=queued,
            receive_buffer=receive_buffer,
            last_rejects=tuple(self.rejects),
        )


def _describe(error: XRayError, door: str, at: float) -> Reject:
    if isinstance(error, MalformedSegment):
        return Reject(at, door, error.field, error.rule, repr(error.value)[:120])
    if isinstance(error, MalformedDatagram):
        return Reject(at, door, "datagram", error.reason[:200], "")
    return Reject(at, door, "document", str(error)[:200], "")
