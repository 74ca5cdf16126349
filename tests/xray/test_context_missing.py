"""A span outside of any segment is an error, a line in the log or nothing."""

import logging

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from serinus_xray.context_missing import ContextMissing
from serinus_xray.environment import Strategy
from serinus_xray.errors import MissingContext


def provider(processor: ContextMissing) -> TracerProvider:
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(processor)
    return made


@pytest.mark.parametrize("kind", [SpanKind.CLIENT, SpanKind.INTERNAL, SpanKind.PRODUCER])
def test_runtime_error_raises_and_names_the_span(kind: SpanKind) -> None:
    tracer = provider(ContextMissing(Strategy.RUNTIME_ERROR)).get_tracer("t")
    with pytest.raises(MissingContext, match="'lost'"):
        tracer.start_span("lost", kind=kind)


def test_what_begins_or_continues_a_segment_is_never_an_error() -> None:
    tracer = provider(ContextMissing(Strategy.RUNTIME_ERROR)).get_tracer("t")
    with tracer.start_as_current_span("served", kind=SpanKind.SERVER), tracer.start_as_current_span("below"):
        pass
    tracer.start_span("taken up", kind=SpanKind.CONSUMER).end()
    tracer.start_span("job", attributes={"aws.span.kind": "LOCAL_ROOT"}).end()


def test_log_error_logs_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    times = iter([0.0, 30.0, 61.0])
    processor = ContextMissing(Strategy.LOG_ERROR, clock=lambda: next(times))
    tracer = provider(processor).get_tracer("t")
    with caplog.at_level(logging.ERROR):
        for number in range(3):
            tracer.start_span(f"lost {number}").end()
    assert [("lost 0" in line, "lost 2" in line) for line in caplog.messages] == [(True, False), (False, True)]
    assert processor.missing == 3


def test_ignore_error_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    processor = ContextMissing(Strategy.IGNORE_ERROR)
    provider(processor).get_tracer("t").start_span("lost").end()
    assert (caplog.messages, processor.missing) == ([], 1)
