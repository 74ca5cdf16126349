"""EDGE Logs of evidence as files: that of a run beside its record. In: what the judge was given and said, pass by pass.
Out: NDJSON, appended; two parts a run at most, and of each release the newest runs only.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from serinus.errors import RecordError
from serinus.judge.journal import Entry, look_line, opening_line
from serinus.judge.policy import Policy
from serinus.local.state import checked_name

LARGEST = 32 * 1024 * 1024
RUNS_KEPT = 10
PARTS = (".evidence.1.ndjson", ".evidence.ndjson")
_log = logging.getLogger(__name__)


class Opened(NamedTuple):
    """What this process writes into: the log of run `number`, its last opening's policy, looks since then."""

    number: int = 0
    policy: Policy | None = None
    looks: int = 0


class FileJournal:
    """Below one directory. A part of `largest` bytes is put aside for the next, which begins with the evidence so far;
    the part before it is removed.
    """

    def __init__(self, directory: Path, largest: int = LARGEST) -> None:
        self._directory = directory
        self._largest = largest
        self._opened: dict[str, Opened] = {}

    def append(self, name: str, number: int, entry: Entry) -> None:
        """Write the look down. A disk that is full is a gap in the log and no reason to stop a release."""
        older, path = log_files(self._directory, name, number)
        try:
            if self._opened.get(name, Opened()).number != number:
                self._make_room(name, number)
            if path.exists() and path.stat().st_size >= self._largest:
                path.replace(older)
                self._opened.pop(name, None)
            self._write(path, name, number, entry)
        except OSError as error:
            self._opened.pop(name, None)
            _log.warning("the evidence of %s cannot be logged: %s", path.name, error)

    def _write(self, path: Path, name: str, number: int, entry: Entry) -> None:
        opened = self._opened.get(name, Opened())
        begins = (opened.number, opened.policy) != (number, entry.policy)
        looks = 1 if begins else opened.looks + 1
        with open(path, "a+b", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
            cut_off = b"\n" if begins and _is_cut_off(path) else b""
            file.write(cut_off + (opening_line(entry) if begins else b"") + look_line(entry, looks))
        self._opened[name] = Opened(number, entry.policy, looks)

    def _make_room(self, name: str, number: int) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._directory.glob(f"{checked_name(name)}-*.evidence*"):
            found = re.fullmatch(rf"{re.escape(name)}-(\d+)\.evidence(\.1)?\.ndjson", path.name)
            if found and int(found[1]) <= number - RUNS_KEPT:
                path.unlink(missing_ok=True)


def log_files(directory: Path, name: str, number: int) -> tuple[Path, Path]:
    """The older part, often not there, and the present one."""
    older, newer = (directory / f"{checked_name(name)}-{number}{part}" for part in PARTS)
    return older, newer


def log_of(record: Path) -> tuple[Path, ...]:
    """The parts there are of the log beside a run's record, the older one first."""
    stem = record.name.removesuffix(".json")
    return tuple(path for part in PARTS if (path := record.with_name(stem + part)).is_file())


def log_lines(paths: tuple[Path, ...]) -> Iterator[bytes]:
    """Their lines. RecordError names a file that cannot be read."""
    for path in paths:
        try:
            with path.open("rb") as file:
                yield from file
        except OSError as error:
            raise RecordError(f"{path}: {error.strerror}") from error


def _is_cut_off(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return size > 0 and file.read(1) != b"\n"
