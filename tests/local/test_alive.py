from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from serinus.local.alive import alive, is_alive
from serinus.local.processes import Supervisor
from serinus.local.state import State

HOLDS = """
import sys
from pathlib import Path
from serinus.local.alive import alive
with alive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_directory_is_run_as_long_as_somebody_says_so(tmp_path: Path) -> None:
    assert not is_alive(tmp_path)
    with alive(tmp_path):
        assert is_alive(tmp_path)
        assert is_alive(tmp_path)
    assert not is_alive(tmp_path)


def test_who_is_killed_runs_nothing_any_more(tmp_path: Path) -> None:
    command = (sys.executable, "-c", HOLDS, str(tmp_path))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert is_alive(tmp_path)
        holder.kill()
    assert not is_alive(tmp_path)


async def test_a_supervisor_says_so(tmp_path: Path) -> None:
    async with Supervisor(State(tmp_path)):
        assert is_alive(tmp_path)
    assert not is_alive(tmp_path)
