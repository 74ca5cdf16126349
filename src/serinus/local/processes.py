"""EDGE The supervisor: makes processes what the state directory says. In: templates, scales. Out: processes, statuses.
Level-triggered, every 50 ms; it adopts nothing: its programs die with it, and a new supervisor starts afresh.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol, Self

from msgspec.structs import replace

from serinus.errors import ProcessFailed, SerinusError
from serinus.local.lifecycle import Deed, Life, Replica, Sight, advance, endpoints, fit, look, report
from serinus.local.objects import DeploymentStatus, ProcessTemplate, Running
from serinus.local.ports import FIRST, LAST, free_ports
from serinus.local.probes import Prober
from serinus.local.program import Program, log_end
from serinus.local.state import State

TICK_S = 0.05
HOPELESS = 3  # crashes in a row of a replica that was never ready
logger = logging.getLogger(__name__)


class Router(Protocol):
    """Whoever sends requests to the replicas."""

    @property
    def settled(self) -> bool:
        """What it was told last is in force."""

    async def sync(self, ports: Mapping[str, tuple[int, ...]]) -> Collection[int]:
        """Send to these ports (by Deployment) and no others; answers with those it may still send to."""


class NoRouter:
    """Nobody sends anything."""

    settled = True

    async def sync(self, ports: Mapping[str, tuple[int, ...]]) -> Collection[int]:
        """Nothing to wait for."""
        return tuple(port for some in ports.values() for port in some)


class Supervisor:
    """All processes of one state directory. `async with` starts it, and at the end stops all it started."""

    def __init__(self, state: State, router: Router | None = None) -> None:
        self._state = state
        self._router = router or NoRouter()
        self._prober = Prober()
        self._templates: dict[str, ProcessTemplate] = {}
        self._replicas: dict[str, tuple[Replica, ...]] = {}
        self._programs: dict[int, Program] = {}
        self._reported: dict[str, DeploymentStatus] = {}
        self._next_port = os.getpid() * 61 % (LAST - FIRST)
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._state.forget_statuses()
        self._loop = asyncio.create_task(self._run(), name="supervisor")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._loop:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        await self._stop_all()

    async def ready(self, deadline_s: float) -> None:
        """Wait until every Deployment has all its replicas ready and the router sends to them. ProcessFailed, with
        the end of the log, if one crashes three times in a row before it was ever ready, or at the deadline.
        """
        limit = time.monotonic() + deadline_s
        while (waiting := self._unready()) or not self._router.settled:
            for name in waiting:
                if self._hopeless(name) or time.monotonic() > limit:
                    raise ProcessFailed(self._complaint(name))
            if time.monotonic() > limit:
                raise ProcessFailed("the router does not take the last change")
            if self._loop and self._loop.done():
                self._loop.result()
            await asyncio.sleep(TICK_S)

    async def _run(self) -> None:
        complained = ""
        while True:
            try:
                await self._pass(time.monotonic())
            except (SerinusError, OSError) as error:
                if str(error) != complained:
                    logger.warning("supervisor: %s", error)
                complained = str(error)
            await asyncio.sleep(TICK_S)

    async def _pass(self, now: float) -> None:
        self._read_templates()
        for name in self._templates:
            self._replicas[name] = fit(self._seen(name, now), self._state.scale(name), now)
        routed = await self._router.sync(endpoints(self._replicas))
        for name in self._templates:
            self._advance(name, routed, now)
            self._report(name)

    def _read_templates(self) -> None:
        for name in self._state.deployments():
            if template := self._state.template(name):
                self._templates[name] = template

    def _seen(self, name: str, now: float) -> tuple[Replica, ...]:
        looked = (look(replica, self._sight(name, replica, now), now) for replica in self._replicas.get(name, ()))
        return tuple(replica for replica in looked if replica)

    def _sight(self, name: str, replica: Replica, now: float) -> Sight:
        if replica.pid is None:
            return Sight()
        if ended := self._programs[replica.pid].ended():
            self._prober.forget(replica.pid)
            del self._programs[replica.pid]
            return Sight(ended)
        eager = replica.life is Life.STARTING
        probe = self._templates[name].probe
        return self._prober.look(replica.pid, probe, replica.port, now, eager=eager)

    def _advance(self, name: str, routed: Collection[int], now: float) -> None:
        template = self._templates[name]
        steps = [advance(replica, routed, template.grace_s, now) for replica in self._replicas[name]]
        self._replicas[name] = tuple(self._do(template, replica, deed) for replica, deed in steps)

    def _do(self, template: ProcessTemplate, replica: Replica, deed: Deed | None) -> Replica:
        match deed:
            case Deed.START:
                return self._start(template, replica)
            case Deed.TERMINATE if replica.pid:
                self._programs[replica.pid].terminate()
            case Deed.KILL if replica.pid:
                self._programs[replica.pid].kill()
        return replica

    def _start(self, template: ProcessTemplate, replica: Replica) -> Replica:
        port = template.port or (0 if isinstance(template.probe, Running) else self._free_port())
        program = Program(template, port, self._log(template.name, replica.slot))
        self._programs[program.pid] = program
        return replace(replica, port=port, pid=program.pid)

    def _log(self, name: str, slot: int) -> Path:
        return self._state.directory / "logs" / f"{name}-{slot}.log"

    def _free_port(self) -> int:
        """Never one given out lately: a router's old list must not lead to another program."""
        port = next(free_ports(self._next_port))
        self._next_port = port - FIRST + 1
        return port

    def _report(self, name: str) -> None:
        status = report(self._replicas[name])
        if status != self._reported.get(name):
            self._state.write_deployment_status(name, status)
            self._reported[name] = status
            if status.message:
                logger.info("%s: %s", name, status.message)

    def _unready(self) -> list[str]:
        status = self._state.deployment_status
        wanted = {name: self._state.scale(name) for name in self._state.deployments()}
        return [name for name, count in wanted.items() if (status(name) or DeploymentStatus()).ready < count]

    def _hopeless(self, name: str) -> bool:
        return any(replica.crashes >= HOPELESS for replica in self._replicas.get(name, ()))

    def _complaint(self, name: str) -> str:
        """What is wrong, and the end of what the first replica that is not ready said."""
        unready = (replica for replica in self._replicas.get(name, ()) if replica.life is not Life.READY)
        replica = next(unready, None)
        if replica is None:
            return f"{name} was not started"
        log = self._log(name, replica.slot)
        said = log_end(log) if log.exists() else ""
        return f"{name} does not become ready: {replica.message or 'no answer yet'}\n{said}(from {log})"

    async def _stop_all(self) -> None:
        """SIGTERM to all but those the others still talk to, then to these; after its grace a program is killed."""
        try:
            for last in (False, True):
                await self._stop([p for p in self._programs.values() if p.template.stops_last is last])
        finally:
            for program in self._programs.values():
                program.kill()
            self._programs.clear()
            for name in self._replicas:
                self._state.write_deployment_status(name, DeploymentStatus())

    async def _stop(self, programs: list[Program]) -> None:
        for program in programs:
            program.terminate()
        limit = time.monotonic() + max((program.template.grace_s for program in programs), default=0.0)
        while (programs := [p for p in programs if not p.ended()]) and time.monotonic() < limit:
            await asyncio.sleep(TICK_S / 2)
        for program in programs:
            program.kill()
