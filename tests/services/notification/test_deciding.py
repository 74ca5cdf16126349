"""A key's next step follows from what is known of it: at most one sender, no second mail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notification.deciding import InFlight, Known, OtherBody, Refused, Replay, Send, State, decide, key

NOW = 100.0


@pytest.mark.parametrize(
    ("known", "decision"),
    [
        (Known("f", State.ACCEPTED, 0.0), Replay()),
        (Known("f", State.REJECTED, 0.0, "554 no"), Refused("554 no")),
        (Known("f", State.SENDING, 130.0), InFlight(30.0)),
        (Known("f", State.SENDING, 100.0), Send()),
        (Known("f", State.FAILED, 100.0), Send()),
        (Known("other", State.ACCEPTED, 0.0), OtherBody()),
        (Known("other", State.SENDING, 130.0), OtherBody()),
    ],
)
def test_each_state_has_one_answer(known: Known, decision: object) -> None:
    assert decide(known, "f", NOW) == decision


@settings(deadline=None)
@given(st.sampled_from(State), st.floats(0, 1e9), st.floats(0, 1e9))
def test_only_what_nobody_holds_and_nobody_finished_is_sent(state: State, lease_until: float, now: float) -> None:
    decision = decide(Known("f", state, lease_until), "f", now)

    held = state is State.SENDING and lease_until > now
    finished = state in {State.ACCEPTED, State.REJECTED}
    assert isinstance(decision, Send) == (not held and not finished)


@pytest.mark.parametrize("header", ['"a-1"', "a-1"])
def test_a_key_is_read_quoted_or_bare(header: str) -> None:
    assert key(header) == "a-1"


@pytest.mark.parametrize("header", ["", '""', "a b", "a\nb", "x" * 65, '"', "ä", "a/b"])
def test_any_other_key_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 letters"):
        key(header)
