"""The state directory keeps values whole, and says which file it cannot read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from serinus.errors import InvalidInput, RecordError
from serinus.local.objects import (
    DeploymentStatus,
    HttpGet,
    Mode,
    ProcessTemplate,
    ReplicaStatus,
    RouteSpec,
    RouteStatus,
    Running,
)
from serinus.local.state import State
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease, Gateway, Metadata, Reference, Spec, Traffic
from serinus.release.status import Phase, Status
from serinus.release.world import Command, Verb

RELEASE = CanaryRelease(
    Metadata("notification"), Spec(Reference("v1"), Reference("v2"), Traffic(gateway=Gateway("notification")))
)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def test_what_was_never_written_is_none(state: State) -> None:
    assert state.template("v1") is None
    assert state.deployment_status("v1") is None
    assert state.scale("v1") == 0
    assert state.route("r") is None
    assert state.route_status("r") is None
    assert state.release("notification") is None
    assert state.status("notification") is None
    assert state.command("notification") is None
    assert state.run("notification", 1) is None
    assert state.deployments() == state.routes() == ()


@pytest.mark.parametrize("probe", [HttpGet("/livez"), Running()])
def test_a_deployment_comes_back_as_another_process_wrote_it(state: State, probe: HttpGet | Running) -> None:
    template = ProcessTemplate("v1", ("python", "-m", "notification"), {"A": "b"}, probe, version="V1", service="V1-N")
    status = DeploymentStatus((ReplicaStatus(20001, 12, True), ReplicaStatus(20002, None, False, 3, "exit 1")))
    state.write_template(template)
    state.write_scale("v1", 2)
    state.write_deployment_status("v1", status)
    other = State(state.directory)
    assert (other.template("v1"), other.scale("v1"), other.deployment_status("v1")) == (template, 2, status)
    assert other.deployments() == ("v1",)
    assert (status.ready, status.message) == (1, "exit 1")


def test_a_route_and_a_release_come_back(state: State) -> None:
    spec, seen = RouteSpec(Mode.GATEWAY, 8096, "v1", "v2", 25), RouteStatus(25, 30, 10, (20001,))
    command, status = Command("c1", Verb.ABORT, "ann", "odd"), Status(Phase.ANALYSING, run=3)
    state.write_route("r", spec)
    state.write_route_status("r", seen)
    state.write_release(RELEASE)
    state.write_command("notification", command)
    state.write_status("notification", status)
    state.write_run("notification", Run(number=3, outcome="promoted"))
    other = State(state.directory)
    assert (other.route("r"), other.route_status("r"), other.routes()) == (spec, seen, ("r",))
    assert other.release("notification") == RELEASE
    assert (other.command("notification"), other.status("notification")) == (command, status)
    assert other.run("notification", 3) == Run(number=3, outcome="promoted")


def test_a_reader_sees_each_new_version(state: State) -> None:
    reader = State(state.directory)
    for replicas in (1, 2, 3):
        state.write_scale("v1", replicas)
        assert reader.scale("v1") == replicas


def test_unreadable_json_names_file_and_reason(state: State) -> None:
    state.write_scale("v1", 1)
    path = state.directory / "deployments/v1/scale.json"
    path.write_text('{"replicas": "many"}')
    with pytest.raises(RecordError, match=r"scale\.json: not a readable DeploymentScale: Expected `int`, got `str`"):
        state.scale("v1")


def test_files_are_their_owners_only_and_no_rest_is_left(state: State) -> None:
    state.write_scale("v1", 1)
    (path,) = (state.directory / "deployments/v1").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.directory.stat().st_mode) == 0o700


def test_forgetting_statuses_keeps_wishes_and_records(state: State) -> None:
    state.write_scale("v1", 1)
    state.write_deployment_status("v1", DeploymentStatus())
    state.write_route_status("r", RouteStatus(0))
    state.write_status("notification", Status(run=1))
    state.forget_statuses()
    assert state.deployment_status("v1") is None
    assert state.route_status("r") is None
    assert (state.scale("v1"), state.status("notification")) == (1, Status(run=1))


@pytest.mark.parametrize("name", ["", "../v1", "V1", "a/b", "-a", "a" * 254])
def test_a_name_cannot_leave_its_directory(state: State, name: str) -> None:
    with pytest.raises(InvalidInput, match="name: must be 1 to 253"):
        state.write_scale(name, 1)
