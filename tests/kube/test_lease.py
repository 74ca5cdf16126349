"""Who may act: two candidates and one Lease, on clocks that are moved by hand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.kube.kinds import Json
from serinus.kube.lease import DURATION_S, GIVE_UP_S, Sighted, free, given_up, sighted, taken


def test_a_lease_that_nobody_has_is_free() -> None:
    assert free(sighted(Sighted(), None, 0.0), "one", 0.0)
    lease = taken(None, "one", "serinus", 0.0)
    assert free(sighted(Sighted(), given_up(lease), 0.0), "two", 0.0)


def test_a_held_lease_is_free_only_after_no_change_was_seen_for_its_duration() -> None:
    lease = taken(None, "one", "serinus", 5_000.0)
    seen = sighted(Sighted(), lease, 100.0)
    assert not free(seen, "two", 100.0 + DURATION_S)
    assert free(seen, "two", 100.1 + DURATION_S)
    renewed = sighted(seen, taken(lease, "one", "serinus", 5_002.0), 110.0)
    assert not free(renewed, "two", 110.0 + DURATION_S)


def test_the_same_pod_takes_its_own_lease_back_at_once() -> None:
    assert free(sighted(Sighted(), taken(None, "one", "serinus", 0.0), 0.0), "one", 0.0)


def test_takeovers_are_counted_and_renewals_are_not() -> None:
    first = taken(None, "one", "serinus", 0.0)
    renewed = taken(first, "one", "serinus", 2.0)
    other = taken(renewed, "two", "serinus", 20.0)
    assert [each["spec"]["leaseTransitions"] for each in (first, renewed, other)] == [0, 0, 1]
    assert renewed["spec"]["acquireTime"] == first["spec"]["acquireTime"]


def test_a_leader_gives_up_well_before_another_may_begin() -> None:
    """A write that began before giving up may take as long as the API's timeout, 5 s."""
    assert GIVE_UP_S + 5.0 < DURATION_S


@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), st.floats(0.1, 5.0)), max_size=60), st.floats(-500, 500))
@settings(deadline=None)
def test_two_never_hold_it_whatever_their_clocks_say(tries: list[tuple[str, float]], skew: float) -> None:
    lease: Json | None = None
    seen = {"one": Sighted(), "two": Sighted()}
    renewed = {"one": -99.0, "two": -99.0}
    now = 0.0
    for me, pause in tries:
        now += pause
        seen[me] = sighted(seen[me], lease, now)
        if free(seen[me], me, now):
            lease = taken(lease, me, "serinus", now + (skew if me == "two" else 0.0))
            renewed[me] = now
        assert sum(now - at < GIVE_UP_S for at in renewed.values()) <= 1
