"""How fast and how honest the judge is, on seeded traffic, beside other controllers' rules. In: --runs, --output.
Out: one table or one document. Every rule sees the same streams; docs/how-a-verdict-is-reached.md shows a run.
With --results FILE nothing is lost when it is cut off: the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.judge_measures import (
    cost,
    dead,
    detection,
    false_alarms,
    kept_alive,
    promotion,
    replayed,
    slow,
    splitting,
    steps,
)
from bench.judge_peers import FAULTS, LATENCY
from bench.judge_runs import Measure, Row, Table, code, known, rows, run
from bench.judge_streams import (
    FIVE,
    Case,
    Course,
    always,
    at_the_tail,
    equal,
    everywhere,
    from_minute,
    ramp,
    sometimes,
    wave,
)

from serinus.judge.policy import Gate


def alike(name: str, course: Course, rate: float = 100.0, pods: float = 0.0) -> Case:
    """Equal versions, faults alone."""
    return Case(name, course, course, ramp, rate, pods=pods)


def apart(name: str, stable: float, canary: float, weight: Course, rate: float = 100.0, minutes: float = 60.0) -> Case:
    return Case(name, always(stable), always(canary), weight, rate, minutes)


CLUSTERED = msgspec.structs.replace(
    apart("1 %, 20/s, sessions of up to 20 in 10 s that fail as a whole, with key", 0.01, 0.01, ramp, 20.0), cluster=20
)
SEVERAL = msgspec.structs.replace(CLUSTERED, name=f"{CLUSTERED.name}, at five endpoints", endpoints=FIVE)
EQUAL = (
    alike("0.1 %, 100/s", always(0.001)),
    alike("0.1 %, 10/s", always(0.001), 10.0),
    alike("0.1 %, 1,000/s", always(0.001), 1000.0),
    alike("1 %, 100/s", always(0.01)),
    alike("0.2 % x5 for both at 15 min", from_minute(15, 0.002, 0.01)),
    alike("1 %, slow wave ±80 %", wave(0.01)),
    msgspec.structs.replace(alike("1 %, autocorrelated noise (sd 50 %, 1 min)", always(0.01)), noise=0.5),
    CLUSTERED,
    SEVERAL,
    alike("0.1 %, the canary on one poor pod (sd 20 %)", always(0.001), pods=0.2),
)
ALL_METRICS = Case(
    "all metrics, five endpoints, for both faults x5 and +22 % latency at 15 min",
    from_minute(15, 0.002, 0.01),
    from_minute(15, 0.002, 0.01),
    ramp,
    tick=20.0,
    endpoints=FIVE,
    slowing=equal,
    drift=from_minute(15, 1.0, 1.22),
    errors=0.01,
    throttles=0.002,
)


def plan(runs: int) -> list[Measure]:
    """All that is measured, with `runs` for what is a rate of false alarm or false passing."""
    return [*_equal(runs), *_faulty(runs), *_slow(runs), *_other(runs)]


def _some(runs: int) -> tuple[int, int]:
    """Enough for a median: of what is quick, of what is not."""
    return min(400, max(20, runs // 2)), min(200, max(20, runs // 4))


def _equal(runs: int) -> Iterator[Measure]:
    for case in EQUAL:
        yield false_alarms(runs, case, FAULTS)
    yield false_alarms(runs, ALL_METRICS, LATENCY)


def _faulty(runs: int) -> Iterator[Measure]:
    (some, few), half, goal = _some(runs), always(0.5), "faults alone: information <= 1.35"
    yield detection(some, apart("0.1→1 %, ramp", 0.001, 0.01, ramp), goal=f"{goal}; strict: median <= 110")
    yield detection(some, apart("0.1→1 %, 50/50", 0.001, 0.01, half), goal=f"{goal}; default: median <= 35")
    slight = apart("0.1→0.5 %, ramp", 0.001, 0.005, ramp)
    yield detection(some, slight, goal=f"{goal}; strict: median <= 340, missed <= 1")
    yield detection(few, apart("1→2 %, 50/50", 0.01, 0.02, half), goal=goal)
    yield detection(few, apart("0→5 %, 25 %, 40/s", 0.0, 0.05, always(0.25), 40))
    yield dead(few)
    late = Case("0.1→1 % at 30 min, 50/50", always(0.001), from_minute(30, 0.001, 0.01), half)
    yield detection(few, late, onset=1800.0, goal="<= 2 x onset at 0")


def _slow(runs: int) -> Iterator[Measure]:
    _, few = _some(runs)
    yield slow(few, "+5 % everywhere", everywhere(1.05), "<= 1.6")
    yield slow(few, "+10 % at p99 only", at_the_tail, "<= 2.3")
    yield slow(few, "1 % of requests +1 s", sometimes(0.01, 1.0), "<= 2.2")


def _other(runs: int) -> Iterator[Measure]:
    (some, few), half = _some(runs), always(0.5)
    equally = apart("0.1 % both, gate +0.5 pp, 50/50", 0.001, 0.001, half, minutes=20)
    yield promotion(some, msgspec.structs.replace(equally, tick=1.0), Gate(100, 0.005, 1.0), "<= 3,300 requests")
    on_it = apart("0.1→0.6 %, exactly on the gate", 0.001, 0.006, half, minutes=20)
    yield promotion(runs, on_it, Gate(100, 0.005, 1.0), "passed <= 1")
    yield splitting(few, 0.5, 0.45, "<= 1,600")
    yield splitting(few, 0.05, 0.04, "")
    yield splitting(runs, 0.5, 0.5, "doubted <= 1", 5_000)
    sessions = msgspec.structs.replace(CLUSTERED, name="50% asked, 50% sent, sessions of up to 20 in 10 s", weight=half)
    yield kept_alive(runs, sessions)
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


def table(runs: int, file: Path | None, workers: int, *, go_on: bool = True) -> Table:
    """All rows, from what the file holds and, unless told otherwise, from the runs that it lacks."""
    parts = run(plan, runs, file, workers) if go_on else known(file) if file else []
    return Table(runs, code(), list(rows(plan(runs), parts)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="A/A runs a case; other cases take a part, 20 at least")
    parser.add_argument(
        "--full", action="store_const", const=2000, dest="runs", help="2,000 runs, two to three CPU hours"
    )
    parser.add_argument("--output", choices=("table", "json"), default="table")
    parser.add_argument(
        "--results", type=Path, help="keep every part here as soon as it is measured, and go on from it"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--so-far", action="store_true", help="measure nothing: the table of what --results holds")
    options = parser.parse_args()
    found = table(options.runs, options.results, options.workers, go_on=not options.so_far)
    if options.output == "json":
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    print("| | case | rule | runs | measured | goal |\n|---|---|---|---|---|---|")
    for row in found.rows:
        print(as_text(row))


if __name__ == "__main__":
    main()
