"""Where text goes. In: nothing. Out: a console as wide as the terminal, or wide enough where there is none.
NO_COLOR, TERM=dumb and a pipe switch colours off.
"""

from __future__ import annotations

import sys

from rich.console import Console

OFF_TERMINAL = 160


def console(*, stderr: bool = False) -> Console:
    """A console on stdout, or on stderr for what is said beside the data."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else OFF_TERMINAL)
