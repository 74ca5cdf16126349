from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml

from serinus.cli.listing import show
from serinus.cli.options import Format
from serinus.cli.source import Standing
from serinus.release.status import Phase
from tests.cli.builders import a_standing


def looks() -> Iterator[Standing]:
    yield a_standing()
    yield a_standing()
    yield a_standing(phase=Phase.ROLLED_BACK, weight=0)


def test_watched_json_is_one_line_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    show(looks(), Format.JSON, watch=True)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["status"]["phase"] for one in lines] == ["Analysing", "RolledBack"]


def test_watched_yaml_is_a_stream_of_documents(capsys: pytest.CaptureFixture[str]) -> None:
    show(looks(), Format.YAML, watch=True)

    documents = yaml.safe_load_all(capsys.readouterr().out)
    assert [one["status"]["phase"] for one in documents] == ["Analysing", "RolledBack"]


def test_off_the_terminal_a_watch_prints_one_line_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    show(looks(), Format.TEXT, watch=True)

    first, last = capsys.readouterr().out.splitlines()
    assert "Analysing" in first
    assert "RolledBack" in last


def test_without_watch_it_is_a_tree_or_a_wide_row(capsys: pytest.CaptureFixture[str]) -> None:
    show(iter([a_standing()]), Format.TEXT, watch=False)
    assert "├─ traffic" in capsys.readouterr().out

    show(iter([a_standing()]), Format.WIDE, watch=False)
    header, _ = capsys.readouterr().out.splitlines()
    assert header.split()[-1] == "MESSAGE"


def test_nothing_is_coloured_off_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show(iter([a_standing()]), Format.TEXT, watch=False)

    assert "\x1b" not in capsys.readouterr().out
