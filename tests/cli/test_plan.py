from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner, Result

from serinus.cli.plan import lasting, plan
from serinus.cli.source import whole
from serinus.errors import InvalidInput
from tests.cli.builders import a_standing

app = typer.Typer()
app.command()(plan)

RELEASE = """
kind: Service
---
apiVersion: serinus.dev/v1alpha1
kind: CanaryRelease
metadata: {name: notification}
spec:
  stable: {deployment: v1}
  canary: {deployment: v2}
  traffic: {gateway: {httpRoute: notification}}
"""


def asked(tmp_path: Path, *arguments: str, text: str = RELEASE) -> Result:
    path = tmp_path / "release.yaml"
    path.write_text(text)
    return CliRunner().invoke(app, ["-f", str(path), *arguments], catch_exceptions=False)


def test_it_tells_each_step_the_price_and_what_is_found(tmp_path: Path) -> None:
    result = asked(tmp_path, "--rps", "12", "--fault-rate", "0.001")
    assert result.exit_code == 0
    for fact in ("weight", "50 %", "finds 1 %", "traces: ≈ $", "An equally good canary is through in"):
        assert fact in result.stdout


def test_for_programs_it_is_one_document(tmp_path: Path) -> None:
    told = json.loads(asked(tmp_path, "--rps", "12", "-o", "json").stdout)
    assert [step["weight"] for step in told["steps"]] == [5, 10, 25, 50, 100]


def test_a_step_takes_as_long_as_the_release_says_at_least(tmp_path: Path) -> None:
    text = f"{RELEASE}  steps: [{{weight: 50, minTime: 20m}}, {{weight: 100}}]\n"
    told = json.loads(asked(tmp_path, "--rps", "100", "-o", "json", text=text).stdout)
    assert told["steps"][0]["passes_s"] == 1200.0


def test_traffic_too_thin_is_an_exit_code(tmp_path: Path) -> None:
    result = asked(tmp_path, "--rps", "0.05")
    assert result.exit_code == 1
    assert "⚠ 5 %: needs" in result.stdout


def test_a_file_without_a_release_is_refused(tmp_path: Path) -> None:
    for text in ("kind: Service", "a: [", ""):
        with pytest.raises(InvalidInput, match=r"--file: "):
            asked(tmp_path, "--rps", "12", text=text)
    with pytest.raises(InvalidInput, match=r"--file: "):
        CliRunner().invoke(app, ["-f", "/nowhere", "--rps", "1"], catch_exceptions=False)


def test_times_are_told_as_people_tell_them() -> None:
    assert [lasting(seconds) for seconds in (None, 0.2, 90, 600, 9000)] == ["–", "1 s", "90 s", "10 min", "2.5 h"]


def test_standard_input_and_what_get_shows_are_taken() -> None:
    shown = yaml.safe_dump(whole(a_standing()))
    result = CliRunner().invoke(app, ["-f", "-", "--rps", "100"], input=shown, catch_exceptions=False)
    assert result.exit_code == 0
