"""How many replicas each version needs for a weight. In: the way to split, a weight in percent, the service's size.
Out: replica counts and the weight they really give: exact for a gateway, the nearest ratio for replicas.
"""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from serinus.release.spec import Traffic


class Capacity(Struct, frozen=True):
    """`weight`: percent of the traffic the canary gets once these replicas are ready and the route is set."""

    stable: int
    canary: int
    weight: float


def capacity(traffic: Traffic, weight: int, size: int) -> Capacity:
    """Replicas for `weight` percent on the canary, of a service that needs `size` replicas.

    For 0 < weight < 100 neither side is ever 0. Behind a gateway stable keeps its size until the run ends,
    so that rolling back needs no new capacity.
    """
    if traffic.replicas is None:
        canary = -(-weight * size // 100)
        return Capacity(stable=size, canary=canary, weight=float(weight))
    if not size:
        return Capacity(stable=0, canary=0, weight=0.0)
    canary = _nearest(weight, size)
    return Capacity(stable=size - canary, canary=canary, weight=float(Fraction(100 * canary, size)))


def _nearest(weight: int, total: int) -> int:
    """The canary's pods out of `total` whose ratio is nearest to `weight`; a tie goes to stable."""
    if weight in (0, 100):
        return total * weight // 100
    low = weight * total // 100
    best = min((low, low + 1), key=lambda pods: (abs(Fraction(100 * pods, total) - weight), pods))
    return min(max(best, 1), total - 1)
