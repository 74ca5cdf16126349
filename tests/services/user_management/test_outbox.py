"""What becomes of a letter follows from the answer, its age and its attempts, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from user_management.outbox import Again, Answer, Dead, Delivered, Letter, Patience, fate, pause_s, retry_after_s

PATIENCE = Patience(first_s=0.5, most_s=60.0, give_up_after_s=86400.0)
statuses = st.integers(0, 599).filter(lambda status: status == 0 or status >= 100)
rolls = st.floats(0, 1, exclude_max=True)


def letter(attempts: int = 1, created_at: float = 1000.0) -> Letter:
    return Letter("id", b"{}", "", created_at, created_at, attempts)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_an_accepted_letter_is_delivered(status: int) -> None:
    assert fate(letter(), Answer(status), PATIENCE, 1001.0, 0.5) == Delivered()


@pytest.mark.parametrize("status", [0, 408, 409, 425, 429, 500, 502, 503, 504])
def test_what_can_pass_is_tried_again(status: int) -> None:
    assert isinstance(fate(letter(), Answer(status), PATIENCE, 1001.0, 0.5), Again)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 413, 422])
def test_what_cannot_change_is_given_up_at_once_with_the_reason(status: int) -> None:
    assert fate(letter(), Answer(status, "no such user"), PATIENCE, 1001.0, 0.5) == Dead(f"{status}: no such user")


def test_at_its_maximum_age_a_letter_is_given_up_with_the_last_reason() -> None:
    dead = fate(letter(attempts=99), Answer(0, "no route"), PATIENCE, 1000.0 + 86400.0, 0.5)

    assert dead == Dead("gave up after 99 attempts: no answer: no route")


def test_a_pause_notification_asks_for_is_kept() -> None:
    assert fate(letter(), Answer(429, "", 10.0), PATIENCE, 1001.0, 0.9) == Again(1011.0, "429: ")


@settings(deadline=None)
@given(statuses, st.floats(0, 86399), st.integers(1, 10**6), rolls)
def test_before_its_maximum_age_no_letter_is_given_up_for_a_server_that_is_away(
    status: int, age: float, attempts: int, roll: float
) -> None:
    decided = fate(letter(attempts), Answer(status), PATIENCE, 1000.0 + age, roll)

    if status == 0 or status >= 500:
        assert isinstance(decided, Again)
        assert 0 <= decided.due_at - (1000.0 + age) <= 60.001


@settings(deadline=None)
@given(st.integers(1, 10**6), rolls)
def test_a_pause_is_within_the_exponential_bound(attempts: int, roll: float) -> None:
    assert 0 <= pause_s(attempts, PATIENCE, roll) <= min(60.0, 0.5 * 2.0 ** min(attempts - 1, 32))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("", 0), ("7", 7), ("99999999999999", 3600), ("-1", 0), ("Wed, 21 Oct", 0), ("²", 0)],
)
def test_retry_after_is_read_leniently(header: str | None, seconds: float) -> None:
    assert retry_after_s(header) == seconds
