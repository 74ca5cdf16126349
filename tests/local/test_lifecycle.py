"""A replica's life, step by step: started, ready, out of the router, told to stop, killed; crashed, started again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from serinus.local.lifecycle import (
    Answer,
    Deed,
    Life,
    Replica,
    Sight,
    advance,
    endpoints,
    fit,
    look,
    pause,
    report,
)
from serinus.local.objects import DeploymentStatus, ReplicaStatus

READY = Replica(0, Life.READY, since=10.0, due=10.0, port=20001, pid=7)
STARTING = replace(READY, life=Life.STARTING)
replicas = st.lists(st.sampled_from(Life), max_size=6).map(
    lambda lives: tuple(
        Replica(slot, life, 0.0, 0.0, 20000 + slot, None if life is Life.WAITING else slot + 1)
        for slot, life in enumerate(lives)
    )
)


def test_the_pause_before_a_restart_doubles_from_a_tenth_of_a_second_up_to_five() -> None:
    assert [pause(crashes) for crashes in range(1, 9)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_starting_replica_is_ready_at_the_first_good_answer() -> None:
    assert look(STARTING, Sight(), 11.0) == STARTING
    assert look(STARTING, Sight(answer=Answer.SILENT), 11.0) == STARTING
    assert look(STARTING, Sight(answer=Answer.NO), 11.0) == replace(STARTING, message="says that it is not ready")
    assert look(STARTING, Sight(answer=Answer.YES), 11.0) == replace(READY, since=11.0)


@pytest.mark.parametrize(
    ("sight", "message"),
    [
        (Sight(answer=Answer.SILENT), "does not answer its probe"),
        (Sight(answer=Answer.NO), "says that it is not ready"),
        (Sight(answer=Answer.NO, said="no database"), "says that it is not ready: no database"),
    ],
)
def test_a_ready_replica_may_miss_two_probes_but_not_three(sight: Sight, message: str) -> None:
    seen: Replica | None = READY
    for _ in range(2):
        assert seen
        seen = look(seen, sight, 11.0)
    assert seen
    assert seen.life is Life.READY
    gone = look(seen, sight, 12.0)
    assert gone
    assert (gone.life, gone.message) == (Life.STARTING, message)
    again = look(seen, Sight(answer=Answer.YES), 12.0)
    assert again
    assert again.misses == 0


def test_crashes_in_a_row_lengthen_the_pause_and_a_steady_time_forgives_them() -> None:
    young = look(replace(READY, crashes=3, restarts=3), Sight("exited with code 1"), 11.0)
    old = look(replace(READY, crashes=3, restarts=3), Sight("exited with code 1"), 30.0)
    assert young == Replica(0, Life.WAITING, 11.0, 11.8, restarts=4, crashes=4, message="exited with code 1")
    assert old
    assert (old.crashes, old.due, old.restarts) == (1, 30.1, 4)


def test_a_replica_that_ends_on_request_is_gone() -> None:
    for life in (Life.LEAVING, Life.STOPPING):
        assert look(replace(READY, life=life), Sight("exited with code 0"), 11.0) is None


def test_a_leaving_replica_is_told_to_stop_only_after_the_router_let_go_and_a_quiet_while() -> None:
    (leaving,) = fit((READY,), 0, 20.0)
    assert leaving.life is Life.LEAVING
    held, deed = advance(leaving, {20001}, 5.0, 25.0)
    assert (held.life, deed) == (Life.LEAVING, None)
    quiet, deed = advance(held, (), 5.0, 25.2)
    assert (quiet, deed) == (held, None)
    stopping, deed = advance(quiet, (), 5.0, 25.4)
    assert (stopping.life, deed, stopping.due) == (Life.STOPPING, Deed.TERMINATE, 30.4)
    assert advance(stopping, (), 5.0, 30.3) == (stopping, None)
    assert advance(stopping, (), 5.0, 30.5)[1] is Deed.KILL


def test_a_waiting_replica_starts_when_it_is_due() -> None:
    waiting = Replica(0, Life.WAITING, 1.0, 2.0)
    assert advance(waiting, (), 5.0, 1.9) == (waiting, None)
    started, deed = advance(waiting, (), 5.0, 2.0)
    assert (started.life, deed) == (Life.STARTING, Deed.START)


@settings(deadline=None)
@given(replicas, st.integers(0, 6))
def test_fitting_gives_the_wanted_number_distinct_slots_and_stops_no_process_by_itself(
    before: tuple[Replica, ...], wanted: int
) -> None:
    after = fit(before, wanted, 5.0)
    staying = [replica for replica in after if replica.life not in (Life.LEAVING, Life.STOPPING)]
    assert len(staying) == wanted
    assert len({replica.slot for replica in after}) == len(after)
    assert {r.pid for r in before if r.pid} == {r.pid for r in after if r.pid}
    assert set(fit(after, wanted, 6.0)) == set(after)


def test_only_ready_replicas_are_sent_to_and_the_report_shows_all() -> None:
    others = (replace(READY, slot=1, port=20002, life=Life.LEAVING, message="leaving"), READY)
    assert endpoints({"v1": others, "v2": ()}) == {"v1": (20001,), "v2": ()}
    assert report(others) == DeploymentStatus(
        (ReplicaStatus(20001, 7, True), ReplicaStatus(20002, 7, False, message="leaving"))
    )
