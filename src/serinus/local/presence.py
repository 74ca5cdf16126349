"""EDGE Whether a demo runs. In: its state directory. Out: a lock, held while it runs; whether it has ended.
The kernel lets go of the lock when its holder dies, however it dies: no file is left that claims otherwise.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "running.lock"


@contextmanager
def running(directory: Path) -> Iterator[None]:
    """The demo of this directory runs until the end of the block. OSError: nothing can be written there."""
    fresh = directory / f".{LOCK}.{os.getpid()}"
    with fresh.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh.replace(directory / LOCK)
        yield


def ended(directory: Path) -> bool:
    """Whether a demo has run in this directory and does so no longer; False too where there was none."""
    try:
        with (directory / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    return True
