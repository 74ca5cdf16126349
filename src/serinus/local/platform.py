"""EDGE The laptop's platform as a whole. In: a directory, options, the release. Out: everything ready to be started.
`prepare` writes what is wished, `supervisor` makes it so and takes it away; all other steps are somebody's command.
"""

from __future__ import annotations

import secrets
import sys
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from serinus.local import tls, traefik
from serinus.local.cluster import route_name
from serinus.local.faults import Plans, write_faults
from serinus.local.names import CANARY, CONTROLLER, HOST, SMTP, STABLE, TRAEFIK, USER_MANAGEMENT, XRAY
from serinus.local.objects import Mode, RouteSpec
from serinus.local.ports import LOOPBACK, free_ports, require_free
from serinus.local.processes import Supervisor
from serinus.local.router import ENTRY, REDIRECT, Entry
from serinus.local.state import State, write_file
from serinus.local.templates import Files, Laptop, Ports, templates
from serinus.local.traffic import Target
from serinus.release.spec import CanaryRelease

USES = {
    "https": "the TLS entry",
    "http": "the redirect to the TLS entry",
    "notification": "the router of the Notification service",
    "xray": "X-Ray",
    "smtp": "the mail server",
    "router": "the router's API",
}


class Options(Struct, frozen=True):
    """What a person may choose. `size`: replicas of stable at the start; `faults` as of serinus.local.faults."""

    ports: Ports = Ports()
    size: int = 4
    keep_alive: bool = True
    faults: Plans = {}


class Platform(Struct, frozen=True):
    """A prepared platform."""

    state: State
    laptop: Laptop
    entry: Entry

    @property
    def target(self) -> Target:
        """Where the demo's users go."""
        return Target(self.laptop.ports.https, self.entry.host, self.laptop.certificates.authority)

    @property
    def xray_url(self) -> str:
        return f"http://{LOOPBACK}:{self.laptop.ports.xray}"

    @property
    def urls(self) -> dict[str, str]:
        """What to show: use -> URL."""
        return {
            "User Management": f"https://{self.entry.host}:{self.laptop.ports.https}/usermgmt/",
            "redirect": f"http://{self.entry.host}:{self.laptop.ports.http}/",
            "X-Ray API": self.xray_url,
            "inbox": str(self.laptop.files.inbox),
        }


def prepare(directory: Path, options: Options, release: CanaryRelease, now: datetime) -> Platform:
    """Write all desired states below a directory of this run's own; `now` with time zone. PortTaken if one is."""
    state = State(directory.resolve())
    ports = claimed(options.ports)
    laptop = Laptop(
        files=Files(state.directory),
        ports=ports,
        certificates=tls.create(state.directory / "tls", HOST, now),
        python=sys.executable,
        release=release.metadata.name,
        keep_alive=options.keep_alive,
    )
    _write_files(laptop)
    _write_deployments(state, laptop, release, options)
    write_faults(state, {name: {} for name in (STABLE, CANARY, USER_MANAGEMENT)} | options.faults)
    state.write_release(release)
    pair = laptop.certificates.entry
    return Platform(state, laptop, Entry(HOST, USER_MANAGEMENT, str(pair.certificate), str(pair.key)))


def supervisor(platform: Platform) -> Supervisor:
    """`async with` it: all of it runs; afterwards nothing does."""
    return Supervisor(
        platform.state, traefik.TraefikRouter(platform.state, platform.laptop.ports.router, platform.entry)
    )


def claimed(ports: Ports) -> Ports:
    """Ports asked for must be free (PortTaken names port, use and option), 0 becomes a free one."""
    asked = {name: port for name, port in ports.by_name().items() if port}
    for name, port in asked.items():
        require_free(port, USES[name], f"--{name}-port", udp=name == "xray")
    free = free_ports(secrets.randbelow(10_000), set(asked.values()))
    return replace(ports, **{name: next(free) for name, port in ports.by_name().items() if not port})


def _write_files(laptop: Laptop) -> None:
    laptop.files.users.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(laptop.files.mail_password, secrets.token_urlsafe(24).encode())
    write_file(laptop.files.state / "xray.url", f"http://{LOOPBACK}:{laptop.ports.xray}\n".encode())


def _write_deployments(state: State, laptop: Laptop, release: CanaryRelease, options: Options) -> None:
    route, ports = route_name(release.spec), laptop.ports
    entries = {ENTRY: ports.https, REDIRECT: ports.http, route: ports.notification}
    mode = Mode.REPLICAS if release.spec.traffic.replicas else Mode.GATEWAY
    state.write_route(route, RouteSpec(mode, ports.notification, STABLE, CANARY))
    for template in (*templates(laptop), traefik.template(state, traefik.executable(), ports.router, entries)):
        state.write_template(template)
    sizes = {XRAY: 1, SMTP: 1, TRAEFIK: 1, USER_MANAGEMENT: 1, STABLE: options.size, CANARY: 0, CONTROLLER: 1}
    for name, replicas in sizes.items():
        state.write_scale(name, replicas)
