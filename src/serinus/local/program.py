"""EDGE One running program: a process group of its own, output into a log file. In: template, port, log. Out: its end.
A process sees the template's environment and a few plain variables of ours, never the user's credentials.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from serinus.local import leash
from serinus.local.objects import ProcessTemplate

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
TAIL = 4096  # bytes


class Program:
    """A process we started and whose end we wait for, so that none remains, not even as a zombie."""

    def __init__(self, template: ProcessTemplate, port: int, log: Path) -> None:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.template = template
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  the command is the platform's, no shell wanted
                [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command_line(template, port)],
                env=environment(template, port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> str:
        """Why it ended; "" while it runs. Whatever it left behind in its group is killed."""
        code = self._process.poll()
        if code is None:
            return ""
        self._signal(signal.SIGKILL)
        reason = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"
        said = last_line(self.log)
        return f"{reason}: {said}" if said and code else reason

    def terminate(self) -> None:
        """Ask it to finish its work and leave."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Take it away and wait for its end, a matter of milliseconds."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def command_line(template: ProcessTemplate, port: int) -> tuple[str, ...]:
    """The command with {port} filled in."""
    return tuple(word.replace("{port}", str(port)) for word in template.command)


def environment(template: ProcessTemplate, port: int) -> dict[str, str]:
    """All that the process will know of the outside."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    told = {template.port_env: str(port)} if port else {}
    return inherited | told | template.env


def last_line(log: Path) -> str:
    """The end of what it said, for a message; at most 300 characters."""
    lines = log_end(log).split("\n")
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def log_end(log: Path) -> str:
    """The last 4 KiB of the log."""
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - TAIL))
        return file.read().decode(errors="replace")
