"""Events flow in, one JSON object a line flows out on stdout, with the trace id of the request it belongs to.

Secrets are removed by name as a last line of defence; nothing should hand them over in the first place.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace

from serinus_xray import ids

_SECRET_KEYS = frozenset({"password", "token", "authorization", "secret"})


def log(name: str) -> Any:
    """A structlog logger; its events carry `logger: name`."""
    return structlog.get_logger().bind(logger=name)


def configure(level: str, service: str) -> None:
    """Send both structlog's and the standard library's records to stdout as JSON lines."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_shared(service), structlog.processors.JSONRenderer(sort_keys=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared(service)],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(sort_keys=False),
            ],
        )
    )
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    for noisy in ("httpx2", "httpcore2", "aiosqlite", "alembic.runtime.plugins"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _shared(service: str) -> list[Any]:
    def name_service(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        return {"service": service, **event}

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        add_trace_id,
        hide_secrets,
        structlog.processors.format_exc_info,
        name_service,
    ]


def add_trace_id(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Name the current trace in X-Ray's form, so that a line can be pasted into a search."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event.setdefault("trace_id", ids.from_w3c(f"{context.trace_id:032x}"))
    return event


def hide_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: "[hidden]" if key.lower() in _SECRET_KEYS else value for key, value in event.items()}
