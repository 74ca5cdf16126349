"""One log from the parts that several controllers wrote of one run, each in its time. In: their lines. Out: all lines
in order of time; no more of them are held than stand between two looks.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from operator import itemgetter

import msgspec
from msgspec import Struct


class _Moment(Struct):
    now: float


class _Line(Struct):
    """Of a line, what says when; openings say nothing of it."""

    look: _Moment | None = None


_DECODER = msgspec.json.Decoder(_Line)


def woven(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """An opening stays before its look. What follows a part's last look, a line cut off, comes last of all."""
    return (line for _, line in heapq.merge(*(_timed(part) for part in parts), key=itemgetter(0)))


def _timed(lines: Iterable[bytes]) -> Iterator[tuple[float, bytes]]:
    before: list[bytes] = []
    for line in lines:
        before.append(line)
        if (now := _time_of(line)) is not None:
            yield from ((now, one) for one in before)
            before = []
    yield from ((math.inf, one) for one in before)


def _time_of(line: bytes) -> float | None:
    try:
        look = _DECODER.decode(line).look
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return look.now if look else None
