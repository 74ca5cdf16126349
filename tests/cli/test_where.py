from __future__ import annotations

from pathlib import Path

import pytest
import typer
import yaml

from serinus.cli.kubernetes import Kubernetes
from serinus.cli.laptop import Laptop
from serinus.cli.options import Where
from serinus.cli.where import known, source
from serinus.errors import InvalidInput
from serinus.local.state import State
from tests.cli.apiserver import kubeconfig
from tests.release.builders import a_release


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to be in, and a kubeconfig of a cluster that is not there."""
    config = tmp_path / "config"
    config.write_text(yaml.safe_dump(kubeconfig("http://127.0.0.1:1", "here")))
    monkeypatch.setenv("KUBECONFIG", str(config))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_demo(directory: Path) -> None:
    State(directory / ".serinus" / "latest").write_release(a_release())


def test_a_demo_of_this_directory_comes_before_the_cluster(here: Path) -> None:
    assert isinstance(source(Where()), Kubernetes)
    a_demo(here)
    assert isinstance(source(Where()), Laptop)


def test_where_both_could_be_meant_it_says_which_is_taken_and_how_to_choose_the_other(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source(Where())
    assert capsys.readouterr().err == "", "there is a cluster only"
    a_demo(here)
    source(Where())
    ended = capsys.readouterr().err
    (here / ".serinus/latest/xray.url").write_text("http://127.0.0.1:1")
    source(Where())
    running = capsys.readouterr().err
    source(Where(namespace="shop"))
    source(Where(state=here / ".serinus/latest"))
    assert known(context(), "n") == ["notification"]
    monkeypatch.setenv("KUBECONFIG", str(here / "none"))
    source(Where())
    assert capsys.readouterr().err == "", "it was said, or asked by the shell, or there is a demo only"

    assert ended.startswith("serinus: of the demo in .serinus, which has ended; the cluster: --namespace NAMESPACE or")
    assert running.startswith("serinus: of the demo in .serinus; the cluster: ")


@pytest.mark.parametrize("where", [Where(namespace="shop"), Where(context="here"), Where(everywhere=True)])
def test_an_option_of_the_cluster_chooses_it(here: Path, where: Where) -> None:
    a_demo(here)

    assert isinstance(source(where), Kubernetes)


def test_a_state_directory_chooses_the_laptop_and_excludes_a_cluster(here: Path) -> None:
    assert isinstance(source(Where(state=here)), Laptop)
    with pytest.raises(InvalidInput, match="--state: cannot be given together with a cluster's options"):
        source(Where(state=here, namespace="shop"))


def context(**given: object) -> typer.Context:
    made = typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)))
    made.params = given
    return made


def test_the_shell_completes_names_and_is_silent_where_there_are_none(here: Path) -> None:
    assert known(context(), "n") == []
    a_demo(here)
    assert known(context(), "n") == ["notification"]
    assert known(context(), "x") == []
