"""EDGE. What a part is made from flows in, the directory that holds it flows out, built at most once.

A part's directory is named by a digest of its inputs and appears whole or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec


class Part(msgspec.Struct, frozen=True):
    """`inputs` decide whether it must be built anew; `build` fills the empty directory that it is given."""

    name: str
    inputs: tuple[bytes, ...]
    build: Callable[[Path], None]


def key(part: Part) -> str:
    digest = hashlib.sha256()
    for content in part.inputs:
        digest.update(len(content).to_bytes(8, "big") + content)
    return f"{part.name}-{digest.hexdigest()[:16]}"


def ensure(part: Part, cache: Path, say: Callable[[str], None]) -> Path:
    """The part's directory. Raises CommandFailed."""
    home = cache / key(part)
    if home.exists():
        return home
    with locked(cache / f".{part.name}.lock"):
        if not home.exists():
            say(f"building {part.name}")
            _build(part, home)
            _forget_older(home, part.name)
    return home


def _build(part: Part, home: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix=".building-", dir=home.parent))
    try:
        part.build(unfinished)
        unfinished.rename(home)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _forget_older(home: Path, name: str, keep: int = 2) -> None:
    """Builds of other inputs go, but for the newest `keep` (whoever changes branches wants them back)."""
    others = [path for path in home.parent.glob(f"{name}-{'[0-9a-f]' * 16}") if path != home]
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[:-keep]:
        shutil.rmtree(old)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def contents(
    base: Path, roots: Iterable[str], ignored: frozenset[str] = frozenset({"__pycache__"})
) -> tuple[bytes, ...]:
    """Names below `base` and contents of all files below `roots`, in an order that no machine changes."""
    files = sorted(path for root in roots for path in _below(base / root) if not ignored & set(path.parts))
    return tuple(part for path in files for part in (str(path.relative_to(base)).encode(), path.read_bytes()))


def _below(root: Path) -> Iterator[Path]:
    return (path for path in ([root] if root.is_file() else root.rglob("*")) if path.is_file())
