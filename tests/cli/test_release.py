from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from serinus.local.presence import running
from serinus.local.state import State
from serinus.release.status import Phase, Status
from tests.release.builders import a_release

STANDS = {
    "promote": Status(phase=Phase.ANALYSING, run=1, weight=25, canary_version="V2"),
    "pause": Status(phase=Phase.ANALYSING, run=1, weight=25, canary_version="V2"),
    "resume": Status(phase=Phase.ANALYSING, run=1, weight=25, canary_version="V2", paused=True),
    "abort": Status(phase=Phase.ANALYSING, run=1, weight=25, canary_version="V2"),
    "retry": Status(phase=Phase.ROLLED_BACK, run=1, canary_version="V2"),
}
NOW = ("--reason", "because", "--timeout", "0s")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Of a demo that runs, and whose controller looks at nothing."""
    made = State(tmp_path)
    made.write_release(a_release())
    made.write_status("notification", STANDS["abort"])
    with running(tmp_path):
        yield made


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


@pytest.mark.parametrize("verb", list(STANDS))
def test_what_a_person_asks_is_written_with_name_and_reason(state: State, verb: str) -> None:
    state.write_status("notification", STANDS[verb])

    done = serinus(state, verb, "notification", *NOW)

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
    assert b"notification is Analysing with 25 % on V2. Take all traffic off it?" in refused.stderr
    assert b"nothing was asked" in refused.stderr
    assert state.command("notification") is None

    assert serinus(state, "abort", "notification", *NOW, typed="y\n").returncode == 0
    assert state.command("notification") is not None


def test_yes_answers_beforehand(state: State) -> None:
    assert serinus(state, "abort", "notification", "--yes", *NOW, typed="").returncode == 0
    assert state.command("notification") is not None


def test_what_would_change_nothing_is_refused_before_anybody_is_asked_to_confirm(state: State) -> None:
    state.write_status("notification", STANDS["retry"])

    refused = serinus(state, "abort", "notification", "--reason", "enough", typed="y\n")

    assert refused.returncode == 2
    assert refused.stderr == (
        b"serinus: abort: notification is RolledBack: the run is over; there is nothing to abort\n"
    )
    assert state.command("notification") is None


def test_a_demo_that_has_ended_is_not_steered_and_its_faults_stay(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.write_release(a_release())
    state.write_status("notification", STANDS["pause"])
    with running(tmp_path):
        pass

    for words in (("pause", "notification", *NOW), ("fault", "v2=fault:5%")):
        refused = serinus(state, *words)
        assert refused.returncode == 2
        assert f"serinus: {words[0]}: this demo has ended: nobody would hear it" in refused.stderr.decode()
    assert state.command("notification") is None
