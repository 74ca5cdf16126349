"""Many seeded runs of many measures, in rounds, kept in a file part by part: nothing is lost when they are cut off.
In: measures, a file, a number of workers. Out: rows of the table; at any moment from as many runs as there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

AT_ONCE = 10
SOURCES = ("src/serinus/judge/*.py", "bench/judge_measures.py", "bench/judge_peers.py", "bench/judge_streams.py")
Ends = dict[str, list[float | None]]


class Row(Struct, frozen=True):
    """One line of the table: what was measured, on how many runs, and the goal it is held against."""

    group: str
    case: str
    rule: str
    runs: int
    figures: dict[str, float | None]
    goal: str = ""


class Measure(Struct, frozen=True):
    """`one`: what became of the run with this seed, by rule. `rows`: what many runs amount to."""

    name: str
    runs: int
    one: Callable[[int], Ends]
    rows: Callable[[Sequence[Ends]], Iterable[Row]]


class Part(Struct, frozen=True):
    """Runs of one measure, from the seed `first` on. `code`: of what they were made with."""

    measure: str
    first: int
    outcomes: list[Ends]
    code: str


class Table(Struct, frozen=True):
    """All rows; `asked`: runs a case that the table is complete with; `code` as of a Part."""

    asked: int
    code: str
    rows: list[Row]


Plan = Callable[[int], Sequence[Measure]]


def measured(measure: Measure) -> list[Row]:
    """All runs of one measure, here and now."""
    return list(measure.rows([measure.one(seed) for seed in range(measure.runs)]))


def code() -> str:
    """A digest of the judge and of how it is measured. A case that is changed needs another name."""
    root, digest = Path(__file__).parents[1], blake2b(digest_size=6)
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def known(file: Path) -> list[Part]:
    """What the file holds; its last line may be cut off. ValueError for one that other code has made."""
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    parts = [msgspec.json.decode(line, type=Part) for line in lines if line.endswith(b"\n")]
    if any(part.code != code() for part in parts):
        raise ValueError(f"{file} holds runs of another judge or bench; name another file, or delete it")
    return parts


def run(plan: Plan, runs: int, file: Path | None, workers: int) -> list[Part]:
    """All parts, those of the file first; each new one is added to it at once. In rounds of ten runs each."""
    found = known(file) if file else []
    done, measures = {(part.measure, part.first) for part in found}, plan(runs)
    most = max(measure.runs for measure in measures)
    todo = [
        (place, range(first, min(first + AT_ONCE, measure.runs)))
        for first in range(0, most, AT_ONCE)
        for place, measure in enumerate(measures)
        if first < measure.runs and (measure.name, first) not in done
    ]
    for part in _made(plan, runs, todo, workers):
        found.append(part)
        if file:
            _add(file, part)
    return found


def _add(file: Path, part: Part) -> None:
    """Append a line, in place of one that was cut off."""
    with file.open("ab") as stream:
        stream.truncate(file.read_bytes().rfind(b"\n") + 1)
        stream.write(msgspec.json.encode(part) + b"\n")


def _made(plan: Plan, runs: int, todo: Sequence[tuple[int, range]], workers: int) -> Iterator[Part]:
    if workers == 1:
        yield from (_part(plan, runs, place, seeds) for place, seeds in todo)
        return
    with ProcessPoolExecutor(workers) as pool:
        waiting: list[Future[Part]] = [pool.submit(_part, plan, runs, place, seeds) for place, seeds in todo]
        yield from (one.result() for one in as_completed(waiting))


def _part(plan: Plan, runs: int, place: int, seeds: range) -> Part:
    measure = plan(runs)[place]
    return Part(measure.name, seeds.start, [measure.one(seed) for seed in seeds], code())


def rows(measures: Iterable[Measure], parts: Iterable[Part]) -> Iterator[Row]:
    """The table, from as many runs as there are."""
    outcomes: dict[str, list[Ends]] = {}
    for part in sorted(parts, key=lambda part: part.first):
        outcomes.setdefault(part.measure, []).extend(part.outcomes)
    for measure in measures:
        if some := outcomes.get(measure.name):
            yield from measure.rows(some[: measure.runs])
