"""The laptop's side of the console: files in, commands out."""

from __future__ import annotations

from pathlib import Path

import pytest

from serinus.cli.options import xray_url
from serinus.cli.ui import LaptopLogs, LaptopReleases, LaptopTraces, Owner, ReadOnly, XRayDoctor, laptop_desk, opening
from serinus.console.port import Person, Pods
from serinus.errors import TracesUnavailable
from serinus.local.journal import log_files
from serinus.local.objects import DeploymentStatus, ProcessTemplate, ReplicaStatus
from serinus.local.presence import running
from serinus.local.state import State
from serinus.release.run import Run
from serinus.release.status import Phase, Status
from serinus.release.world import Command, Verb
from tests.cli.builders import a_run
from tests.release.builders import V1, a_release


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path)
    state.write_release(a_release())
    state.write_template(ProcessTemplate(V1, ("v1",), service="V1-Notification-Microservice"))
    state.write_scale(V1, 4)
    state.write_deployment_status(V1, DeploymentStatus((ReplicaStatus(1, 1, ready=True, message="slow"),)))
    return state


async def test_a_release_is_seen_as_the_files_say(state: State) -> None:
    releases = LaptopReleases(state)
    before = await releases.seen("default", "notification")
    state.write_status("notification", Status(phase=Phase.ANALYSING, run=1))
    state.write_run("notification", a_run())
    seen = await releases.seen("default", "notification")

    assert before is not None
    assert seen is not None
    assert (before.status, before.run) == (Status(), Run())
    assert (seen.status.phase, seen.run) == (Phase.ANALYSING, a_run())
    assert seen.stable == Pods(1, 4, "V1-Notification-Microservice", "slow")
    assert seen.canary == Pods()
    assert await releases.run("default", "notification", 1) == a_run()


async def test_other_names_and_namespaces_hold_nothing(state: State) -> None:
    releases = LaptopReleases(state)

    assert await releases.keys() == (("default", "notification"),)
    assert await releases.seen("shop", "notification") is None
    assert await releases.seen("default", "other") is None
    assert await releases.run("shop", "notification", 1) is None


async def test_a_wish_is_written_into_the_resource(state: State) -> None:
    command = Command("1", Verb.PAUSE, "ana", "look first")
    await LaptopReleases(state).ask("default", "notification", command)

    assert state.command("notification") == command


async def test_whoever_holds_the_link_may_act_unless_it_is_to_look_only() -> None:
    assert await Owner().refusal(Person("ana"), "abort", "default") is None
    refused = await ReadOnly().refusal(Person("ana"), "abort", "default")
    assert refused is not None
    assert "ana may not abort" in refused.why
    assert await ReadOnly().refusal(Person("ana"), "list", "") is None


def test_the_token_stands_where_no_browser_sends_it(state: State) -> None:
    assert opening("http://127.0.0.1:1/", "t") == "http://127.0.0.1:1/login#token=t"
    assert xray_url(state.directory) is None
    (state.directory / "xray.url").write_text("http://127.0.0.1:2\n")
    assert laptop_desk(state.directory, None).xray == "http://127.0.0.1:2"


def test_a_runs_log_is_read_beside_its_record(state: State) -> None:
    (state.directory / "runs").mkdir(exist_ok=True)
    older, newer = log_files(state.directory / "runs", "notification", 1)
    older.write_bytes(b"1\n")
    newer.write_bytes(b"2\n3\n")
    logs = LaptopLogs(state.directory)

    assert list(logs.lines("default", "notification", 1)) == [b"1\n", b"2\n", b"3\n"]
    assert list(logs.lines("default", "notification", 2)) == []
    assert list(logs.lines("shop", "notification", 1)) == []


async def test_before_the_demos_x_ray_has_started_nobody_else_is_asked(state: State) -> None:
    traces = LaptopTraces(state.directory, None)
    with pytest.raises(TracesUnavailable, match="not started"):
        traces.summaries(0.0, 1.0)
    assert [(one.check, one.ok) for one in await XRayDoctor(traces.client).findings()] == [("access", False)]

    (state.directory / "xray.url").write_text("http://127.0.0.1:2\n")
    assert traces.client() is traces.client()


def test_of_a_demo_that_has_ended_the_console_says_how_to_see_its_traces(state: State) -> None:
    with running(state.directory):
        pass
    with pytest.raises(TracesUnavailable, match="has ended, and its X-Ray with it"):
        LaptopTraces(state.directory, None).summaries(0.0, 1.0)
