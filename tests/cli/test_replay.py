"""`serinus replay` over files: every form of its answer, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from serinus.cli.replay import replay
from serinus.errors import InvalidInput
from serinus.judge.recorded import line_of
from tests.judge.test_replay import Item, stream

app = typer.Typer()
app.command()(replay)


def written(path: Path, items: list[Item]) -> str:
    path.write_bytes(b"".join(line_of(item) + b"\n" for item in items))
    return str(path)


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def documents(*arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said(*arguments, "-o", "json").splitlines()]


def test_it_says_a_verdict_a_tick_and_the_outcome_last(tmp_path: Path) -> None:
    told = documents("--observations", written(tmp_path / "a.ndjson", stream(0.2)))
    assert set(told[0]) >= {"t", "verdict", "e_total", "checks"}
    (last,) = told[-1].values()
    assert isinstance(last, dict)
    assert set(last) == {"verdict", "t", "requests", "canary_requests", "reason"}
    assert last["verdict"] == "fail"
    assert str(last["reason"]).startswith("Harm found")


def test_for_people_it_says_only_what_is_new(tmp_path: Path) -> None:
    text = said("--observations", written(tmp_path / "a.ndjson", stream(0.0)))
    assert "pass: Within margin" in text
    assert "2,400 requests" in text


def test_a_stream_cut_in_two_files_gives_the_same_verdict(tmp_path: Path) -> None:
    items = stream(0.03)
    whole = documents("--observations", written(tmp_path / "a.ndjson", items))
    first, second = written(tmp_path / "b.ndjson", items[:777]), written(tmp_path / "c.ndjson", items[777:])
    assert documents("--observations", first, "--observations", second) == whole


def test_the_policy_is_the_resources_analysis_block(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("analysis: {faults: {ratio: 1, difference: 0.5}, tick: 1s}\n")
    told = documents("--observations", written(tmp_path / "a.ndjson", stream(0.2)), "--policy", str(policy))
    assert told[-1]["final"]["verdict"] == "insufficient"  # type: ignore[index]


def test_stable_against_itself_is_rarely_condemned(tmp_path: Path) -> None:
    (told,) = documents("--observations", written(tmp_path / "a.ndjson", stream(0.2)), "--aa", "--deals", "50")
    seen = told["aa"]
    assert isinstance(seen, dict)
    assert (seen["deals"], seen["promised"]) == (50, 0.01)
    assert seen["falseAlarms"] <= 2
    assert "Stable against itself" in said("--observations", str(tmp_path / "a.ndjson"), "--aa", "--deals", "5")


def refusal(*arguments: str) -> Exception:
    with pytest.raises(InvalidInput) as refused:
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    return refused.value


def test_a_bad_line_anywhere_is_refused_and_nothing_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    written(path, stream(0.5))
    with path.open("ab") as file:
        file.write(b'{"t": "soon"}\n')
    assert str(refusal("--observations", str(path))).startswith("line 2402: ")


def test_what_cannot_be_replayed_is_named(tmp_path: Path) -> None:
    empty, broken = tmp_path / "empty", tmp_path / "broken"
    empty.touch()
    broken.write_text("{")
    good = written(tmp_path / "a.ndjson", stream(0.0, 5))
    assert "--observations: must be given" in str(refusal())
    assert "--observations: must hold" in str(refusal("--observations", str(empty)))
    assert "--observations: must be readable" in str(refusal("--observations", str(tmp_path / "none")))
    assert "--policy: must be the analysis" in str(refusal("--observations", good, "--policy", str(broken)))
