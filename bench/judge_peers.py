"""Other controllers' rules on the same streams. In: blocks. Out: seconds until they roll back, None: never.
Rewritten from their sources and documents, not the programs: Flagger and Argo Rollouts look at one number a minute,
Kayenta's judge compares two series of them (Mann-Whitney); a z-test every tick is what one would write by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from serinus.judge.arms import BIN_WIDTH
from serinus.judge.observation import Block

Rule = Callable[[Sequence[Block]], float | None]
Floats = NDArray[np.float64]
Z_99, Z_98_TWO_SIDED = 2.3263, 2.3263
SLOW_BIN = float(np.log(0.5) / BIN_WIDTH)


class Minute(Struct):
    """One minute of both versions; `slow`: latencies by fine bin."""

    end: float
    requests: list[int]
    faults: list[int]
    slow: list[dict[int, int]]

    def success(self, version: int) -> float:
        """Of one version: 0 stable, 1 canary."""
        asked = self.requests[version]
        return 1 - self.faults[version] / asked if asked else 1.0

    def p99(self, version: int) -> float:
        """A fine bin; the lowest where nothing was answered."""
        left = 0.01 * sum(self.slow[version].values())
        for place, count in sorted(self.slow[version].items(), reverse=True):
            left -= count
            if left <= 0:
                return float(place)
        return -1e9


def minutes(blocks: Sequence[Block]) -> Iterator[Minute]:
    now: Minute | None = None
    for block in blocks:
        if block.start < 0:
            continue
        end = (block.start // 60 + 1) * 60
        if now is None or now.end != end:
            if now is not None:
                yield now
            now = Minute(end, [0, 0], [0, 0], [{}, {}])
        for version, arm in enumerate((block.stable, block.canary)):
            now.requests[version] += arm.requests
            now.faults[version] += arm.faults
            held = now.slow[version]
            for place, count in arm.latency:
                held[place] = held.get(place, 0) + count
    if now is not None:
        yield now


def failing(failed: Callable[[Minute], bool], limit: int) -> Rule:
    """Roll back at the check that fails for the `limit`th time."""

    def rule(blocks: Sequence[Block]) -> float | None:
        count = 0
        for minute in minutes(blocks):
            count += failed(minute)
            if count >= limit:
                return minute.end
        return None

    return rule


def kayenta(value: Callable[[Minute, int], float], begin: int, every: int) -> Rule:
    """Look at minute `begin` and every so many minutes after it, up to an hour."""

    def rule(blocks: Sequence[Block]) -> float | None:
        seen = list(minutes(blocks))
        for stop in range(begin, 61, every):
            if len(seen) >= stop and _higher(*([value(one, version) for one in seen[:stop]] for version in (0, 1))):
                return 60.0 * stop
        return None

    return rule


def _higher(stable: Sequence[float], canary: Sequence[float]) -> bool:
    """Mann-Whitney's interval at 98 %, outliers beyond three quartile ranges left out: High if its low end is above a
    quarter of the Hodges-Lehmann estimate.
    """
    one, other = _inliers(np.array(stable)), _inliers(np.array(canary))
    differences = np.sort((other[:, None] - one[None, :]).ravel())
    n, m = len(one), len(other)
    rank = int(n * m / 2 - Z_98_TWO_SIDED * sqrt(n * m * (n + m + 1) / 12))
    low, middle = float(differences[max(rank - 1, 0)]), float(np.median(differences))
    return low > 0.25 * abs(middle)


def _inliers(values: Floats) -> Floats:
    low, high = np.quantile(values, [0.25, 0.75])
    kept: Floats = values[(values >= low - 3 * (high - low)) & (values <= high + 3 * (high - low))]
    return kept


def peeking(blocks: Sequence[Block]) -> float | None:
    """A one-sided two-proportion test at 1 %, looked at after every block."""
    n1 = n2 = x1 = x2 = 0
    for block in blocks:
        n1, x1 = n1 + block.stable.requests, x1 + block.stable.faults
        n2, x2 = n2 + block.canary.requests, x2 + block.canary.faults
        pooled = (x1 + x2) / (n1 + n2)
        spread = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2)) if n1 and n2 and 0 < pooled < 1 else 0.0
        if spread and (x2 / n2 - x1 / n1) / spread >= Z_99:
            return block.end
    return None


FAULTS: dict[str, Rule] = {
    "Flagger": failing(lambda minute: minute.success(1) < 0.99, 5),
    "Argo 99 %": failing(lambda minute: minute.success(1) < 0.99, 1),
    "Argo 95 %": failing(lambda minute: minute.success(1) < 0.95, 4),
    "Kayenta": kayenta(lambda minute, version: 1 - minute.success(version), 60, 60),
    "Kayenta peeking": kayenta(lambda minute, version: 1 - minute.success(version), 10, 5),
    "z peeking": peeking,
}
LATENCY: dict[str, Rule] = {
    "Flagger": failing(lambda minute: minute.p99(1) > SLOW_BIN, 5),
    "Argo p99": failing(lambda minute: minute.p99(1) > minute.p99(0) + np.log(1.1) / BIN_WIDTH, 4),
    "Kayenta": kayenta(lambda minute, version: minute.p99(version), 60, 60),
}
