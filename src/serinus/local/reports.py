"""What Traefik says, as values. In: answers of its API and its metrics. Out: weights in force, ports, counts.
The configuration in force is Traefik's word (/api/rawdata), never ours.

Source: doc.traefik.io/traefik/v3.7, operations/api and observability/metrics.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from serinus.local.objects import RouteSpec, RouteStatus

REQUESTS = re.compile(r'^traefik_service_requests_total\{[^}]*service="([^"@]+)@file"[^}]*\} (\S+)$', re.MULTILINE)


class Server(Struct, frozen=True):
    """A server of a load balancer: HTTP's have a URL, TCP's an address."""

    url: str = ""
    address: str = ""

    @property
    def port(self) -> int:
        return int((self.url or self.address).rsplit(":", 1)[1])


class Weight(Struct, frozen=True):
    """One share of a weighted service."""

    name: str
    weight: int = 1


class Balancer(Struct, frozen=True):
    servers: tuple[Server, ...] = ()


class Weighted(Struct, frozen=True):
    services: tuple[Weight, ...] = ()


class Service(Struct, frozen=True, rename="camel"):
    """A service as Traefik's API shows it; one of the two is empty."""

    load_balancer: Balancer = Balancer()
    weighted: Weighted = Weighted()

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(sorted(server.port for server in self.load_balancer.servers))


class Report(Struct, frozen=True, rename="camel"):
    """Of /api/rawdata what concerns us."""

    services: dict[str, Service] = field(default_factory=dict)
    tcp_services: dict[str, Service] = field(default_factory=dict)

    @property
    def ports(self) -> frozenset[int]:
        """Every port that something can be sent to."""
        services = (*self.services.values(), *self.tcp_services.values())
        return frozenset(port for service in services for port in service.ports)


def read_report(body: bytes) -> Report:
    """What came from our file, without Traefik's own services. msgspec.MsgspecError: no answer of Traefik's API."""
    whole = msgspec.json.decode(body, type=Report)
    return Report(_ours(whole.services), _ours(whole.tcp_services))


def expected(told: dict[str, Any]) -> Report:
    """What Traefik will report once this dynamic configuration is in force."""
    http, tcp = ({f"{k}@file": v for k, v in told.get(p, {}).get("services", {}).items()} for p in ("http", "tcp"))
    return msgspec.convert({"services": http, "tcpServices": tcp}, Report)


def read_counts(metrics: str) -> dict[str, int]:
    """Deployment -> requests sent to it since Traefik started, from its Prometheus metrics."""
    counts: dict[str, int] = {}
    for name, value in REQUESTS.findall(metrics):
        counts[name] = counts.get(name, 0) + int(float(value))
    return counts


def carry_on(total: Mapping[str, int], before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """Totals that go on where they were when Traefik was restarted and counts from 0 again."""
    grown = {name: count - before.get(name, 0) for name, count in now.items()}
    return dict(total) | {name: total.get(name, 0) + (g if g >= 0 else now[name]) for name, g in grown.items()}


def gateway_status(name: str, spec: RouteSpec, report: Report, counts: Mapping[str, int]) -> RouteStatus:
    """Requests by weight: the weights in force."""
    weights = {w.name: w.weight for w in report.services.get(f"{name}@file", Service()).weighted.services}
    ports = (report.services.get(f"{child}@file", Service()).ports for child in weights)
    return RouteStatus(
        weight=_percent(weights.get(spec.canary, 0), sum(weights.values())),
        stable_requests=counts.get(spec.stable, 0),
        canary_requests=counts.get(spec.canary, 0),
        ports=tuple(sorted(port for some in ports for port in some)),
    )


def replicas_status(name: str, spec: RouteSpec, report: Report, owners: Mapping[int, str]) -> RouteStatus:
    """Connections in turn: the canary's share of the servers in force. `owners`: whose a port is."""
    ports = report.tcp_services.get(f"{name}@file", Service()).ports
    return RouteStatus(_percent(sum(owners.get(port) == spec.canary for port in ports), len(ports)), ports=ports)


def _ours(services: Mapping[str, Service]) -> dict[str, Service]:
    return {name: service for name, service in services.items() if name.endswith("@file")}


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0
