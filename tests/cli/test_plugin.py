from __future__ import annotations

import subprocess
import sys

import pytest

from serinus.cli.plugin import title


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("/usr/local/bin/kubectl-serinus", "kubectl serinus"),
        ("kubectl-serinus.exe", "kubectl serinus"),
        ("/usr/local/bin/serinus", "serinus"),
        ("main.py", "serinus"),
    ],
)
def test_help_is_titled_with_what_was_typed(program: str, expected: str) -> None:
    assert title(program) == expected


def called(program: str, *words: str) -> str:
    """As the installed program of this name would be."""
    start = "completions" if program.startswith("kubectl_complete") else "main"
    code = f"import sys; sys.argv[0] = {program!r}; from serinus.cli.main import {start}; {start}()"
    done = subprocess.run((sys.executable, "-c", code, *words), capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


def test_as_a_plugin_of_kubectl_help_says_so() -> None:
    assert "Usage: kubectl serinus get [OPTIONS]" in called("kubectl-serinus", "get", "--help")


def test_kubectl_is_told_commands_and_that_no_files_are_meant() -> None:
    assert called("kubectl_complete-serinus", "pro") == "promote\n:4\n"
    assert called("kubectl_complete-serinus", "no-such", "").endswith(":4\n")
