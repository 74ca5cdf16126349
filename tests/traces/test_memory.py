"""The memory forgets what can no longer matter and nothing else."""

from __future__ import annotations

from serinus.judge.observation import Observation, Outcome, Variant
from serinus.release.target import Target
from serinus.traces.memory import TRIES, Memory

TARGET = Target("v1", "v2", 0.0, delay=10.0, tick=5.0)


def read(memory: Memory, trace_id: str, at: float, revision: int | None = 1) -> None:
    """Listed, then read."""
    memory.want(trace_id, at, revision)
    memory.keep(trace_id, (Observation(at, Variant.CANARY, "GET /", Outcome.OK, 0.1, f"t{at}"),))


def test_a_trace_is_wanted_again_at_another_revision_only() -> None:
    memory = Memory()
    read(memory, "a", 1.0)
    read(memory, "b", 2.0, None)
    for trace_id, revision in (("a", 1), ("b", None), ("c", 1)):
        memory.want(trace_id, 3.0, revision)
    assert memory.wanted() == ["b", "c"]
    memory.want("a", 1.0, 2)
    assert memory.wanted() == ["a", "b", "c"]


def test_what_is_complete_ends_at_the_oldest_unread_trace() -> None:
    memory = Memory()
    assert memory.complete_to(50.0) == 50.0
    for at in (30.0, 10.0, 20.0):
        memory.want(str(at), at, 1)
    assert (memory.wanted(), memory.complete_to(50.0)) == (["10.0", "20.0", "30.0"], 10.0)
    memory.keep("10.0", ())
    assert (memory.unread, memory.complete_to(50.0)) == (2, 20.0)


def test_what_answers_leave_out_is_waited_for_until_the_third_time_also_when_listed_again() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0, 200.0)
    seen = []
    for _ in range(5):
        memory.want("a", 10.0, 1)
        waits = memory.complete_to(50.0) == 10.0
        seen.append((waits, memory.missed(("a",)), memory.complete_to(50.0)))
    assert seen == [(True, 0, 10.0), (True, 0, 10.0), (True, 1, 50.0), (True, 0, 50.0), (True, 0, 50.0)]
    memory.want("a", 10.0, 1)
    memory.keep("a", ())
    memory.want("a", 10.0, 2)
    assert (memory.missed(("a",)), memory.wanted()) == (0, ["a"])


def test_what_was_given_up_is_forgotten_with_its_time() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0, 200.0)
    memory.want("a", 10.0, 1)
    for _ in range(TRIES):
        memory.missed(("a",))
    memory.listed(100.0, now=200.0)
    memory.observations(50.0)
    assert memory._missed == {}


def test_requests_before_the_oldest_open_block_are_forgotten_once_listed_no_more() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0, 200.0)
    for at in (1.0, 5.0, 30.0):
        read(memory, str(at), at)
    memory.listed(100.0, now=100.0)
    assert [one.at for one in memory.observations(20.0)] == [30.0]
    memory.want("1.0", 1.0, 1)
    assert memory.wanted() == ["1.0"]


def test_a_trace_that_will_be_listed_again_is_kept() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0, 200.0)
    read(memory, "a", 19.0)
    memory.listed(25.0, now=25.0)
    assert [one.at for one in memory.observations(24.0)] == [19.0]


def test_an_earlier_beginning_is_listed_from_there() -> None:
    memory = Memory()
    assert memory.unlisted_from(TARGET, 50.0, 200.0) == 45.0
    memory.listed(100.0, now=100.0)
    memory.observations(50.0)
    assert memory.unlisted_from(TARGET, 60.0, 200.0) == 85.0
    assert memory.unlisted_from(TARGET, 40.0, 200.0) == 35.0


def test_what_was_listed_long_after_it_happened_is_not_listed_again() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0, 200.0)
    memory.listed(30.0, now=100.0)
    assert memory.unlisted_from(TARGET, 0.0, 200.0) == 30.0


def test_what_was_listed_by_a_clock_that_is_set_right_since_is_listed_again() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 50.0, now=3700.0)
    memory.listed(3700.0, now=3700.0)
    assert memory.unlisted_from(TARGET, 50.0, now=101.0) == 45.0
