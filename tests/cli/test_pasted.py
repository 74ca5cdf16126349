from __future__ import annotations

import sys
from pathlib import Path

import pytest

from serinus.cli.options import DEFAULT_STATE, LATEST
from serinus.cli.pasted import gone, program, shown, state_words
from serinus.errors import DemoEnded, InvalidInput
from serinus.local.presence import running


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_program(path: Path) -> str:
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_is_called_by_its_name_where_the_shell_finds_it_so(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = a_program(here / ".venv/bin/serinus")
    monkeypatch.setenv("PATH", "/nowhere")
    assert program(called) == program(".venv/bin/serinus") == ".venv/bin/serinus"
    monkeypatch.setenv("PATH", str(here / ".venv/bin"))
    assert program(called) == "serinus"
    other = a_program(here / "other/serinus")
    assert program(other) == "other/serinus", "the shell would find another one"


@pytest.mark.parametrize(
    ("called", "name"),
    [("/x/main.py", "serinus"), ("/not/there/serinus", "serinus"), ("kubectl-serinus", "kubectl serinus")],
)
def test_a_program_that_no_path_leads_to_is_called_by_its_name(called: str, name: str) -> None:
    assert program(called) == name


def test_paths_are_shown_from_here(here: Path) -> None:
    assert shown(here / "a/b") == "a/b"
    assert shown(Path("a/b")) == "a/b"
    assert shown(Path("/etc/x")) == "/etc/x"


def test_the_newest_demo_needs_no_option_and_any_other_does(here: Path) -> None:
    newest, other = here / DEFAULT_STATE / "demo-1", here / "my demo"
    newest.mkdir(parents=True)
    other.mkdir()
    assert state_words(newest) == ("--state", ".serinus/demo-1")
    (here / DEFAULT_STATE / LATEST).symlink_to("demo-1")
    assert state_words(newest) == ()
    assert state_words(other) == ("--state", "my demo")


def test_of_a_demo_that_has_ended_it_says_how_to_see_its_traces(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = here / "my demo"
    state.mkdir()
    assert isinstance(gone(state), InvalidInput), "it has not started yet"
    with running(state):
        pass
    monkeypatch.setattr(sys, "argv", ["serinus", "traces", "1-2", "--state", "my demo"])

    said = gone(state)

    assert isinstance(said, DemoEnded)
    assert str(said).splitlines() == [
        "the demo in my demo has ended, and its X-Ray with it. To serve its traces again:",
        "  serinus xray --port 12000 --store 'my demo/data/traces.duckdb'",
        "and meanwhile, from another terminal:",
        "  serinus traces 1-2 --state 'my demo' --endpoint-url http://127.0.0.1:12000",
    ]
