from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from serinus.local.presence import ended, running

HELD = """
import sys, time
from pathlib import Path
from serinus.local.presence import running
with running(Path(sys.argv[1])):
    print("runs", flush=True)
    sys.stdin.read()
"""


def test_a_demo_has_ended_when_it_ran_and_does_so_no_longer(tmp_path: Path) -> None:
    assert not ended(tmp_path), "there was none"
    with running(tmp_path):
        assert not ended(tmp_path)
    assert ended(tmp_path)


def test_a_demo_that_was_killed_has_ended_too(tmp_path: Path) -> None:
    command = (sys.executable, "-c", HELD, str(tmp_path))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as demo:
        assert demo.stdout
        assert demo.stdout.readline() == b"runs\n"
        assert not ended(tmp_path)
        demo.kill()
        demo.wait()
        assert ended(tmp_path)
