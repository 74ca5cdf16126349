"""EDGE. Commands and process ids flow in; output, or an error that shows the last lines, flows out.

A process is known by its id and its start time, so an id that the kernel gave to somebody else is never signalled.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tests.node.errors import CommandFailed

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Process(msgspec.Struct, frozen=True):
    """`started` is in clock ticks since boot, field 22 of proc_pid_stat(5)."""

    pid: int
    started: int


def identify(pid: int) -> Process | None:
    """None if there is no such process, or only its zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else Process(pid, int(fields[19]))


def alive(process: Process) -> bool:
    return identify(process.pid) == process


def kill(process: Process) -> None:
    if alive(process):
        os.kill(process.pid, signal.SIGKILL)


def output(
    command: Sequence[str | Path],
    cwd: Path | None = None,
    extra: Mapping[str, str] | None = None,
    given: str = "",
) -> str:
    """What the command says on standard output. Raises CommandFailed with its last lines if it fails."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, "PATH": search_path(), **(extra or {})},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(
            f"{' '.join(map(str, command))}: exit code {done.returncode}\n{tail(done.stderr or done.stdout, 20)}"
        )
    return done.stdout


def search_path() -> str:
    """The caller's, and the system's own directories, which a user's PATH often lacks."""
    return f"{os.environ.get('PATH', '')}:{PATH}"


def tail(text: str, lines: int) -> str:
    return "\n".join(text.splitlines()[-lines:])
