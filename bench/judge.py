"""How fast and how honest the judge is, on seeded traffic, beside other controllers' rules. In: --runs, --output.
Out: one table or one document. Every rule sees the same streams; docs/how-a-verdict-is-reached.md shows a run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import log
from pathlib import Path
from statistics import mean, median, stdev
from time import process_time

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.judge_peers import FAULTS as PEERS
from bench.judge_peers import LATENCY as LATENCY_PEERS
from bench.judge_peers import Rule
from bench.judge_streams import (
    FIVE,
    Case,
    Course,
    Slowing,
    always,
    at_the_tail,
    canary_requests,
    equal,
    everywhere,
    from_minute,
    ramp,
    slowness,
    sometimes,
    spent,
    stream,
    wave,
)

from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.judge import Stage, judge
from serinus.judge.metrics import FAULTS, PARTS
from serinus.judge.observation import Block, Observation, Outcome, Variant, WeightChange, Window
from serinus.judge.policy import Gate, Margin, Policy, Slower
from serinus.judge.recorded import line_of, read
from serinus.judge.replay import replay
from serinus.judge.splitratio import split
from serinus.judge.verdict import VerdictOutcome

ALPHA = 0.01
FOREVER = 1e12


class Row(msgspec.Struct, frozen=True):
    """One line of the table: what was measured, on how many runs, and the goal it is held against."""

    group: str
    case: str
    rule: str
    runs: int
    figures: dict[str, float | None]
    goal: str = ""


POLICIES = {"default": Policy(), "strict": Policy(faults=Margin(1.0, 0.0), slower=Slower(1.0, 0.0), warm_up=0.0)}


FAULTS_ALONE = msgspec.structs.replace(POLICIES["strict"], false_alarm=ALPHA / PARTS[FAULTS])


def by_serinus(policy: Policy) -> Rule:
    """Seconds until harm is found, all metrics judged together."""

    def found(blocks: Sequence[Block]) -> float | None:
        evidence = Evidence()
        for end, tick in groupby(blocks, key=lambda block: block.end):
            evidence = fold(evidence, Window(tuple(tick), end), policy, 50, 0.0)
            if evidence.found_at is not None:
                break
        return evidence.found_at

    return found


OURS: dict[str, Rule] = {name: by_serinus(policy) for name, policy in POLICIES.items()}
ALONE = "strict, faults alone"


def false_alarms(runs: int, case: Case, peers: Mapping[str, Rule]) -> Iterator[Row]:
    rules = {**OURS, **peers} if not case.pods else {"default": OURS["default"]}
    alarms = dict.fromkeys(rules, 0)
    for seed in range(runs):
        blocks = stream(case, seed)
        for name, rule in rules.items():
            alarms[name] += rule(blocks) is not None
    for name, count in alarms.items():
        yield Row("A/A", case.name, name, runs, {"false rollback %": 100 * count / runs}, _goal(name, "<= 1"))


def _goal(rule: str, goal: str) -> str:
    return goal if rule in POLICIES else ""


def detection(runs: int, case: Case, onset: float = 0.0, goal: str = "") -> Iterator[Row]:
    streams = [stream(case, seed) for seed in range(runs)]
    tested = POLICIES if onset else {**POLICIES, ALONE: FAULTS_ALONE}
    for name, rule in {**{name: by_serinus(policy) for name, policy in tested.items()}, **PEERS}.items():
        ends = [rule(blocks) for blocks in streams]
        figures = _delays(ends, onset)
        if not onset and name in tested:
            found = [end or FOREVER for end in ends]
            figures["canary requests"] = median(canary_requests(b, e) for b, e in zip(streams, found, strict=True))
            figures |= _spent([spent(case, b, e, tested[name].faults) for b, e in zip(streams, found, strict=True)])
        yield Row("faults", case.name, name, runs, figures, goal if name in tested else "")


def _spent(nats: Sequence[float]) -> dict[str, float | None]:
    """Over the ln 1/α that a decision costs at least, and the standard error of that."""
    bound = log(1 / ALPHA)
    return {"information / bound": mean(nats) / bound, "±": stdev(nats) / bound / len(nats) ** 0.5}


def _delays(ends: Sequence[float | None], onset: float = 0.0) -> dict[str, float | None]:
    runs = len(ends)
    delays = sorted((FOREVER if end is None else end) - onset for end in ends)
    figures: dict[str, float | None] = {
        "median s": _finite(delays[runs // 2]),
        "p90 s": _finite(delays[runs * 9 // 10]),
        "missed %": 100 * sum(end is None for end in ends) / runs,
    }
    if onset:
        figures["too early %"] = 100 * sum(delay <= 0 for delay in delays) / runs
    return figures


def _finite(delay: float) -> float | None:
    return delay if delay < FOREVER / 2 else None


def slow(runs: int, name: str, slowing: Slowing, goal: str, minutes: float = 30.0) -> Iterator[Row]:
    """A slower canary at 50/50 and 100 requests a second, no tolerance; faults are judged beside it."""
    case = Case(name, always(0.001), always(0.001), always(0.5), 100.0, minutes, 1.0, slowing=slowing)
    bound = log(1 / ALPHA) / slowness(slowing, 0.5)
    streams = [stream(case, seed) for seed in range(runs)]
    for rule, find in {"strict": OURS["strict"], **LATENCY_PEERS}.items():
        figures = _delays([find(blocks) for blocks in streams])
        middle = figures["median s"]
        figures["requests / bound"] = None if middle is None else middle * case.rate / bound
        yield Row("latency", f"{name}, 50/50 (bound {bound:,.0f} requests)", rule, runs, figures, _goal(rule, goal))


def dead(runs: int) -> Row:
    """A canary that answers nothing: how many of its requests that takes."""
    case = Case("", always(0.001), always(1.0), always(0.05), 10, 5)
    streams = [stream(case, seed) for seed in range(runs)]
    asked = [canary_requests(blocks, OURS["default"](blocks) or FOREVER) for blocks in streams]
    figures: dict[str, float | None] = {"median canary requests": median(asked), "most": max(asked)}
    return Row("faults", "dead canary, 5 %, 10/s", "default", runs, figures, "<= 10, or one tick")


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
        requests += block.stable.requests + block.canary.requests if block.canary.requests else 0
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
    """CPU of one endpoint and tick, all metrics: entering the block, and saying the verdict."""
    case = Case("", always(0.01), always(0.01), ramp, minutes=20, endpoints=(0.2,) * 5, slowing=equal)
    blocks = stream(case, 1)
    start = process_time()
    evidence = fold(Evidence(), Window(tuple(blocks), FOREVER), Policy(), 50, 0.0)
    folded = (process_time() - start) / len(blocks)
    start = process_time()
    for _ in range(20):
        judge(evidence, Window((), FOREVER), Policy(), Stage(50, 0.0))
    said = (process_time() - start) / 20 / len(case.endpoints)
    figures: dict[str, float | None] = {"fold ms": folded * 1e3, "verdict ms": said * 1e3}
    return Row("cost", "one endpoint and tick", "default", 1, figures, "<= 1 together")


def replayed(number: int = 200_000, rate: float = 1000.0) -> Row:
    """CPU of ten million recorded requests, from a smaller number of lines."""
    dice = np.random.default_rng(1)
    canary, seconds = dice.random(number) < 0.25, np.exp(dice.normal(-3, 0.4, number))
    lines = [line_of(WeightChange(0.0, 0.25, 0.0))]
    lines += [
        line_of(
            Observation(
                place / rate,
                Variant.CANARY if canary[place] else Variant.STABLE,
                f"GET /{place % 5}",
                Outcome.OK,
                float(seconds[place]),
                f"1-{place:x}",
            )
        )
        for place in range(number)
    ]
    start = process_time()
    for _ in replay(read(lines), Policy()):
        pass
    took = (process_time() - start) * 1e7 / number
    return Row("cost", "ten million lines replayed", "default", 1, {"s": took}, "<= 60")


def alike(name: str, course: Course, rate: float = 100.0, pods: float = 0.0) -> Case:
    """Equal versions, faults alone."""
    return Case(name, course, course, ramp, rate, pods=pods)


def apart(name: str, stable: float, canary: float, weight: Course, rate: float = 100.0, minutes: float = 60.0) -> Case:
    return Case(name, always(stable), always(canary), weight, rate, minutes)


EQUAL = (
    alike("0.1 %, 100/s", always(0.001)),
    alike("0.1 %, 10/s", always(0.001), 10.0),
    alike("1 %, 100/s", always(0.01)),
    alike("0.2 % x5 for both at 15 min", from_minute(15, 0.002, 0.01)),
    alike("1 %, slow wave ±80 %", wave(0.01)),
    alike("0.1 %, the canary on one poor pod (sd 20 %)", always(0.001), pods=0.2),
)
ALL_METRICS = Case(
    "all metrics, five endpoints, both 22 % slower at 15 min",
    always(0.002),
    always(0.002),
    ramp,
    tick=20.0,
    endpoints=FIVE,
    slowing=equal,
    drift=from_minute(15, 1.0, 1.22),
)


def measure(runs: int) -> Iterator[Row]:
    some, few, half = min(400, max(20, runs // 2)), min(200, max(20, runs // 4)), always(0.5)
    for case in EQUAL:
        yield from false_alarms(runs, case, PEERS)
    yield from false_alarms(max(1, runs // 4), ALL_METRICS, LATENCY_PEERS)
    yield from detection(
        some, apart("0.1→1 %, ramp", 0.001, 0.01, ramp), goal="faults alone: information <= 1.35; strict: median <= 110"
    )
    yield from detection(
        some,
        apart("0.1→1 %, 50/50", 0.001, 0.01, half),
        goal="faults alone: information <= 1.35; default: median <= 35",
    )
    yield from detection(
        some,
        apart("0.1→0.5 %, ramp", 0.001, 0.005, ramp),
        goal="faults alone: information <= 1.35; strict: median <= 340, missed <= 1",
    )
    yield from detection(few, apart("1→2 %, 50/50", 0.01, 0.02, half), goal="faults alone: information <= 1.35")
    yield from detection(few, apart("0→5 %, 25 %, 40/s", 0.0, 0.05, always(0.25), 40))
    yield dead(few)
    late = Case("0.1→1 % at 30 min, 50/50", always(0.001), from_minute(30, 0.001, 0.01), half)
    yield from detection(few, late, onset=1800.0, goal="<= 2 x onset at 0")
    yield from slow(few, "+5 % everywhere", everywhere(1.05), "<= 1.6")
    yield from slow(few, "+10 % at p99 only", at_the_tail, "<= 2.3")
    yield from slow(few, "1 % of requests +1 s", sometimes(0.01, 1.0), "<= 2.2")
    equally = apart("0.1 % both, gate +0.5 pp, 50/50", 0.001, 0.001, half, minutes=20)
    yield promotion(some, msgspec.structs.replace(equally, tick=1.0), Gate(100, 0.005, 1.0), "<= 3,300 requests")
    on_it = apart("0.1→0.6 %, exactly on the gate", 0.001, 0.006, half, minutes=20)
    yield promotion(runs, on_it, Gate(100, 0.005, 1.0), "passed <= 1")
    yield splitting(few, 0.5, 0.45, "<= 1,600")
    yield splitting(few, 0.05, 0.04, "")
    yield splitting(runs, 0.5, 0.5, "doubted <= 1", 5_000)
    yield steps(few, "no faults, 40/s, one endpoint", 0.0, (1.0,))
    yield steps(few, "0.1 % both, 40/s, two endpoints", 0.001, (0.7, 0.3))
    yield cost()
    yield replayed()


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
