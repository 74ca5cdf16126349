"""EDGE: finished spans leave for the X-Ray daemon's UDP port.
Spans of the OpenTelemetry SDK go in; one datagram per segment document goes out, or is counted as dropped.
"""

import math
import os
import socket
import time
from collections.abc import Callable, Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from serinus_xray import datagram, environment
from serinus_xray.errors import XRayError
from serinus_xray.otel import NOTHING_MORE, segment_of
from serinus_xray.otel_annotations import Indexing
from serinus_xray.shrink import Document, fitting

RESOLVED_FOR: Final = 60.0  # seconds an address is believed: pods behind a name come and go
RETRIED_AFTER: Final = 1.0


class XRayUdpSpanExporter(SpanExporter):
    """Never blocks on the network and never raises into the application; every document is counted once."""

    def __init__(
        self,
        address: str | None = None,
        tracing_name: str | None = None,
        indexing: Indexing = NOTHING_MORE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`address`: `host:port` or `tcp:host:port udp:host:port`, else AWS_XRAY_DAEMON_ADDRESS, else 127.0.0.1:2000.

        `tracing_name`: else AWS_XRAY_TRACING_NAME, else each span's `service.name`. Raises InvalidSetting.
        """
        self._address = environment.udp_address(address) if address else environment.daemon_address(os.environ)
        self._name = tracing_name or environment.tracing_name(os.environ)
        self._indexing, self._clock = indexing, clock
        self._socket: socket.socket | None = None
        self._resolved_at = -math.inf
        self.sent = self.shrunk = self.dropped = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        dropped = self.dropped
        for span in spans:
            self._export(span)
        return SpanExportResult.SUCCESS if self.dropped == dropped else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - nothing is held back
        return True

    def _export(self, span: ReadableSpan) -> None:
        try:
            documents = [fitting(each, datagram.MAX_BODY) for each in segment_of(span, self._name, self._indexing)]
        except (
            XRayError,
            ValueError,
            TypeError,
            OverflowError,
        ):  # attributes that are no JSON
            self.dropped += 1
            return
        for document in documents:
            self._send(document)

    def _send(self, document: Document | None) -> None:
        if document is None or not self._sent(datagram.pack(document.body)):
            self.dropped += 1
            return
        self.sent += 1
        self.shrunk += document.shrunk

    def _sent(self, packet: bytes) -> bool:
        try:
            self._open().send(packet)
        except ConnectionRefusedError:  # the answer to the datagram before, which nobody took
            self.sent, self.dropped = self.sent - 1, self.dropped + 1
            return self._sent_again(packet)
        except OSError:  # unknown host, full buffer
            return False
        return True

    def _sent_again(self, packet: bytes) -> bool:
        try:
            self._open().send(packet)
        except OSError:
            return False
        return True

    def _open(self) -> socket.socket:
        now = self._clock()
        if now - self._resolved_at > (RETRIED_AFTER if self._socket is None else RESOLVED_FOR):
            self.shutdown()
            self._resolved_at = now
            self._socket = _connect(self._address)
        if self._socket is None:
            raise ConnectionError(f"{self._address.host} could not be resolved")
        return self._socket


def _connect(address: environment.Address) -> socket.socket:
    family, kind, protocol, _, place = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
    connected = socket.socket(family, kind, protocol)
    try:
        connected.setblocking(False)
        connected.connect(place)
    except OSError:
        connected.close()
        raise
    return connected
