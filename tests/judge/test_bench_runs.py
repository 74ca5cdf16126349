"""The bench's runs in parts: cut off anywhere, they go on, and the table is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from bench.judge_runs import AT_ONCE, Ends, Measure, Row, known, measured, rows, run


def counted(name: str, runs: int) -> Measure:
    def total(outcomes: Sequence[Ends]) -> Iterator[Row]:
        yield Row("sum", name, "any", len(outcomes), {"sum": sum(one["any"][0] or 0.0 for one in outcomes)})

    return Measure(name, runs, lambda seed: {"any": [float(seed)]}, total)


def plan(runs: int) -> list[Measure]:
    return [counted("many", runs), counted("few", 3)]


def table(file: Path | None) -> list[Row]:
    return list(rows(plan(35), run(plan, 35, file, 1)))


def test_the_table_holds_all_runs_of_all_measures(tmp_path: Path) -> None:
    whole = [row for measure in plan(35) for row in measured(measure)]
    assert table(None) == table(tmp_path / "results") == whole
    assert [(row.runs, row.figures["sum"]) for row in whole] == [(35, 595.0), (3, 3.0)]


@pytest.mark.parametrize("left", [0, 1, 2, 4])
@pytest.mark.parametrize("torn", [b"", b'{"measure":"ma'], ids=["between lines", "in a line"])
def test_what_was_cut_off_goes_on(tmp_path: Path, left: int, torn: bytes) -> None:
    file = tmp_path / "results"
    whole = table(file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:left]) + torn)
    assert len(known(file)) == left
    assert table(file) == whole
    assert file.read_bytes() == b"".join(lines)


def test_a_table_can_be_seen_before_it_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "results"
    parts = run(plan, 35, file, 1)[:2]
    assert [row.runs for row in rows(plan(35), parts)] == [AT_ONCE, 3]


def test_runs_of_another_judge_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "results"
    (part, *_) = run(plan, 35, None, 1)
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(part, code="another")) + b"\n")
    with pytest.raises(ValueError, match="another judge"):
        known(file)
