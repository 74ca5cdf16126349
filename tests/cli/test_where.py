from __future__ import annotations

from pathlib import Path

import pytest
import typer
import yaml

from serinus.cli.kubernetes import Kubernetes
from serinus.cli.laptop import Laptop
from serinus.cli.options import ENDPOINT_VARIABLE, Where
from serinus.cli.where import endpoint, known, source
from serinus.errors import DemoEnded, InvalidInput
from serinus.local.presence import running
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
    with running(here / ".serinus/latest"):
        source(Where())
        runs = capsys.readouterr().err
    source(Where())
    again = capsys.readouterr().err
    source(Where(namespace="shop"))
    source(Where(state=here / ".serinus/latest"))
    assert known(context(), "n") == ["notification"]
    monkeypatch.setenv("KUBECONFIG", str(here / "none"))
    source(Where())
    assert capsys.readouterr().err == "", "it was said, or asked by the shell, or there is a demo only"

    assert ended.startswith("serinus: of the demo in .serinus, which has ended; the cluster: --namespace NAMESPACE or")
    assert runs.startswith("serinus: of the demo in .serinus; the cluster: ")
    assert again == ended


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


def test_the_x_ray_is_the_one_given_else_the_demos_else_aws(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latest, other = here / ".serinus/latest", here / "other"
    assert endpoint(None) is None, "no demo is here"
    for place, directory in enumerate((latest, other)):
        directory.mkdir(parents=True)
        (directory / "xray.url").write_text(f"http://127.0.0.1:{place}\n")

    assert endpoint("http://x") == endpoint("http://x", other) == "http://x"
    assert endpoint(None) == "http://127.0.0.1:0"
    assert endpoint(None, other) == "http://127.0.0.1:1"
    monkeypatch.setenv(ENDPOINT_VARIABLE, "http://environment")
    assert endpoint("http://environment") == "http://environment"
    assert endpoint("http://environment", other) == "http://127.0.0.1:1", "a demo that was named comes first"


def test_the_x_ray_of_a_demo_that_has_ended_is_not_asked_and_aws_neither(here: Path) -> None:
    latest = here / ".serinus/latest"
    latest.mkdir(parents=True)
    with pytest.raises(InvalidInput, match="a demo that has started its X-Ray"):
        endpoint(None)
    (latest / "xray.url").write_text("http://127.0.0.1:1\n")
    with running(latest):
        assert endpoint(None) == "http://127.0.0.1:1"
    for state in (None, latest):
        with pytest.raises(DemoEnded, match=r"serinus xray --port 12000 --store \.serinus/latest/data/traces\.duckdb"):
            endpoint(None, state)
    with pytest.raises(InvalidInput, match="--state: must be the state directory of a demo"):
        endpoint(None, here / "none")


def test_without_a_demo_and_a_kubeconfig_no_option_is_blamed_that_nobody_gave(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "none")
    with pytest.raises(
        InvalidInput, match=r"^--state: must name a demo, or --kubeconfig a cluster: [^']* no file none$"
    ):
        source(Where())
    with pytest.raises(InvalidInput, match=r"^--context: needs a kubeconfig, and none is none; .* got 'foo'$"):
        source(Where(context="foo"))
    (here / "empty").write_text("")
    monkeypatch.setenv("KUBECONFIG", "empty")
    with pytest.raises(InvalidInput, match=r"^KUBECONFIG: must be a kubeconfig with .*, got 'empty'$"):
        source(Where())
