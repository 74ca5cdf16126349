"""What the laptop's platform is told and what it reports: Kubernetes' objects, as far as a release needs them.
In: nothing. Out: frozen values, stored as JSON files by state.py; desired ones and reported ones never share a file.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class HttpGet(Struct, frozen=True, tag="http"):
    """Ready once GET `path` on the replica's port answers 200."""

    path: str = "/readyz"


class TcpConnect(Struct, frozen=True, tag="tcp"):
    """Ready once the replica's port takes connections."""


class Running(Struct, frozen=True, tag="running"):
    """Ready as long as the process runs: for programs without a port."""


Probe = HttpGet | TcpConnect | Running


class ProcessTemplate(Struct, frozen=True):
    """One Deployment's program. `port` 0: each replica gets a free loopback port of its own, told by the variable
    `port_env` and wherever `command` says {port}. `version`: what runs; `service`: its name in X-Ray, "" untraced.
    `grace_s`: seconds between SIGTERM and SIGKILL. `stops_last`: at the end it outlives those that talk to it.
    """

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    probe: Probe = HttpGet()
    port: int = 0
    port_env: str = "PORT"
    version: str = ""
    service: str = ""
    grace_s: float = 10.0
    stops_last: bool = False


class DeploymentScale(Struct, frozen=True):
    """How many replicas there should be."""

    replicas: int


class ReplicaStatus(Struct, frozen=True):
    """One replica as it was last seen. `pid` None: not running now. `ready`: the router may send to it."""

    port: int
    pid: int | None
    ready: bool
    restarts: int = 0
    message: str = ""


class DeploymentStatus(Struct, frozen=True):
    """All replicas of a Deployment, those on their way out included (never ready)."""

    replicas: tuple[ReplicaStatus, ...] = ()

    @property
    def ready(self) -> int:
        """How many may be sent to."""
        return sum(replica.ready for replica in self.replicas)

    @property
    def message(self) -> str:
        """The first complaint, "" when there is none."""
        return next((replica.message for replica in self.replicas if replica.message), "")


class Mode(StrEnum):
    """gateway: each request is sent by weight. replicas: each connection goes to the next replica, as kube-proxy's."""

    GATEWAY = "gateway"
    REPLICAS = "replicas"


class RouteSpec(Struct, frozen=True):
    """How the requests to one name on loopback `port` are shared by two Deployments; `weight` is the canary's
    percent, without meaning in mode replicas.
    """

    mode: Mode
    port: int
    stable: str
    canary: str
    weight: int = 0


class RouteStatus(Struct, frozen=True):
    """What the router itself reports: the canary's weight in force in percent, requests sent to each version so far
    (None: it counts connections only), and the ports it may send to.
    """

    weight: float
    stable_requests: int | None = None
    canary_requests: int | None = None
    ports: tuple[int, ...] = ()
