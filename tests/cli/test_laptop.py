from __future__ import annotations

from pathlib import Path

import pytest

from serinus.cli.laptop import Laptop
from serinus.cli.source import asked
from serinus.errors import InvalidInput
from serinus.local.objects import ProcessTemplate
from serinus.local.presence import running
from serinus.local.state import State
from serinus.release.run import Run
from serinus.release.status import Status
from tests.release.builders import V2, a_release


def a_laptop(directory: Path) -> Laptop:
    state = State(directory)
    state.write_release(a_release())
    state.write_template(ProcessTemplate(V2, ("python",), version="V2"))
    return Laptop(directory)


def test_releases_are_listed_and_read(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)

    assert [one["metadata"]["name"] for one in laptop.documents()] == ["notification"]
    standing = laptop.standing("notification")
    assert standing.seen.status.phase == "Idle"
    assert (standing.version, standing.images) == ("V2", ("V2",))


def test_a_command_is_written_where_the_controller_looks(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)

    laptop.ask("notification", asked("pause", "look first", laptop.person()))

    command = State(tmp_path).command("notification")
    assert command is not None
    assert (command.verb, command.reason) == ("pause", "look first")
    assert command.by
    assert laptop.standing("notification").command == command


def test_a_demo_has_ended_when_nobody_runs_it(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)

    with running(tmp_path):
        assert laptop.ended() == ""
    assert laptop.ended() == "this demo has ended"


def test_an_unknown_release_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"NAME: must be a release of this demo: notification, got 'other'"):
        a_laptop(tmp_path).ask("other", asked("pause", "why", "ana"))


def test_the_records_of_its_runs_are_read_newest_first(tmp_path: Path) -> None:
    laptop, state = a_laptop(tmp_path), State(tmp_path)
    state.write_status("notification", Status(run=3))
    for number in (1, 3):
        state.write_run("notification", Run(number=number))

    assert [run.number for run in laptop.runs("notification")] == [3, 1]
