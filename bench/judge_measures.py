"""What is measured of the judge, run by run, beside other controllers' rules on the same streams. In: cases, seeds.
Out: measures; a run comes to a few numbers by rule, many runs to rows of the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from math import log, sqrt
from pathlib import Path
from statistics import mean, median, stdev
from time import process_time

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.judge_peers import FAULTS as PEERS
from bench.judge_peers import LATENCY as LATENCY_PEERS
from bench.judge_peers import Rule
from bench.judge_runs import Ends, Measure, Row
from bench.judge_streams import Case, Slowing, always, canary_requests, equal, ramp, slowness, spent, stream

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
AT_ONCE_S = 30.0
Found = Sequence[Sequence[float | None]]
Figures = dict[str, float | None]
Amount = Callable[[Found], tuple[Figures, str]]


POLICIES = {"default": Policy(), "strict": Policy(faults=Margin(1.0, 0.0), slower=Slower(1.0, 0.0), warm_up=0.0)}


FAULTS_ALONE = msgspec.structs.replace(POLICIES["strict"], false_alarm=ALPHA / PARTS[FAULTS])


def by_serinus(policy: Policy) -> Rule:
    """Seconds until harm is found, all metrics judged together."""

    def found(blocks: Sequence[Block]) -> float | None:
        evidence = Evidence()
        for _, some in groupby(blocks, key=lambda block: block.end // AT_ONCE_S):
            tick = tuple(some)
            evidence = fold(evidence, Window(tick, tick[-1].end), policy, 50, 0.0)
            if evidence.found_at is not None:
                break
        return evidence.found_at

    return found


OURS: dict[str, Rule] = {name: by_serinus(policy) for name, policy in POLICIES.items()}
ALONE = "strict, faults alone"


def false_alarms(runs: int, case: Case, peers: Mapping[str, Rule]) -> Measure:
    rules = {**OURS, **peers} if not case.pods else {"default": OURS["default"]}

    def one(seed: int) -> Ends:
        blocks = stream(case, seed)
        return {name: [rule(blocks)] for name, rule in rules.items()}

    def rows(outcomes: Sequence[Ends]) -> Iterator[Row]:
        for name in rules:
            share = mean(outcome[name][0] is not None for outcome in outcomes)
            figures: Figures = {
                "false rollback %": 100 * share,
                "±": 100 * sqrt(share * (1 - share) / len(outcomes)),
            }
            yield Row("A/A", case.name, name, len(outcomes), figures, _goal(name, "<= 1"))

    return Measure(f"A/A: {case.name}", runs, one, rows)


def _goal(rule: str, goal: str) -> str:
    return goal if rule in POLICIES else ""


def detection(runs: int, case: Case, onset: float = 0.0, goal: str = "") -> Measure:
    tested = POLICIES if onset else {**POLICIES, ALONE: FAULTS_ALONE}
    rules = {**{name: by_serinus(policy) for name, policy in tested.items()}, **PEERS}

    def one(seed: int) -> Ends:
        blocks = stream(case, seed)
        found: Ends = {name: [rule(blocks)] for name, rule in rules.items()}
        for name in tested if not onset else ():
            end = found[name][0] or FOREVER
            found[name] += [canary_requests(blocks, end), spent(case, blocks, end, tested[name].faults)]
        return found

    def rows(outcomes: Sequence[Ends]) -> Iterator[Row]:
        for name in rules:
            figures = _delays([outcome[name][0] for outcome in outcomes], onset)
            if not onset and name in tested:
                figures["canary requests"] = median(_column(outcomes, name, 1))
                figures |= _spent(_column(outcomes, name, 2))
            yield Row("faults", case.name, name, len(outcomes), figures, goal if name in tested else "")

    return Measure(f"faults: {case.name}", runs, one, rows)


def _column(outcomes: Sequence[Ends], rule: str, place: int = 0) -> list[float]:
    """What is known of the runs by one rule, where anything is."""
    return [value for outcome in outcomes if (value := outcome[rule][place]) is not None]


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


def slow(runs: int, name: str, slowing: Slowing, goal: str, minutes: float = 30.0) -> Measure:
    """A slower canary at 50/50 and 100 requests a second, no tolerance; faults are judged beside it."""
    case = Case(name, always(0.001), always(0.001), always(0.5), 100.0, minutes, 1.0, slowing=slowing)
    rules = {"strict": OURS["strict"], **LATENCY_PEERS}

    def one(seed: int) -> Ends:
        blocks = stream(case, seed)
        return {rule: [find(blocks)] for rule, find in rules.items()}

    def rows(outcomes: Sequence[Ends]) -> Iterator[Row]:
        bound = log(1 / ALPHA) / slowness(slowing, 0.5)
        title = f"{name}, 50/50 (bound {bound:,.0f} requests)"
        for rule in rules:
            figures = _delays([outcome[rule][0] for outcome in outcomes])
            middle = figures["median s"]
            figures["requests / bound"] = None if middle is None else middle * case.rate / bound
            yield Row("latency", title, rule, len(outcomes), figures, _goal(rule, goal))

    return Measure(f"latency: {name}", runs, one, rows)


def _default(group: str, case: str, runs: int, one: Callable[[int], list[float | None]], amount: Amount) -> Measure:
    """By the default policy alone: `amount` makes figures and a goal of what `one` found, a row a run."""

    def rows(outcomes: Sequence[Ends]) -> Iterator[Row]:
        figures, goal = amount([outcome["default"] for outcome in outcomes])
        yield Row(group, case, "default", len(outcomes), figures, goal)

    return Measure(f"{group}: {case}", runs, lambda seed: {"default": one(seed)}, rows)


def dead(runs: int) -> Measure:
    """A canary that answers nothing: how many of its requests that takes."""
    case = Case("", always(0.001), always(1.0), always(0.05), 10, 5)

    def one(seed: int) -> list[float | None]:
        blocks = stream(case, seed)
        return [canary_requests(blocks, OURS["default"](blocks) or FOREVER)]

    def amount(found: Found) -> tuple[Figures, str]:
        asked = [run[0] or 0.0 for run in found]
        return {"median canary requests": median(asked), "most": max(asked)}, "<= 10, or one tick"

    return _default("faults", "dead canary, 5 %, 10/s", runs, one, amount)


def promotion(runs: int, case: Case, gate: Gate, goal: str) -> Measure:
    """Requests until the gate is shown; for a canary exactly on it, how often it wrongly is."""
    policy = Policy(gates=(gate,))
    return _default(
        "promotion",
        case.name,
        runs,
        lambda seed: [_until_passed(stream(case, seed), policy)],
        lambda found: (_counted("passed", found), goal),
    )


def _counted(what: str, found: Found) -> Figures:
    """How often it came to that, and the median request with which it did."""
    used = sorted(run[0] for run in found if run[0] is not None)
    return {f"{what} %": 100 * len(used) / len(found), "median requests": median(used) if used else None}


def _until_passed(blocks: Sequence[Block], policy: Policy) -> int | None:
    evidence, requests = Evidence(), 0
    for block in blocks:
        evidence = fold(evidence, Window((block,), block.end), policy, 50, 0.0)
        requests += block.stable.requests + block.canary.requests if block.canary.requests else 0
        if evidence.gate_logs[0] >= log(1 / policy.false_pass):
            return requests
    return None


def splitting(runs: int, desired: float, true: float, goal: str, most: int = 20_000) -> Measure:
    return _default(
        "split",
        f"{desired:.0%} asked, {true:.0%} sent",
        runs,
        lambda seed: [_until_doubted(np.random.default_rng(seed), desired, true, most)],
        lambda found: (_counted("doubted", found), goal),
    )


def _until_doubted(dice: np.random.Generator, desired: float, true: float, most: int) -> int | None:
    canary = np.cumsum(dice.random(most) < true)
    for requests in range(20, most, 50):
        sent = int(canary[requests - 1])
        if split(requests - sent, sent, desired, ALPHA).agrees is False:
            return requests
    return None


def kept_alive(runs: int, case: Case) -> Measure:
    """A correct split of sessions of up to twenty requests each, looked at after every block as the judge counts it."""

    def one(seed: int) -> list[float | None]:
        stable = canary = 0
        for block in (block for block in stream(case, seed) if block.start >= 0):
            stable, canary = stable + block.stable.requests, canary + block.canary.requests
            if split(stable, canary, 0.5, ALPHA).agrees is False:
                return [float(stable + canary)]
        return [None]

    return _default("split", case.name, runs, one, lambda found: (_counted("doubted", found), "doubted <= 1"))


def steps(runs: int, name: str, share: float, endpoints: tuple[float, ...], rate: float = 40.0) -> Measure:
    """Seconds each of the steps 25, 50, 75, 100 % takes with the default policy."""

    def amount(found: Found) -> tuple[Figures, str]:
        taken = [[seconds or 0.0 for seconds in run] for run in found]
        figures: Figures = {
            f"{weight} % median s": median(run[place] for run in taken)
            for place, weight in enumerate((25, 50, 75, 100))
        }
        return {**figures, "all p90 s": sorted(sum(run) for run in taken)[len(taken) * 9 // 10]}, ""

    return _default("steps", name, runs, lambda seed: [*_through_steps(seed, share, endpoints, rate)], amount)


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


def cost() -> Measure:
    """CPU of one endpoint and tick, all metrics: entering the block, and saying the verdict. The least of some: other
    programs only add.
    """
    case = Case("", always(0.01), always(0.01), ramp, minutes=20, endpoints=(0.2,) * 5, slowing=equal)

    def one(_: int) -> list[float | None]:
        blocks = stream(case, 1)
        start = process_time()
        evidence = fold(Evidence(), Window(tuple(blocks), FOREVER), Policy(), 50, 0.0)
        folded = (process_time() - start) / len(blocks)
        start = process_time()
        for _ in range(20):
            judge(evidence, Window((), FOREVER), Policy(), Stage(50, 0.0))
        return [folded * 1e3, (process_time() - start) / 20 / len(case.endpoints) * 1e3]

    def amount(found: Found) -> tuple[Figures, str]:
        folded, said = (min(run[place] or 0.0 for run in found) for place in (0, 1))
        return {"fold ms": folded, "verdict ms": said, "together": folded + said}, "<= 1 together"

    return _default("cost", "one endpoint and tick", 5, one, amount)


def replayed(number: int = 100_000, rate: float = 1000.0) -> Measure:
    """CPU of ten million recorded requests, from a smaller number of lines; the least of some."""
    return _default(
        "cost",
        "ten million lines replayed",
        3,
        lambda _: [_replayed(number, rate)],
        lambda found: ({"s": min(run[0] or 0.0 for run in found)}, "<= 60"),
    )


def _replayed(number: int, rate: float) -> float:
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
    return (process_time() - start) * 1e7 / number
