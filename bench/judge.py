"""How fast and how honest the judge is, on seeded traffic. In: --runs, --output. Out: one table or one document.
Every rule in RULES sees the same streams; rules of other controllers are compared by adding them there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from math import log, log1p, pi, sin
from statistics import mean, median
from time import process_time

import msgspec
import numpy as np

from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Gate, Margin, Policy
from serinus.judge.ripr import Line, project
from serinus.judge.splitratio import split
from serinus.judge.verdict import VerdictOutcome

Course = Callable[[float], float]
Rule = Callable[[Sequence[Block]], float | None]
ALPHA = 0.01
FOREVER = 1e12


class Case(msgspec.Struct, frozen=True):
    """Traffic: fault shares and the canary's weight over the seconds of a run, requests a second, length, endpoints."""

    name: str
    stable: Course
    canary: Course
    weight: Course
    rate: float = 100.0
    minutes: float = 60.0
    tick: float = 5.0
    endpoints: tuple[float, ...] = (1.0,)


class Row(msgspec.Struct, frozen=True):
    """One line of the table: what was measured, on how many runs, and the goal it is held against."""

    group: str
    case: str
    rule: str
    runs: int
    figures: dict[str, float | None]
    goal: str = ""


def always(value: float) -> Course:
    return lambda _: value


def ramp(at: float) -> float:
    return (0.05, 0.1, 0.25, 0.5)[min(3, int(at // 300))]


def from_minute(minute: float, before: float, after: float) -> Course:
    return lambda at: after if at >= 60 * minute else before


def wave(middle: float) -> Course:
    return lambda at: middle * (1 + 0.8 * sin(2 * pi * at / 1800))


def stream(case: Case, seed: int) -> list[Block]:
    """All blocks of a run, in order."""
    dice = np.random.default_rng(seed)
    starts = [number * case.tick for number in range(int(case.minutes * 60 / case.tick))]
    at = np.repeat(starts, len(case.endpoints))
    names = [f"endpoint {place}" for place in range(len(case.endpoints))] * len(starts)
    weights = np.array([case.weight(start) for start in at])
    requests = dice.poisson(case.rate * case.tick * np.tile(case.endpoints, len(starts)))
    canary = dice.binomial(requests, weights)
    stable_faults = dice.binomial(requests - canary, [case.stable(start) for start in at])
    canary_faults = dice.binomial(canary, [case.canary(start) for start in at])
    columns = (at.tolist(), names, weights.tolist(), (requests - canary).tolist(), stable_faults.tolist())
    return [
        Block(name, start, start + case.tick, weight, Arm(stable, x1), Arm(n2, x2))
        for start, name, weight, stable, x1, n2, x2 in zip(
            *columns, canary.tolist(), canary_faults.tolist(), strict=True
        )
        if stable + n2
    ]


def by_serinus(policy: Policy) -> Rule:
    """Seconds until harm is found."""
    return lambda blocks: fold(Evidence(), Window(tuple(blocks), FOREVER), policy, 50, 0.0).found_at


LIMITS = {"default": Margin(), "strict": Margin(1.0, 0.0)}
RULES: dict[str, Rule] = {name: by_serinus(Policy(faults=margin)) for name, margin in LIMITS.items()}


def divergence(one: float, other: float) -> float:
    """Kullback-Leibler of two shares, in nats."""
    fault = one * log(one / other) if one else 0.0
    return fault + ((1 - one) * (log1p(-one) - log1p(-other)) if one < 1 else 0.0)


def information(case: Case, block: Block, limit: Margin) -> float:
    """Nats with which the best test there is could tell this block's true shares from the nearest tolerated ones."""
    p1, p2 = case.stable(block.start), case.canary(block.start)
    n1, n2 = block.stable.requests, block.canary.requests
    if not (n1 and n2):
        return 0.0
    a, b = project(p1, p2, n2 / (n1 + n2), Line(limit.ratio, limit.difference))
    return n1 * divergence(p1, a) + n2 * divergence(p2, b)


def spent(case: Case, blocks: Sequence[Block], until: float, limit: Margin) -> tuple[int, float]:
    """Canary requests and information up to `until`."""
    used = [block for block in blocks if block.end <= until]
    return sum(block.canary.requests for block in used), sum(information(case, block, limit) for block in used)


def false_alarms(runs: int, case: Case) -> Iterator[Row]:
    alarms = dict.fromkeys(RULES, 0)
    for seed in range(runs):
        blocks = stream(case, seed)
        for name, rule in RULES.items():
            alarms[name] += rule(blocks) is not None
    for name, count in alarms.items():
        yield Row("A/A", case.name, name, runs, {"false rollback %": 100 * count / runs}, "<= 1")


def detection(runs: int, case: Case, onset: float = 0.0, goal: str = "") -> Iterator[Row]:
    streams = [stream(case, seed) for seed in range(runs)]
    for name, rule in RULES.items():
        ends = [rule(blocks) for blocks in streams]
        delays = sorted((FOREVER if end is None else end) - onset for end in ends)
        figures: dict[str, float | None] = {
            "median s": _finite(delays[runs // 2]),
            "p90 s": _finite(delays[runs * 9 // 10]),
            "missed %": 100 * sum(end is None for end in ends) / runs,
        }
        if onset:
            figures["too early %"] = 100 * sum(delay <= 0 for delay in delays) / runs
        else:
            costs = [spent(case, b, e or FOREVER, LIMITS[name]) for b, e in zip(streams, ends, strict=True)]
            figures["canary requests"] = median(cost[0] for cost in costs)
            figures["information / bound"] = mean(cost[1] for cost in costs) / log(1 / ALPHA)
        yield Row("detection", case.name, name, runs, figures, goal)


def _finite(delay: float) -> float | None:
    return delay if delay < FOREVER / 2 else None


def promotion(runs: int, case: Case, gate: Gate, goal: str) -> Row:
    """Requests until the gate is shown; for a canary exactly on it, how often it wrongly is."""
    policy = Policy(gates=(gate,))
    used = [_until_passed(stream(case, seed), policy) for seed in range(runs)]
    passed = [requests for requests in used if requests is not None]
    figures: dict[str, float | None] = {
        "passed %": 100 * len(passed) / runs,
        "median requests": median(passed) if passed else None,
    }
    return Row("promotion", case.name, "default", runs, figures, goal)


def _until_passed(blocks: Sequence[Block], policy: Policy) -> int | None:
    evidence, requests = Evidence(), 0
    for block in blocks:
        evidence = fold(evidence, Window((block,), block.end), policy, 50, 0.0)
        requests += block.stable.requests + block.canary.requests
        if evidence.gate_logs[0] >= log(1 / policy.false_pass):
            return requests
    return None


def splitting(runs: int, desired: float, true: float, goal: str, most: int = 20_000) -> Row:
    found = [_until_doubted(np.random.default_rng(seed), desired, true, most) for seed in range(runs)]
    doubted = [requests for requests in found if requests is not None]
    figures: dict[str, float | None] = {
        "doubted %": 100 * len(doubted) / runs,
        "median requests": median(doubted) if len(doubted) > runs / 2 else None,
    }
    return Row("split", f"{desired:.0%} asked, {true:.0%} sent", "default", runs, figures, goal)


def _until_doubted(dice: np.random.Generator, desired: float, true: float, most: int) -> int | None:
    canary = np.cumsum(dice.random(most) < true)
    for requests in range(20, most, 50):
        sent = int(canary[requests - 1])
        if split(requests - sent, sent, desired, ALPHA).agrees is False:
            return requests
    return None


def steps(runs: int, name: str, share: float, endpoints: tuple[float, ...], rate: float = 40.0) -> Row:
    """Seconds each of the steps 25, 50, 75, 100 % takes with the default policy."""
    taken = [_through_steps(seed, share, endpoints, rate) for seed in range(runs)]
    figures: dict[str, float | None] = {
        f"{weight} % median s": median(run[place] for run in taken) for place, weight in enumerate((25, 50, 75, 100))
    }
    totals = sorted(sum(run) for run in taken)
    return Row("steps", name, "default", runs, {**figures, "all p90 s": totals[runs * 9 // 10]})


def _through_steps(seed: int, share: float, endpoints: tuple[float, ...], rate: float) -> list[float]:
    evidence, since, taken = Evidence(), 0.0, []
    for weight in (25, 50, 75, 100):
        case = Case("", always(share), always(share), always(weight / 100), rate, endpoints=endpoints, minutes=30)
        evidence, end = _until_decided(evidence, stream(case, seed * 4 + weight), weight, since)
        taken.append(end - since)
        since = end
    return taken


def _until_decided(evidence: Evidence, blocks: list[Block], weight: int, since: float) -> tuple[Evidence, float]:
    for end in sorted({block.end for block in blocks}):
        tick = tuple(
            msgspec.structs.replace(block, start=block.start + since, end=block.end + since)
            for block in blocks
            if block.end == end
        )
        evidence, verdict = judge(evidence, Window(tick, end + since), Policy(), Stage(weight, since))
        if verdict.outcome is not VerdictOutcome.INSUFFICIENT:
            break
    return evidence, end + since


def cost() -> Row:
    """CPU of one endpoint and tick: entering the block, and saying the verdict."""
    case = Case("", always(0.01), always(0.01), ramp, minutes=20, endpoints=(0.2,) * 5)
    blocks = stream(case, 1)
    start = process_time()
    evidence = fold(Evidence(), Window(tuple(blocks), FOREVER), Policy(), 50, 0.0)
    folded = (process_time() - start) / len(blocks)
    start = process_time()
    for _ in range(20):
        judge(evidence, Window((), FOREVER), Policy(), Stage(50, 0.0))
    said = (process_time() - start) / 20 / len(case.endpoints)
    return Row(
        "cost", "one endpoint and tick", "default", 1, {"fold ms": folded * 1e3, "verdict ms": said * 1e3}, "<= 1"
    )


def alike(name: str, course: Course, rate: float = 100.0, endpoints: tuple[float, ...] = (1.0,)) -> Case:
    return Case(name, course, course, ramp, rate, endpoints=endpoints)


def apart(name: str, stable: float, canary: float, weight: Course, rate: float = 100.0, minutes: float = 60.0) -> Case:
    return Case(name, always(stable), always(canary), weight, rate, minutes)


def measure(runs: int) -> Iterator[Row]:
    many, some, few = runs, min(400, max(20, runs // 2)), min(200, max(20, runs // 4))
    five = (0.4, 0.3, 0.15, 0.1, 0.05)
    for case in (
        alike("0.1 %, 100/s", always(0.001)),
        alike("0.1 %, 10/s", always(0.001), 10.0),
        alike("1 %, 100/s", always(0.01)),
        alike("0.2 % x5 for both at 15 min", from_minute(15, 0.002, 0.01)),
        alike("1 %, slow wave ±80 %", wave(0.01)),
        alike("1 %, five endpoints", always(0.01), endpoints=five),
    ):
        yield from false_alarms(max(1, many // len(case.endpoints)), case)
    half = always(0.5)
    yield from detection(some, apart("0.1→1 %, ramp", 0.001, 0.01, ramp, minutes=30), goal="strict: median <= 100")
    yield from detection(some, apart("0.1→1 %, 50/50", 0.001, 0.01, half, minutes=10), goal="strict: median <= 30")
    yield from detection(some, apart("0.1→0.5 %, ramp", 0.001, 0.005, ramp), goal="strict: median <= 320, missed <= 1")
    yield from detection(few, apart("1→2 %, ramp", 0.01, 0.02, ramp))
    yield from detection(some, apart("1→2 %, 50/50", 0.01, 0.02, half, minutes=20))
    yield from detection(some, apart("0→5 %, 25 %, 40/s", 0.0, 0.05, always(0.25), 40, 10))
    yield from detection(
        few, apart("dead canary, 5 %, 10/s", 0.001, 1.0, always(0.05), 10, 5), goal="<= 10 canary req."
    )
    late = Case("0.1→1 % at 30 min, 50/50", always(0.001), from_minute(30, 0.001, 0.01), half, minutes=40)
    yield from detection(few, late, onset=1800.0, goal="<= 2 x onset at 0")
    equal = apart("0.1 % both, gate +0.5 pp, 50/50", 0.001, 0.001, half, minutes=20)
    yield promotion(some, msgspec.structs.replace(equal, tick=1.0), Gate(100, 0.005, 1.0), "<= 3,300 requests")
    on_it = apart("0.1→0.6 %, exactly on the gate", 0.001, 0.006, half, minutes=20)
    yield promotion(many, on_it, Gate(100, 0.005, 1.0), "passed <= 1")
    yield splitting(few, 0.5, 0.45, "<= 1,600")
    yield splitting(few, 0.05, 0.04, "")
    yield splitting(many, 0.5, 0.5, "doubted <= 1", 5_000)
    yield steps(few, "no faults, 40/s, one endpoint", 0.0, (1.0,))
    yield steps(few, "no faults, 40/s, two endpoints", 0.0, (0.7, 0.3))
    yield steps(few, "0.1 % both, 40/s, two endpoints", 0.001, (0.7, 0.3))
    yield cost()


def as_text(row: Row) -> str:
    figures = ", ".join(
        f"{name} {'–' if value is None else format(value, ',.4g' if abs(value) < 1000 else ',.0f')}"
        for name, value in row.figures.items()
    )
    return f"| {row.group} | {row.case} | {row.rule} | {row.runs:,} | {figures} | {row.goal} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="A/A runs a case; other cases take a part, 20 at least")
    parser.add_argument("--full", action="store_const", const=2000, dest="runs", help="2,000 runs; an hour or more")
    parser.add_argument("--output", choices=("table", "json"), default="table")
    options = parser.parse_args()
    if options.output == "json":
        rows = list(measure(options.runs))
        sys.stdout.buffer.write(msgspec.json.encode({"runs": options.runs, "rows": rows}) + b"\n")
        return
    print("| | case | rule | runs | measured | goal |\n|---|---|---|---|---|---|")
    for row in measure(options.runs):
        print(as_text(row), flush=True)


if __name__ == "__main__":
    main()
