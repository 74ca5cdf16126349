"""Log lines are JSON, carry the trace, and hold no secret."""

from __future__ import annotations

import json
import logging

import pytest
from opentelemetry.sdk.trace import TracerProvider

from omnitech_chassis import logs


@pytest.mark.usefixtures("logging_as_before")
def test_both_kinds_of_logger_write_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "notification")

    logs.log("relay").info("mail handed over", attempts=1)
    logging.getLogger("uvicorn.error").warning("port %d", 80)

    ours, theirs = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert {
        "service": "notification",
        "logger": "relay",
        "event": "mail handed over",
        "attempts": 1,
    }.items() <= ours.items()
    assert {"service": "notification", "logger": "uvicorn.error", "event": "port 80"}.items() <= theirs.items()


@pytest.mark.usefixtures("logging_as_before")
def test_the_level_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error", "notification")

    logs.log("relay").info("unheard")

    assert capsys.readouterr().out == ""


def test_a_line_inside_a_span_names_the_trace_as_x_ray_does() -> None:
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("request") as span:
        event = logs.add_trace_id(None, "info", {})

    hexadecimal = f"{span.get_span_context().trace_id:032x}"
    assert event == {"trace_id": f"1-{hexadecimal[:8]}-{hexadecimal[8:]}"}
    assert logs.add_trace_id(None, "info", {}) == {}


def test_secrets_are_hidden_by_name() -> None:
    event = {"Password": "x", "authorization": "y", "path": "/z"}

    assert logs.hide_secrets(None, "info", event) == {"Password": "[hidden]", "authorization": "[hidden]", "path": "/z"}
