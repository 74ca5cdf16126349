"""Statements of an engine flow in, one CLIENT span each flows out, named and attributed by OpenTelemetry's conventions.

Parameters never reach a span. Transaction control and suppressed work (probes, the relay's polling) make no spans.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from opentelemetry import trace
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine

_PORT = 3306


def attributes(url: URL) -> dict[str, str | int]:
    """What is the same for every statement, from an engine's address. A SQLite file is named by its stem."""
    system = url.get_backend_name()
    if system == "sqlite":
        return {"db.system": system, "db.name": Path(url.database or "memory").stem}
    where: dict[str, str | int] = {"server.address": url.host or "localhost", "server.port": url.port or _PORT}
    return {"db.system": system, "db.name": url.database or "", "db.user": url.username or "", **where}


def trace_engine(engine: AsyncEngine, provider: trace.TracerProvider) -> None:
    """Listen to `engine`; the open span travels in the statement's own execution context."""
    tracer = provider.get_tracer("omnitech_chassis.sql_spans")
    fixed = attributes(engine.url)

    def before(_conn: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if context is not None and is_instrumentation_enabled():
            context.statement_span = _begin(tracer, fixed, statement)

    def after(_conn: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        _end(context, None)

    def failed(error: Any) -> None:
        _end(error.execution_context, error.original_exception)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    event.listen(engine.sync_engine, "handle_error", failed)


def _begin(tracer: Tracer, fixed: dict[str, str | int], statement: str) -> Span:
    verb = statement.split(maxsplit=1)[0].upper()
    words = {"db.statement": statement, "db.operation": verb}
    return tracer.start_span(f"{verb} {fixed['db.name']}", kind=SpanKind.CLIENT, attributes={**fixed, **words})


def _end(context: Any, failure: BaseException | None) -> None:
    span: Span | None = getattr(context, "statement_span", None)
    if span is None:
        return
    context.statement_span = None
    if failure is not None:
        span.record_exception(failure)
        span.set_status(Status(StatusCode.ERROR, type(failure).__name__))
    span.end()
