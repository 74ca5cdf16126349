from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from serinus.local.state import State
from tests.release.builders import a_release

HEAVY = ("asyncio", "rich", "boto3", "duckdb", "numpy", "starlette", "httpx2", "kopf", "lightkube", "serinus.local")


def run(*words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "serinus.cli.main", *words),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **extra},
    )


def test_help_imports_no_heavy_room() -> None:
    looked = "import sys, serinus.cli.main; print([m for m in sys.argv[1:] if m in sys.modules])"
    done = subprocess.run(
        (sys.executable, "-c", looked, *HEAVY), capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_it_says_which_version_it_is() -> None:
    done = run("--version")

    assert (done.returncode, done.stdout) == (0, f"serinus {version('serinus')}\n")


def test_help_lists_every_command() -> None:
    said = run("--help").stdout

    for command in (
        "demo",
        "fault",
        "list",
        "get",
        "explain",
        "wait",
        "lint",
        "doctor",
        "operator",
        "ui",
        "traces",
        "map",
        "promote",
        "pause",
        "resume",
        "abort",
        "retry",
        "xray",
    ):
        assert f"  {command} " in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("explain", "--state", "/nowhere/at/all"), 2, "--state: must be the state directory of a demo"),
        (("fault", "v9=fault:5%", "--state", "."), 2, "--fault"),
        (("traces", "nonsense", "--endpoint-url", "http://127.0.0.1:1"), 1, "serinus:"),
        (("map", "--endpoint-url", "http://127.0.0.1:1"), 1, "serinus:"),
        (("traces", "--endpoint-url", "nonsense"), 2, "--endpoint-url: must begin with http:// or https:// and a host"),
        (("demo", "--state", "/etc/passwd"), 2, "--state: must be a directory that can be made (File exists)"),
        (("demo", "--state", "/proc/x"), 2, "--state: must be a directory that can be made"),
        (("replay",), 2, "--observations: must be given, or --run\n"),
        (("replay", "--run", "n", "--observations", "x"), 2, "--observations: cannot be given together with --run"),
        (("unknown",), 2, "No such command"),
        (("list", "--kubeconfig", "/nowhere"), 2, "--kubeconfig: must be a kubeconfig that can be used"),
        (("get", "x", "--state", ".", "-n", "shop"), 2, "--state: cannot be given together with a cluster's options"),
        (("pause", "x", "--state", "."), 2, "Missing option '--reason'"),
        (("lint", "/nowhere.yaml"), 2, "FILES: must be text files that can be read"),
    ],
)
def test_errors_are_one_line_on_stderr_with_their_own_exit_code(words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*words)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal_will_do(tmp_path: Path, encoding: str) -> None:
    State(tmp_path).write_release(a_release())

    done = run("get", "--state", str(tmp_path), PYTHONIOENCODING=encoding)

    assert done.returncode == 0
    assert done.stdout.startswith("○" if encoding == "utf-8" else "o")
    assert "notification" in done.stdout
