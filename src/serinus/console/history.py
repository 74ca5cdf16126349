"""How the evidence moved, as long as this console has watched. In: points. Out: the points of a run, thinned, bounded.
The run's record keeps only where the judge stands; nothing here is needed for any decision.
"""

from __future__ import annotations

from collections import OrderedDict

from serinus.console.wire import Point

MOST_POINTS = 600
MOST_RUNS = 50
Key = tuple[str, str, int]


class History:
    """Points by (namespace, name, run); the runs longest untouched go first."""

    def __init__(self) -> None:
        self._runs: OrderedDict[Key, list[Point]] = OrderedDict()

    def add(self, key: Key, point: Point) -> None:
        """Keep it unless nothing has moved."""
        points = self._runs.setdefault(key, [])
        self._runs.move_to_end(key)
        if points and points[-1].at >= point.at:
            return
        points.append(point)
        if len(points) > MOST_POINTS:
            del points[1:-1:2]
        while len(self._runs) > MOST_RUNS:
            self._runs.popitem(last=False)

    def points(self, key: Key) -> tuple[Point, ...]:
        """In the order of time."""
        return tuple(self._runs.get(key, ()))
