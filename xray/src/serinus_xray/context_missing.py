"""EDGE: what to do about spans that start outside of any segment.
Starting spans go in; an error is raised or logged, or nothing happens, as AWS_XRAY_CONTEXT_MISSING says.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import SpanKind

from serinus_xray.environment import Strategy
from serinus_xray.errors import MissingContext

SILENCE: Final = 60.0  # seconds between two lines in the log
_NEEDS_PARENT: Final = frozenset({SpanKind.CLIENT, SpanKind.INTERNAL, SpanKind.PRODUCER})
_LOG: Final = logging.getLogger(__name__)


class ContextMissing(SpanProcessor):
    """Servers and consumers begin segments, and so does a span with `aws.span.kind` LOCAL_ROOT; nobody else may."""

    def __init__(self, strategy: Strategy, clock: Callable[[], float] = time.monotonic) -> None:
        self._strategy, self._clock = strategy, clock
        self._logged: float | None = None
        self.missing = 0

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the span knows its parent
        if is_missing(span):
            self.missing += 1
            self._act(span.name)

    def _act(self, name: str) -> None:
        if self._strategy is Strategy.RUNTIME_ERROR:
            raise MissingContext(name)
        if self._strategy is Strategy.LOG_ERROR and self._may_log():
            _LOG.error("%s (%d so far)", MissingContext(name), self.missing)

    def _may_log(self) -> bool:
        now = self._clock()
        if self._logged is not None and now - self._logged < SILENCE:
            return False
        self._logged = now
        return True


def is_missing(span: ReadableSpan) -> bool:
    declared = (span.attributes or {}).get("aws.span.kind") == "LOCAL_ROOT"
    return span.parent is None and span.kind in _NEEDS_PARENT and not declared
