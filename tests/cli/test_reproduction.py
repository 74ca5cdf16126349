"""`serinus replay --run`: a run that the controller has carried out, found again from what it left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
import yaml
from msgspec.structs import replace
from typer.testing import CliRunner

from serinus.cli.replay import DIFFERS, replay
from serinus.errors import InvalidInput, RecordError
from serinus.kube.documents import run_fields
from serinus.local.journal import FileJournal, log_files
from serinus.local.state import State
from serinus.release.run import Run
from tests.cli.apiserver import api_server, kubeconfig
from tests.cli.test_kubernetes import a_resource
from tests.release.builders import a_release, a_world
from tests.test_controller import FakeCluster, FakeTraces, passes

app = typer.Typer()
app.command()(replay)


@pytest.fixture
async def state(tmp_path: Path) -> Path:
    """The state directory of a run that was rolled back; X-Ray was down for its last look but one."""
    cluster, journal = FakeCluster(a_world()), FileJournal(tmp_path / "runs")
    for traces, count in ((FakeTraces(), 4), (FakeTraces(down=True), 1), (FakeTraces(canary_faults=10), 30)):
        await passes(cluster, traces, count, journal)
    found = State(tmp_path)
    found.write_release(a_release())
    found.write_status("notification", cluster.obedient.world.status)
    found.write_run("notification", cluster.obedient.world.run)
    return tmp_path


def said(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == code
    return result.stdout


def documents(*arguments: object, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(*arguments, "-o", "json", code=code).splitlines()]


def lines(state: Path) -> list[bytes]:
    return log_files(state / "runs", "notification", 1)[1].read_bytes().splitlines(keepends=True)


def write(state: Path, found: list[bytes]) -> None:
    log_files(state / "runs", "notification", 1)[1].write_bytes(b"".join(found))


def test_a_run_is_found_again_to_the_digit_by_name_by_number_and_by_file(state: Path) -> None:
    record = state / "runs/notification-1.json"
    by_name = documents("--run", "notification", "--state", state)
    last = by_name[-1]["final"]

    assert by_name == documents("--run", "notification-1", "--state", state) == documents("--run", record)
    assert (last["verdict"], last["same"], last["differs"], last["notes"]) == ("fail", True, None, [])
    assert last["looks"] == len(by_name) - 1
    assert all(tick["agrees"] for tick in by_name[:-1])
    verdict = msgspec.to_builtins(State(state).run("notification", 1)).get("verdict")
    assert by_name[-2]["checks"] == msgspec.json.decode(msgspec.json.encode(verdict["checks"]))


def test_for_people_it_says_what_was_new_and_that_all_agrees(state: Path) -> None:
    text = said("--run", "notification", "--state", state)

    assert "connection refused" in text
    assert "fail: Harm found" in text
    assert text.rstrip().endswith("looks.")
    assert "The same as recorded, to the digit" in text


def test_the_first_look_that_differs_is_named(state: Path) -> None:
    found = lines(state)
    found[3] = found[3].replace(b'"outcome":"insufficient"', b'"outcome":"pass"')
    write(state, found)

    differs = documents("--run", "notification", "--state", state, code=DIFFERS)[-1]["final"]["differs"]
    assert differs["line"] == 4
    assert (differs["recorded"]["outcome"], differs["again"]["outcome"]) == ("pass", "insufficient")
    assert "NOT the same as recorded: line 4, " in said("--run", "notification", "--state", state, code=DIFFERS)


def test_a_record_that_says_something_else_than_its_log_is_found_out(state: Path) -> None:
    run = State(state).run("notification", 1)
    assert run is not None
    assert run.verdict is not None
    State(state).write_run("notification", replace(run, verdict=replace(run.verdict, e_total=1.0)))

    text = said("--run", "notification", "--state", state, code=DIFFERS)
    assert "NOT the same as recorded: the record's own verdict: recorded fail" in text


def test_a_look_that_was_logged_and_not_saved_changes_nothing(state: Path) -> None:
    found = lines(state)
    last = msgspec.json.decode(found[-1])
    write(state, [*found, msgspec.json.encode(last | {"number": last["number"] + 1}) + b"\n"])
    assert documents("--run", "notification", "--state", state)[-1]["final"]["same"] is True


def test_looks_that_are_missing_are_said(state: Path) -> None:
    found = lines(state)
    write(state, [*found[:4], *found[5:]])
    text = said("--run", "notification", "--state", state, code=DIFFERS)
    assert "NOT the same as recorded: looks are missing before line 5." in text


def test_a_line_cut_off_by_a_crash_is_a_note(state: Path) -> None:
    write(state, [*lines(state), b'{"line":'])
    assert "Note: line " in said("--run", "notification", "--state", state)


def test_a_run_of_a_cluster_is_read_as_kubectl_prints_it(state: Path, tmp_path: Path) -> None:
    run = State(state).run("notification", 1)
    assert run is not None
    document = {"kind": "CanaryRun", "metadata": {"name": "notification-1"}, "status": run_fields(run)}
    record = tmp_path / "canaryrun.json"
    record.write_bytes(msgspec.json.encode(document))
    _, log = log_files(state / "runs", "notification", 1)

    assert documents("--run", record, "--log", log)[-1]["final"]["same"] is True


def test_another_policy_gives_other_verdicts_and_that_is_said(state: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("falseAlarm: 0.2\n")
    text = said("--run", "notification", "--state", state, "--policy", policy, code=DIFFERS)
    assert "NOT the same as recorded: line 2, 0.0 s: " in text


def test_a_run_without_a_log_says_so_and_is_judged_from_its_record_when_told_by_which_policy(
    state: Path, tmp_path: Path
) -> None:
    log_files(state / "runs", "notification", 1)[1].unlink()
    policy = tmp_path / "policy.yaml"
    policy.write_text("{}\n")

    assert "the run has no log of its evidence" in str(refusal("--run", "notification", "--state", state))
    text = said("--run", "notification", "--state", state, "--policy", policy)
    assert "Without a log; the same verdict from its record alone." in text
    policy.write_text("falseAlarm: 0.2\n")
    (told,) = documents("--run", "notification", "--state", state, "--policy", policy, code=DIFFERS)
    assert told["final"]["same"] is False


def refusal(*arguments: object) -> Exception:
    with pytest.raises((InvalidInput, RecordError)) as refused:
        CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    return refused.value


def test_what_cannot_be_found_again_is_named(state: Path, tmp_path: Path) -> None:
    broken, blank, empty = (tmp_path / name for name in ("broken.json", "blank.json", "empty.ndjson"))
    broken.write_text("{")
    blank.write_bytes(msgspec.json.encode(Run()))
    empty.touch()

    assert str(broken) in str(refusal("--run", broken))
    assert "--run: must be the record of a run that was judged" in str(refusal("--run", blank))
    assert "or a release of this demo (notification)" in str(refusal("--run", "other", "--state", state))
    assert "the log holds no look" in str(refusal("--run", "notification", "--state", state, "--log", empty))
    said = "--run: must be a run of this demo: notification-1, got 'notification-9'"
    assert str(refusal("--run", "notification-9", "--state", state)) == said


@pytest.fixture
def cluster(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A kubeconfig of a cluster that holds the same run."""
    run = State(state).run("notification", 1)
    assert run is not None
    config = tmp_path_factory.mktemp("kube") / "config"
    with api_server() as server:
        server.put(a_resource(run=1))
        metadata = {"name": "notification-1", "namespace": "shop"}
        server.put({"kind": "CanaryRun", "metadata": metadata, "status": run_fields(run)})
        config.write_text(yaml.safe_dump(kubeconfig(server.url, "here")))
        yield config


def test_a_run_of_a_cluster_is_found_by_name_and_judged_by_the_log_that_the_console_saved(
    state: Path, cluster: Path
) -> None:
    _, log = log_files(state / "runs", "notification", 1)
    of = ("--kubeconfig", cluster, "--namespace", "shop", "--log", log)

    assert documents("--run", "notification", *of)[-1]["final"]["same"] is True
    assert documents("--run", "notification-1", *of) == documents("--run", "notification", *of)


def test_without_the_log_it_says_where_to_get_it(cluster: Path) -> None:
    said = str(refusal("--run", "notification", "--kubeconfig", cluster))

    assert said.startswith("CanaryRun shop/notification-1: its log of evidence is with the operators: save it in the")
    assert "--log FILE" in said
    assert "must be a run of namespace shop" in str(refusal("--run", "other", "--kubeconfig", cluster))
