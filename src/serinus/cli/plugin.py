"""Serinus as a plugin of kubectl. In: how it was called. Out: the name that help is titled with, and completions:
the program kubectl_complete-serinus on PATH answers kubectl one a line, then `:4`, which means no file names.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

PLUGIN = "kubectl-serinus"
ASKED = "_SERINUS_COMPLETE"
NO_FILES = ":4"


def title(program: str) -> str:
    """What a person has typed, by argv[0]."""
    return "kubectl serinus" if Path(program).stem == PLUGIN else "serinus"


def complete(run: Callable[[], None]) -> None:
    """Answers on stdout; `run` is the command line, which completes by Typer's own protocol for bash."""
    typed = sys.argv[1:]
    os.environ |= {
        ASKED: "complete_bash",
        "COMP_WORDS": shlex.join(["serinus", *typed]),
        "COMP_CWORD": str(len(typed)),
    }
    try:
        run()
    except SystemExit:
        print(NO_FILES)
