"""X-Amzn-Trace-Id for OpenTelemetry.
A carrier's header goes in and a context comes out, or the other way round; ids get X-Ray's time prefix.
What cannot be read is as good as absent: a request is never refused for its header.
"""

import random
import time
from collections.abc import Callable

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import (
    CarrierT,
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)
from opentelemetry.sdk.trace.id_generator import IdGenerator

from serinus_xray import header, ids
from serinus_xray.errors import MalformedHeader
from serinus_xray.sampler import UNDECIDED
from serinus_xray.span import no_parent


class XRayPropagator(TextMapPropagator):
    """Takes `Root` without `Parent`, as an ALB sends it; ignores `Self`; leaves an open `Sampled` to `sampler`."""

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        context = Context() if context is None else context
        values = getter.get(carrier, header.NAME) or getter.get(carrier, header.NAME.lower())
        received = _received(values[0]) if values else None
        span_context = None if received is None else span_context_of(received)
        if received is None or span_context is None:
            return context
        marked = contexts.set_value(UNDECIDED, received.sampled is None, context)
        return trace.set_span_in_context(trace.NonRecordingSpan(span_context), marked)

    def inject(
        self, carrier: CarrierT, context: Context | None = None, setter: Setter[CarrierT] = default_setter
    ) -> None:
        span_context = trace.get_current_span(context).get_span_context()
        if span_context.is_valid:
            setter.set(carrier, header.NAME, header_of(span_context))

    @property
    def fields(self) -> set[str]:
        return {header.NAME}


class XRayIdGenerator(IdGenerator):
    """Trace ids begin with the time of their birth, which X-Ray's own search relies on."""

    def __init__(self, clock: Callable[[], float] = time.time, bits: Callable[[int], int] = random.getrandbits) -> None:
        self._clock, self._bits = clock, bits

    def generate_span_id(self) -> int:
        return self._bits(64) or 1

    def generate_trace_id(self) -> int:
        return int(ids.to_w3c(ids.new_trace_id(self._clock(), self._bits(96) or 1)), 16)


def span_context_of(received: header.TraceHeader) -> trace.SpanContext | None:
    """None if the header names no trace. What is left open counts as sampled until `sampler` decides."""
    if received.root is None:
        return None
    trace_id = int(ids.to_w3c(received.root), 16)
    span_id = int(received.parent, 16) if received.parent else no_parent(trace_id)
    flags = trace.TraceFlags.DEFAULT if received.sampled is False else trace.TraceFlags.SAMPLED
    found = trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=trace.TraceFlags(flags))
    return found if found.is_valid else None


def _received(text: str) -> header.TraceHeader | None:
    try:
        return header.parse(text)
    except MalformedHeader:
        return None


def header_of(span_context: trace.SpanContext) -> str:
    return header.format(
        header.TraceHeader(
            root=ids.from_w3c(f"{span_context.trace_id:032x}"),
            parent=ids.new_segment_id(span_context.span_id),
            sampled=span_context.trace_flags.sampled,
        )
    )
