from __future__ import annotations

from pathlib import Path

import pytest

from serinus.cli.source import Laptop, asked
from serinus.errors import InvalidInput
from serinus.local.state import State
from tests.release.builders import a_release


def a_laptop(directory: Path) -> Laptop:
    State(directory).write_release(a_release())
    return Laptop(directory)


def test_releases_are_listed_and_read(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)

    assert laptop.names() == ("notification",)
    assert laptop.seen("notification").status.phase == "Idle"


def test_a_command_is_written_where_the_controller_looks(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)

    laptop.ask("notification", asked("pause", "look first"))

    command = State(tmp_path).command("notification")
    assert command is not None
    assert (command.verb, command.reason) == ("pause", "look first")
    assert command.by


def test_an_unknown_release_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"NAME: must be one of notification, got 'other'"):
        a_laptop(tmp_path).ask("other", asked("pause", "why"))


def test_a_command_needs_a_reason() -> None:
    with pytest.raises(InvalidInput, match="--reason"):
        asked("abort", "  ")
