"""The supervisor makes real processes what the state directory says, and leaves none behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from serinus.errors import ProcessFailed
from serinus.local.loopback import get
from serinus.local.objects import DeploymentStatus, ProcessTemplate, Running, TcpConnect
from serinus.local.processes import Supervisor
from serinus.local.state import State
from tests.local.replicas import small, until


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


def status(state: State, name: str = "v1") -> DeploymentStatus:
    return state.deployment_status(name) or DeploymentStatus()


def pids(state: State, name: str = "v1") -> tuple[int, ...]:
    return tuple(replica.pid for replica in status(state, name).replicas if replica.pid)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def deploy(state: State, template: ProcessTemplate, replicas: int = 1) -> None:
    state.write_template(template)
    state.write_scale(template.name, replicas)


async def test_replicas_answer_on_ports_of_their_own_and_end_with_the_supervisor(state: State) -> None:
    deploy(state, small("v1"), 3)
    async with Supervisor(state) as supervisor:
        await supervisor.ready(20)
        replicas = status(state).replicas
        answers = [await get(replica.port, "/pid") for replica in replicas]
        assert [int(a.body) for a in answers if a] == [replica.pid for replica in replicas]
        assert len({replica.port for replica in replicas}) == 3
        started = pids(state)
    assert not any(alive(pid) for pid in started)
    assert status(state) == DeploymentStatus()


async def test_a_killed_replica_is_replaced_and_says_why(state: State) -> None:
    deploy(state, small("v1"))
    async with Supervisor(state) as supervisor:
        await supervisor.ready(20)
        (first,) = pids(state)
        os.kill(first, signal.SIGKILL)
        await until(lambda: status(state).message == "killed by SIGKILL")
        await until(lambda: status(state).ready == 1)
        (replica,) = status(state).replicas
        assert (replica.restarts, replica.message) == (1, "")
        assert replica.pid != first
        assert not alive(first)


async def test_scaling_follows_the_wish_in_both_directions(state: State) -> None:
    deploy(state, small("v1"))
    async with Supervisor(state) as supervisor:
        await supervisor.ready(20)
        first = pids(state)
        state.write_scale("v1", 4)
        await until(lambda: status(state).ready == 4)
        grown = pids(state)
        state.write_scale("v1", 1)
        await until(lambda: len(status(state).replicas) == 1)
        assert pids(state) == first
        assert [alive(pid) for pid in grown] == [True, False, False, False]


class HeldRouter:
    """A router that goes on sending to every port it ever heard of until it is let go."""

    settled = True

    def __init__(self) -> None:
        self.known: set[int] = set()
        self.told: set[int] = set()
        self.held = True
        self.passes = 0

    async def sync(self, ports: Mapping[str, tuple[int, ...]]) -> Collection[int]:
        self.passes += 1
        self.told = {port for some in ports.values() for port in some}
        self.known = self.known | self.told if self.held else set(self.told)
        return self.known


async def test_a_replica_is_out_of_the_router_before_it_is_asked_to_stop(state: State) -> None:
    router = HeldRouter()
    deploy(state, small("v1"), 2)
    async with Supervisor(state, router) as supervisor:
        await supervisor.ready(20)
        await until(lambda: len(router.told) == 2)
        leaving = status(state).replicas[1]
        state.write_scale("v1", 1)
        await until(lambda: len(router.told) == 1)
        passes = router.passes + 20  # a second: longer than a replica lives once the router has let it go
        await until(lambda: router.passes >= passes)
        answer = await get(leaving.port, "/")
        assert answer is not None
        assert status(state).ready == 1
        router.held = False
        await until(lambda: len(status(state).replicas) == 1)


async def test_a_replica_that_ignores_sigterm_is_killed_after_its_grace(state: State) -> None:
    deploy(state, small("v1"))
    async with Supervisor(state) as supervisor:
        await supervisor.ready(20)
        (replica,) = status(state).replicas
        await get(replica.port, "/stubborn")
        state.write_scale("v1", 0)
        await until(lambda: not status(state).replicas)
        assert not any(alive(pid) for pid in (replica.pid,) if pid)


async def test_a_program_that_keeps_crashing_is_named_with_the_end_of_its_log(state: State) -> None:
    deploy(state, small("v1", CRASH="1"))
    with pytest.raises(ProcessFailed, match=r"v1 does not become ready: exited with code 1: no database"):
        async with Supervisor(state) as supervisor:
            await supervisor.ready(20)


async def test_a_program_that_is_not_there_is_named(state: State) -> None:
    deploy(state, ProcessTemplate("v1", ("/nowhere/x",)))
    with pytest.raises(ProcessFailed, match="cannot run '/nowhere/x': No such file or directory"):
        async with Supervisor(state) as supervisor:
            await supervisor.ready(20)


async def test_a_replica_that_is_never_ready_fails_the_start_at_the_deadline(state: State) -> None:
    deploy(state, small("v1", BUSY="1"))
    async with Supervisor(state) as supervisor:
        await until(lambda: "not ready" in status(state).message)
        with pytest.raises(ProcessFailed, match="v1 does not become ready: says that it is not ready"):
            await supervisor.ready(0)


async def test_programs_without_http_are_ready_by_connection_or_by_running(state: State) -> None:
    deploy(state, small("v1", TcpConnect()))
    deploy(state, ProcessTemplate("loop", (sys.executable, "-c", "import time; time.sleep(60)"), probe=Running()))
    async with Supervisor(state) as supervisor:
        await supervisor.ready(20)
        assert (status(state, "v1").ready, status(state, "loop").ready) == (1, 1)


async def test_a_program_sees_its_own_environment_and_none_of_the_users(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the user's")
    deploy(state, ProcessTemplate("env", ("env",), {"A": "b"}, TcpConnect()))
    with pytest.raises(ProcessFailed, match=r"(?s)A=b"):
        async with Supervisor(state) as supervisor:
            await supervisor.ready(20)
    assert "the user's" not in (state.directory / "logs/env-0.log").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a program's life to its parent's")
async def test_a_supervisor_killed_by_force_takes_its_programs_along(state: State) -> None:
    deploy(state, small("v1"), 2)
    code = f"""
import asyncio, pathlib
from serinus.local.processes import Supervisor
from serinus.local.state import State
async def main():
    async with Supervisor(State(pathlib.Path({str(state.directory)!r}))):
        await asyncio.sleep(60)
asyncio.run(main())
"""
    supervisor = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    await until(lambda: status(state).ready == 2)
    started = pids(state)
    supervisor.kill()
    await supervisor.wait()
    await until(lambda: not any(running(pid) for pid in started))


def running(pid: int) -> bool:
    """False for a zombie that nobody has waited for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
