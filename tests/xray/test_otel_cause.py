"""Flags follow the HTTP status before the span's own; causes come from exception events."""

import pytest

from serinus_xray.otel_cause import Flags, cause_of, flags_of
from serinus_xray.span import SpanEvent
from tests.xray.spans import PARENT, span


@pytest.mark.parametrize("key", ["http.response.status_code", "http.status_code"])
@pytest.mark.parametrize(
    ("code", "status", "flags"),
    [
        (200, "UNSET", (False, False, False)),
        (200, "ERROR", (False, False, True)),
        (302, "OK", (False, False, False)),
        (404, "ERROR", (True, False, False)),
        (429, "UNSET", (True, True, False)),
        (500, "UNSET", (False, False, True)),
        (503, "ERROR", (False, False, True)),
        (600, "UNSET", (False, False, False)),
        (None, "ERROR", (False, False, True)),
        (None, "UNSET", (False, False, False)),
    ],
)
def test_flags(key: str, code: int | None, status: str, flags: tuple[bool, bool, bool]) -> None:
    attributes = {} if code is None else {key: code}
    assert flags_of(span(attributes=attributes, status=status)) == Flags(*flags)


def exception(**attributes: str) -> SpanEvent:
    return SpanEvent("exception", 1.0, {f"exception.{key}": value for key, value in attributes.items()})


def test_each_exception_event_is_a_cause() -> None:
    events = (exception(type="KeyError", message="'a'"), SpanEvent("other", 1.0), exception(type="ValueError"))
    cause = cause_of(span("CLIENT", PARENT, events=events))
    assert cause is not None
    assert [(thrown.type, thrown.message, thrown.remote) for thrown in cause.exceptions] == [
        ("KeyError", "'a'", True),
        ("ValueError", "", True),
    ]
    assert len({thrown.id for thrown in cause.exceptions}) == 2


def test_without_events_the_status_speaks() -> None:
    cause = cause_of(span(status="ERROR", status_message="454 Throttling failure"))
    assert cause is not None
    assert [thrown.message for thrown in cause.exceptions] == ["454 Throttling failure"]
    assert cause_of(span(status="ERROR")) is None
    assert cause_of(span(status="OK", status_message="fine")) is None
