"""EDGE. Who sits at this terminal. In: the environment and the machine's users. Out: a name."""

from __future__ import annotations

import getpass
import os


def login_name() -> str:
    """By number where the machine has no name for them, as in a container."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # KeyError: Python 3.12 and before
        return f"uid {os.getuid()}"
