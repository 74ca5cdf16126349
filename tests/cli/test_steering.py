"""Against the controller's own decisions: what is asked is decided on at the next look."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from msgspec.structs import replace

from serinus.cli import steering
from serinus.cli.progress import Pods, Snapshot, Tally
from serinus.cli.source import Json, Standing, asked
from serinus.cli.steering import fitting, steer
from serinus.errors import NotNow, Unheard
from serinus.judge.verdict import Verdict
from serinus.release.run import Run
from serinus.release.verbs import unanswered
from serinus.release.world import Command, Verb
from tests.release.builders import FAIL, UNDECIDED, ObedientCluster, a_command, a_release, a_world

Happens = Callable[["Steered"], None]


class Steered:
    """A source whose controller makes a pass at each look, or at none. `at`: what happens at which look."""

    def __init__(self, phase: str, verdict: Verdict = UNDECIDED, *, controlled: bool = True, **spec: object) -> None:
        self.cluster = ObedientCluster(a_world(a_release(**spec)))
        self.cluster.until(phase, verdict)
        self.verdict, self.controlled, self.over = UNDECIDED, controlled, ""
        self.at: dict[int, Happens] = {}
        self._looks = count()

    def documents(self) -> tuple[Json, ...]:
        return ()

    def standing(self, name: str) -> Standing:
        if happens := self.at.get(next(self._looks)):
            happens(self)
        if self.controlled and self.cluster.world.command:
            self.cluster.step(self.verdict)
        world = self.cluster.world
        seen = Snapshot(world.release, world.status, world.run, Pods(), Pods(), Tally(), 0.0)
        return Standing(seen, {}, command=world.command)

    def runs(self, name: str) -> tuple[Run, ...]:
        return (self.cluster.world.run,)

    def ask(self, name: str, command: Command) -> None:
        self.cluster.world = replace(self.cluster.world, command=command)

    def person(self) -> str:
        return "bo"

    def ended(self) -> str:
        return self.over

    @property
    def wishes(self) -> list[tuple[str, str]]:
        return [(one.by, one.asked) for one in self.cluster.world.run.timeline if one.asked]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "LOOK_S", 0.0)


def told(found: Steered, verb: str, *, patience: float = 10.0, full: bool = False) -> list[str]:
    said: list[str] = []
    steer(found, "notification", asked(verb, "go", "bo", full=full), patience, said.append, count().__next__)
    return said


def test_it_waits_until_the_controller_has_answered() -> None:
    assert told(Steered("Analysing"), "pause") == [
        "pause of notification asked by bo: go",
        "answered: notification is Paused (Analysing) with 25 % on V2",
    ]


def test_the_record_is_written_before_the_status_and_no_answer_yet() -> None:
    found = Steered("Analysing")

    def half_written(it: Steered) -> None:
        status = it.cluster.world.status
        it.cluster.step(UNDECIDED)
        it.cluster.world = replace(it.cluster.world, status=status)
        it.controlled = False

    found.at = {2: half_written, 3: lambda it: setattr(it, "controlled", True)}

    assert told(found, "pause")[-1] == "answered: notification is Paused (Analysing) with 25 % on V2"


def test_whoever_need_not_know_does_not_wait() -> None:
    assert told(Steered("Analysing", controlled=False), "pause", patience=0) == [
        "pause of notification asked by bo: go"
    ]


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.RETRY])
@pytest.mark.parametrize(("phase", "verdict"), [("RolledBack", FAIL), ("Idle", UNDECIDED)])
def test_what_would_change_nothing_is_refused_and_not_asked(verb: Verb, phase: str, verdict: Verdict) -> None:
    found = Steered("Analysing") if phase == "RolledBack" else Steered("Scaling")
    if phase == "RolledBack":
        found.cluster.until(phase, verdict)
    else:
        found.cluster.world = replace(found.cluster.world, status=type(found.cluster.world.status)())

    with pytest.raises(NotNow, match=f"^{verb}: notification is {phase}: "):
        told(found, verb)

    assert found.cluster.world.command is None


def test_an_earlier_command_is_answered_first_and_every_reason_is_kept() -> None:
    found = Steered("Analysing")
    found.ask("notification", a_command(Verb.PAUSE))

    told(found, "abort")

    assert found.wishes == [("ana", "pause: because"), ("bo", "abort: go")]


def test_an_earlier_command_that_nobody_answers_is_not_unsaid() -> None:
    found = Steered("Analysing", controlled=False)
    found.ask("notification", a_command(Verb.ABORT))

    with pytest.raises(Unheard, match=r"the abort that ana asked \(because\) is not answered yet; resume is not asked"):
        told(found, "resume")

    assert found.cluster.world.command == a_command(Verb.ABORT)


def test_an_abort_takes_the_place_of_what_nobody_answers_and_says_so() -> None:
    found = Steered("Analysing", controlled=False)
    found.ask("notification", a_command(Verb.PAUSE))

    said = told(found, "abort", patience=0)

    assert said[0] == "the pause that ana asked (because) is not answered yet; abort takes its place"
    standing = found.standing("notification")
    assert unanswered(standing.command, standing.seen.status) == found.cluster.world.command


def test_without_an_answer_in_time_what_was_asked_stands() -> None:
    found = Steered("Analysing", controlled=False)

    with pytest.raises(Unheard, match="pause is not answered yet; it stands, and counts when the controller sees it"):
        told(found, "pause")

    assert found.cluster.world.command is not None


def test_what_somebody_else_has_put_in_its_place_is_named() -> None:
    found = Steered("Analysing", controlled=False)
    found.at[2] = lambda it: it.ask("notification", a_command(Verb.ABORT))

    with pytest.raises(Unheard, match="pause was not answered: the abort that ana asked took its place"):
        told(found, "pause")


def test_what_came_too_late_to_change_anything_is_told() -> None:
    found = Steered("Analysing")
    found.at[2] = lambda it: setattr(it, "verdict", FAIL)

    with pytest.raises(NotNow, match="pause: notification was Restoring by then; it changed nothing"):
        told(found, "pause")

    assert found.wishes == []


@pytest.mark.parametrize("full", [False, True])
def test_whose_pause_a_promotion_lifts_is_said(full: bool) -> None:
    found = Steered("Analysing")
    found.cluster.step(UNDECIDED, command=a_command(Verb.PAUSE))

    said = told(found, "promote", full=full)

    assert said[-1].endswith("on V2; the pause of ana (because) is lifted")


def test_of_a_demo_that_has_ended_nothing_is_asked() -> None:
    found = Steered("Analysing")
    found.over = "this demo has ended"

    with pytest.raises(NotNow, match="pause: this demo has ended: nobody would hear it"):
        told(found, "pause")


def test_a_retried_version_is_answered_for_in_its_new_run() -> None:
    found = Steered("Analysing")
    found.cluster.until("RolledBack", FAIL)

    assert told(found, "retry")[-1] == "answered: notification is Scaling with 25 % on V2"


def test_where_it_fits_the_release_is_told_as_it_stands() -> None:
    assert fitting(Steered("Analysing"), "notification", Verb.ABORT).seen.status.phase == "Analysing"
