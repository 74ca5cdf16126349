"""What was worked out, by key and revision. In: results. Out: the same again while their revision is asked for.
Bounded: the least recently used go first. Any thread may ask.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """At most `most` results."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Key, tuple[object, Value]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def recall(self, key: Key, revision: object) -> Value | None:
        """None: it is not known, or of another revision."""
        with self._lock:
            known = self._held.get(key)
            if known is None or known[0] != revision:
                return None
            self._held.move_to_end(key)
            return known[1]

    def keep(self, key: Key, revision: object, value: Value) -> None:
        """In place of what was known under this key."""
        with self._lock:
            self._held[key] = (revision, value)
            self._held.move_to_end(key)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
