from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("asyncio", "rich", "boto3", "duckdb", "numpy", "starlette", "httpx2", "kopf", "lightkube", "serinus.local")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "serinus.cli.main", *words), capture_output=True, text=True, timeout=60, check=False
    )


def test_help_imports_no_heavy_room() -> None:
    looked = "import sys, serinus.cli.main; print([m for m in sys.argv[1:] if m in sys.modules])"
    done = subprocess.run(
        (sys.executable, "-c", looked, *HEAVY), capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_help_lists_every_command() -> None:
    said = run("--help").stdout

    for command in (
        "demo",
        "fault",
        "explain",
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
        (("unknown",), 2, "No such command"),
    ],
)
def test_errors_are_one_line_on_stderr_with_their_own_exit_code(words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*words)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
