"""Commands that a person can paste. In: how this program was called, the words that follow. Out: a line for a shell.
Paths are shown from the directory in which one is, where they lie below it.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Final

from serinus.cli.options import DEFAULT_STATE, LATEST
from serinus.cli.plugin import title
from serinus.errors import DemoEnded, InvalidInput, SerinusError

SERVED_PORT: Final = 12000  # not 2000: the next demo takes that
SERVED_URL: Final = f"http://127.0.0.1:{SERVED_PORT}"


def command(*words: str) -> str:
    """The command of this program that has these words."""
    return f"{program(sys.argv[0])} {shlex.join(words)}"


def program(called: str) -> str:
    """What runs this program again, by its argv[0]: its name where the shell finds it by that, else its path."""
    import shutil

    named, path = title(called), Path(called)
    if path.name != named or not path.is_file():
        return named
    found = shutil.which(named)
    return named if found and path.samefile(found) else shlex.quote(shown(path))


def shown(path: Path) -> str:
    """The path, shorter where it lies below the directory in which one is."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  a link stays: .serinus/latest says more than what it leads to
    return str(whole.relative_to(Path.cwd())) if whole.is_relative_to(Path.cwd()) else str(whole)


def state_words(directory: Path) -> tuple[str, ...]:
    """The option by which other commands find this state directory; none for the newest below .serinus."""
    newest = DEFAULT_STATE / LATEST
    same = newest.is_dir() and directory.is_dir() and newest.samefile(directory)
    return () if same else ("--state", shown(directory))


def serving(store: Path) -> str:
    """The command that serves a demo's traces when it has ended."""
    return command("xray", "--port", str(SERVED_PORT), "--store", shown(store))


def gone(directory: Path) -> SerinusError:
    """Why the demo's X-Ray cannot be asked, and the commands that show its traces all the same."""
    from serinus.local.presence import ended
    from serinus.local.templates import Files

    if not ended(directory):
        return InvalidInput("--state", "must be of a demo that has started its X-Ray", str(directory))
    return DemoEnded(
        f"the demo in {shown(directory)} has ended, and its X-Ray with it. To serve its traces again:\n"
        f"  {serving(Files(directory).traces)}\n"
        f"and meanwhile, from another terminal:\n"
        f"  {command(*sys.argv[1:], '--endpoint-url', SERVED_URL)}"
    )
