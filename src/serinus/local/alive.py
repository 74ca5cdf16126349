"""EDGE Whether somebody runs the processes of a state directory. In: the directory. Out: a lock for as long as somebody
does, and whether it is held. The kernel lets go of it with the process, killed or not.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "alive"


@contextmanager
def alive(directory: Path) -> Iterator[None]:
    """Seen to be run until the end of the block, or of this process."""
    with (directory / LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def is_alive(directory: Path) -> bool:
    """Whether somebody runs it now."""
    try:
        with (directory / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
