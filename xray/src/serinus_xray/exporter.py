"""EDGE: finished spans leave for the X-Ray daemon's UDP port.
Spans of the OpenTelemetry SDK go in; one datagram per segment document goes out, or is counted as dropped.
"""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from serinus_xray.otel import NOTHING_MORE, Indexing


class XRayUdpSpanExporter(SpanExporter):
    """Never blocks and never raises into the application; `sent` and `dropped` count documents."""

    sent: int
    dropped: int
    shrunk: int

    def __init__(
        self,
        address: str | None = None,
        tracing_name: str | None = None,
        indexing: Indexing = NOTHING_MORE,
    ) -> None:
        """`address`: `host:port` or `tcp:host:port udp:host:port`, else AWS_XRAY_DAEMON_ADDRESS, else 127.0.0.1:2000.

        `tracing_name`: else AWS_XRAY_TRACING_NAME, else each span's `service.name`.
        """
        raise NotImplementedError

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise NotImplementedError
