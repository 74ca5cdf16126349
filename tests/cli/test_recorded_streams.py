"""What `serinus observations` wrote of five demos, judged again: tests/golden/streams/README.md says of which."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from serinus.cli.replay import replay

STREAMS = Path(__file__).parent.parent / "golden" / "streams"
app = typer.Typer()
app.command()(replay)


def documents(tmp_path: Path, name: str, *options: str) -> list[dict[str, Any]]:
    """What `serinus replay` says of a stream."""
    stream = tmp_path / f"{name}.ndjson"
    stream.write_bytes(gzip.decompress((STREAMS / f"{name}.ndjson.gz").read_bytes()))
    told = CliRunner().invoke(app, ["--observations", str(stream), "-o", "json", *options], catch_exceptions=False)
    assert told.exit_code == 0
    return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.mark.parametrize(
    ("name", "verdict", "says"),
    [
        ("healthy", "pass", "faults 0.0 %, split as asked"),
        ("fault", "fail", "Harm found: faults 0.0 % → 3."),
        ("latency", "fail", "Harm found at GET /notification/xray: latency p50"),
        ("both", "insufficient", "more canary requests"),
        ("thin", "insufficient", "more canary requests"),
    ],
)
def test_each_demo_is_judged_as_it_was(tmp_path: Path, name: str, verdict: str, says: str) -> None:
    *ticks, last = documents(tmp_path, name)
    assert last["final"]["verdict"] == verdict
    assert says in last["final"]["reason"]
    assert all(tick["verdict"] != "fail" for tick in ticks[:-1])
    assert last["final"]["canary_requests"] > 0


@pytest.mark.parametrize("name", ["healthy", "both"])
def test_stable_against_itself_is_not_condemned_on_their_traffic(tmp_path: Path, name: str) -> None:
    (told,) = documents(tmp_path, name, "--aa", "--deals", "30")
    assert told["aa"]["falseAlarms"] <= 2


def test_harm_is_found_where_the_versions_differ_and_not_before(tmp_path: Path) -> None:
    """Faults from the first canary request on; latencies once they are compared."""
    took = {}
    for name in ("fault", "latency"):
        *_, last = documents(tmp_path, name)
        took[name] = last["final"]["canary_requests"]
    assert took["fault"] <= 400
    assert took["latency"] <= 300
