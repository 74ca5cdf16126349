"""EDGE. A program's name flows in, its path flows out; without the program the test skips, or fails where it must not.

The switch: SERINUS_REQUIRE_TOOLS="kubectl kube-score" names programs whose absence fails.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REQUIRE = "SERINUS_REQUIRE_TOOLS"


def cache() -> Path:
    given = os.environ.get("SERINUS_NODE_CACHE")
    return Path(given).absolute() if given else Path.home() / ".cache/serinus/node"


def tool(name: str) -> Path:
    """The newest of our own builds, else the one on the path."""
    if (found := _found(name)) is not None:
        return found
    missing = f"{name} is neither in {cache()}/*/bin nor on the path"
    if name in os.environ.get(REQUIRE, "").split():
        pytest.fail(f"{missing}, and {REQUIRE} names it")
    pytest.skip(missing)


def _found(name: str) -> Path | None:
    built = sorted(cache().glob(f"*/bin/{name}"), key=lambda path: path.stat().st_mtime)
    if built:
        return built[-1]
    on_path = shutil.which(name)
    return None if on_path is None else Path(on_path)
