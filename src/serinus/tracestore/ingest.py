"""EDGE. The way in. In: datagrams and documents from any thread. Out: batches in the store, one a second and at reads.
The receiving thread only receives; what does not fit the bounded queue is dropped and counted, never waited for.
"""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from msgspec import Struct

from serinus.errors import StoreError
from serinus.tracestore.facts import facts_of
from serinus.tracestore.store import Arrival, Store
from serinus.tracestore.telemetry import Health, Telemetry
from serinus_xray import datagram
from serinus_xray.errors import XRayError
from serinus_xray.segment import Segment, decode

BATCH_SECONDS: Final = 1.0  # an append costs some 10 ms of CPU whatever its size, and whoever reads settles first
BATCH_DOCUMENTS: Final = 5000
SEARCHED: Final = 1000  # from here on it is cheaper to write than to look whether that is needed
HOUSEKEEPING_SECONDS: Final = 10.0
WANTED_BUFFER: Final = 8 * 1024 * 1024
SMALL_BUFFER: Final = 1024 * 1024
LAST_DATAGRAMS: Final = 50_000  # at the end: what the system still holds, but not a flood that never ends
_BIGGEST_DATAGRAM: Final = 65_536
_STOP_CHECK: Final = struct.pack("ll", 0, 250_000)
_log = logging.getLogger(__name__)


class Limits(Struct, frozen=True):
    """The queue holds at most so many documents and bytes; the store keeps so many seconds and so many bytes."""

    queued_documents: int = 100_000
    queued_bytes: int = 64 * 1024 * 1024
    retention: float = 7 * 86_400.0
    max_weight: int = 1024 * 1024 * 1024


class Ingest:
    """Queue and batching writer. `clock` gives epoch seconds; `drop_every` loses each n-th document, for tests."""

    def __init__(self, store: Store, clock: Callable[[], float], limits: Limits, drop_every: int = 0) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._drop_every = drop_every
        self._queue: deque[bytes | Arrival] = deque()
        self._bytes_in = self._bytes_out = self._dropped = 0
        self._offered = self._written = 0
        self._writing = threading.Lock()
        self._offering = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._kept_house = clock()
        self._telemetry = Telemetry()
        self._writer = threading.Thread(target=self._write, name="trace-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._writer.start()

    def offer_datagram(self, data: bytes) -> None:
        """Queue what came by UDP, undecoded."""
        self._offer(data, len(data))

    def offer(self, segment: Segment, document: bytes) -> None:
        """Queue a decoded document."""
        self._offer(Arrival(facts_of(segment), document), len(document))

    def reject(self, error: XRayError, door: str) -> None:
        """Count a document refused at a door other than UDP."""
        with self._writing:
            self._telemetry.received += 1
            self._telemetry.reject(error, door, self._clock())

    def settle(self) -> None:
        """When this returns, everything offered before can be read; what came since is left to the next."""
        wanted = self._offered
        with self._writing:
            while self._written < wanted:
                self._write_batch()

    def settle_those(self, trace_ids: Iterable[str]) -> None:
        """As `settle`, for these traces alone: nothing is written while no document that waits mentions one of them."""
        with self._writing:  # what is being written is in the queue no more
            queued = self._queue.copy()
        if len(queued) <= SEARCHED:
            waiting = b"\n".join([one if isinstance(one, bytes) else one.document for one in queued])
            if not any(trace_id.encode() in waiting for trace_id in trace_ids):
                return
        self.settle()

    def health(self, receive_buffer: int) -> Health:
        """What came in so far."""
        return self._telemetry.health(dropped=self._dropped, queued=len(self._queue), receive_buffer=receive_buffer)

    def close(self) -> None:
        """Write what is queued and end the writer."""
        self._closing = True
        self._wake.set()
        if self._writer.is_alive():
            self._writer.join()
        self.settle()

    def _offer(self, item: bytes | Arrival, size: int) -> None:
        with self._offering:
            queued_bytes = self._bytes_in - self._bytes_out
            if len(self._queue) >= self._limits.queued_documents or queued_bytes + size > self._limits.queued_bytes:
                self._dropped += 1
                return
            self._bytes_in += size
            self._queue.append(item)
            self._offered += 1
        if len(self._queue) >= BATCH_DOCUMENTS:
            self._wake.set()

    def _write(self) -> None:
        while not self._closing:
            self._wake.wait(BATCH_SECONDS)
            self._wake.clear()
            self.settle()
            self._keep_house()

    def _write_batch(self) -> None:
        items = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH_DOCUMENTS))]
        self._written += len(items)
        now = self._clock()
        arrivals = [arrival for item in items if (arrival := self._arrival(item, now)) is not None]
        try:
            self._store.append(arrivals, now)
            self._telemetry.stored += len(arrivals)
        except StoreError:
            self._telemetry.lost += len(arrivals)
            _log.exception("lost %d documents", len(arrivals))

    def _arrival(self, item: bytes | Arrival, now: float) -> Arrival | None:
        self._telemetry.received += 1
        self._bytes_out += len(item) if isinstance(item, bytes) else len(item.document)
        if self._drop_every and self._telemetry.received % self._drop_every == 0:
            return None
        if isinstance(item, Arrival):
            return item
        try:
            document = datagram.unpack(item)
            return Arrival(facts_of(decode(document)), document)
        except XRayError as error:
            self._telemetry.reject(error, "udp", now)
            return None

    def _keep_house(self) -> None:
        now = self._clock()
        if now - self._kept_house < HOUSEKEEPING_SECONDS:
            return
        self._kept_house = now
        with self._writing:
            try:
                self._store.forget(now - self._limits.retention, self._limits.max_weight)
            except StoreError:
                _log.exception("cannot let go of old traces")


class Receiver:
    """The thread on the UDP socket. It takes over the socket and closes it."""

    def __init__(self, udp: socket.socket, take: Callable[[bytes], None]) -> None:
        self._socket = udp
        self._take = take
        self._closing = False
        self.buffer = _enlarge_buffer(udp)
        udp.setblocking(True)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _STOP_CHECK)
        self._thread = threading.Thread(target=self._receive, name="trace-receiver", daemon=True)

    def start(self) -> None:
        """Begin to receive."""
        self._thread.start()

    def close(self) -> None:
        """Take what the system still holds for us, then end."""
        self._closing = True
        self._thread.join()
        self._socket.close()

    def _receive(self) -> None:
        receive, take = self._socket.recv, self._take
        while not self._closing:
            with suppress(BlockingIOError):
                take(receive(_BIGGEST_DATAGRAM))
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            for _ in range(LAST_DATAGRAMS):
                take(receive(_BIGGEST_DATAGRAM))


def _enlarge_buffer(udp: socket.socket) -> int:
    """The bytes granted. A burst that does not fit is lost in the kernel, where nobody counts it."""
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER)
    granted = udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    if granted < SMALL_BUFFER:
        _log.warning("the UDP receive buffer is only %d bytes; raise net.core.rmem_max so that bursts fit", granted)
    return granted
