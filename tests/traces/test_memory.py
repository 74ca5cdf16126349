"""The memory forgets what can no longer matter and nothing else."""

from __future__ import annotations

from serinus.judge.observation import Observation, Outcome, Variant
from serinus.release.target import Target
from serinus.traces.memory import Memory, Read

TARGET = Target("v1", "v2", 0.0, delay=10.0, tick=5.0)


def read(at: float, revision: int | None = 1) -> Read:
    return Read(at, revision, (Observation(at, Variant.CANARY, "GET /", Outcome.OK, 0.1, f"t{at}"),))


def test_a_trace_is_known_at_its_revision_only() -> None:
    memory = Memory()
    memory.keep("a", read(1.0))
    memory.keep("b", read(1.0, None))
    assert memory.knows("a", 1)
    assert not memory.knows("a", 2)
    assert not memory.knows("b", None)
    assert not memory.knows("c", 1)


def test_requests_before_the_oldest_open_block_are_forgotten_once_listed_no_more() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0)
    for at in (1.0, 5.0, 30.0):
        memory.keep(str(at), read(at))
    memory.listed(100.0)
    assert [one.at for one in memory.observations(20.0)] == [30.0]
    assert not memory.knows("1.0", 1)


def test_a_trace_that_will_be_listed_again_is_kept() -> None:
    memory = Memory()
    memory.unlisted_from(TARGET, 0.0)
    memory.keep("a", read(19.0))
    memory.listed(25.0)
    assert [one.at for one in memory.observations(24.0)] == [19.0]


def test_an_earlier_beginning_is_listed_from_there() -> None:
    memory = Memory()
    assert memory.unlisted_from(TARGET, 50.0) == 45.0
    memory.listed(100.0)
    memory.observations(50.0)
    assert memory.unlisted_from(TARGET, 60.0) == 85.0
    assert memory.unlisted_from(TARGET, 40.0) == 35.0
