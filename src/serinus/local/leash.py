"""EDGE Run a program that cannot outlive its supervisor. In: the supervisor's pid, a command. Out: it runs.
Started by its path with -I -S, so it imports nothing of ours and costs some 15 ms. Linux kills the program together
with its parent (prctl). macOS cannot: there only a supervisor killed by -9 leaves its programs running.
"""

from __future__ import annotations

import os
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
SIGKILL = 9


def tie_to_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL at the parent's death; leave at once if the parent died before we asked."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def main(arguments: list[str]) -> None:
    """PARENT PROGRAM [ARGUMENT …]."""
    parent, *command = arguments
    tie_to_parent(int(parent))
    try:
        os.execvp(command[0], command)  # noqa: S606  the command is the supervisor's, no shell wanted
    except OSError as error:
        sys.exit(f"cannot run {command[0]!r}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
