"""What a span says went wrong.
A span goes in; the flags error, throttle, fault and the cause of its segment come out.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter, cause.go: the HTTP status before the span's own.
"""

from typing import NamedTuple

from serinus_xray import stacktrace
from serinus_xray.attributes import text, whole
from serinus_xray.otel_http import STATUS
from serinus_xray.segment import Cause, ExceptionInfo
from serinus_xray.span import SpanData, SpanEvent


class Flags(NamedTuple):
    error: bool
    throttle: bool
    fault: bool


def flags_of(span: SpanData) -> Flags:
    code = whole(span.attributes, *STATUS)
    if code is None or not 400 <= code <= 599:
        return Flags(error=False, throttle=False, fault=span.status == "ERROR")
    return Flags(error=code < 500, throttle=code == 429, fault=code >= 500)


def cause_of(span: SpanData) -> Cause | None:
    """Exceptions recorded as events, else the message of a status ERROR."""
    thrown = [event for event in span.events if event.name == "exception"]
    if thrown:
        return Cause(
            exceptions=tuple(info for number, event in enumerate(thrown) for info in _read(span, event, number))
        )
    if span.status == "ERROR" and span.status_message:
        return Cause(exceptions=(_said(span),))
    return None


def _read(span: SpanData, event: SpanEvent, number: int) -> tuple[ExceptionInfo, ...]:
    return stacktrace.exceptions(
        text(event.attributes, "exception.type") or "",
        text(event.attributes, "exception.message") or "",
        text(event.attributes, "exception.stacktrace") or "",
        language=text(span.resource, "telemetry.sdk.language") or "",
        remote=span.kind in {"CLIENT", "PRODUCER"},
        seed=f"{span.span_id}:{number}",
    )


def _said(span: SpanData) -> ExceptionInfo:
    (info,) = stacktrace.exceptions("", span.status_message, "", language="", remote=False, seed=span.span_id)
    return info
