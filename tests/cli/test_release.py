from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from serinus.local.state import State
from tests.release.builders import a_release


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path)
    made.write_release(a_release())
    return made


def serinus(state: State, *words: str, typed: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """With a terminal on standard input where something is typed."""
    command = [sys.executable, "-m", "serinus.cli.main", *words, "--state", str(state.directory)]
    if typed is None:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        return subprocess.run(command, capture_output=True, stdin=theirs, timeout=60, check=False)
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("verb", ["promote", "pause", "resume", "abort", "retry"])
def test_what_a_person_asks_is_written_with_name_and_reason(state: State, verb: str) -> None:
    done = serinus(state, verb, "notification", "--reason", "because")

    command = state.command("notification")
    assert done.returncode == 0
    assert command is not None
    assert (command.verb, command.reason) == (verb, "because")
    assert done.stdout == b""
    assert f"{verb} of notification asked by {command.by}: because" in done.stderr.decode()


@pytest.mark.parametrize("verb", ["promote", "abort"])
def test_without_a_reason_nothing_is_asked(state: State, verb: str) -> None:
    assert serinus(state, verb, "notification").returncode == 2
    assert serinus(state, verb, "notification", "--reason", " ").returncode == 2
    assert state.command("notification") is None


def test_on_a_terminal_abort_asks_first(state: State) -> None:
    refused = serinus(state, "abort", "notification", "--reason", "enough", typed="n\n")

    assert refused.returncode == 1
    assert b"notification is Idle with 0 % on the canary. Take all traffic off it?" in refused.stderr
    assert b"nothing was asked" in refused.stderr
    assert state.command("notification") is None

    assert serinus(state, "abort", "notification", "--reason", "enough", typed="y\n").returncode == 0
    assert state.command("notification") is not None


def test_yes_answers_beforehand(state: State) -> None:
    assert serinus(state, "abort", "notification", "--yes", "--reason", "enough", typed="").returncode == 0
    assert state.command("notification") is not None
