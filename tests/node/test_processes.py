"""Ids flow in; only the very process that was meant is ever signalled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node.errors import CommandFailed
from tests.node.processes import Process, alive, identify, kill, output, tail

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


def test_the_process_that_was_meant_is_killed(sleeper: subprocess.Popen[bytes]) -> None:
    known = identify(sleeper.pid)
    assert known is not None
    assert alive(known)
    kill(known)
    assert sleeper.wait() == -signal.SIGKILL
    assert not alive(known)


def test_one_that_got_its_id_later_is_not(sleeper: subprocess.Popen[bytes]) -> None:
    known = identify(sleeper.pid)
    assert known is not None
    earlier = Process(known.pid, known.started - 1)
    kill(earlier)
    assert alive(known)
    assert not alive(earlier)


def test_a_zombie_is_gone() -> None:
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert identify(process.pid) is None


def test_a_failed_command_shows_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"sh -c .*: exit code 3\nwhy"):
        output(["sh", "-c", "echo why >&2; exit 3"])


def test_output_gets_input_variables_and_a_directory(tmp_path: Path) -> None:
    said = output(["sh", "-c", 'cat; echo "$WHAT"; pwd'], cwd=tmp_path, extra={"WHAT": "this"}, given="in\n")
    assert said.splitlines() == ["in", "this", str(tmp_path.resolve())]


def test_tail_gives_the_last_lines() -> None:
    assert tail("1\n2\n3\n", 2) == "2\n3"
