"""A creation looks before it hashes, and its letter remembers the trace it was made in."""

from __future__ import annotations

from tests.services.serving import recording
from user_management.accounts import letter
from user_management.users import User

ANN = User("ann", "ann@example.com", "ROLE_USER", True, "Ann", "Lee")


def test_a_letter_is_due_at_once_and_belongs_to_its_request() -> None:
    with recording()[0].get_tracer("test").start_as_current_span("request") as span:
        written = letter(ANN, 5.0)

    assert (written.created_at, written.due_at, written.attempts) == (5.0, 5.0, 0)
    assert f"Parent={span.get_span_context().span_id:016x}" in written.trace


def test_each_letter_has_a_key_of_its_own() -> None:
    assert letter(ANN, 5.0).id != letter(ANN, 5.0).id
