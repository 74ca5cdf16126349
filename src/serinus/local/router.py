"""What Traefik is told, as values. In: the entry, the routes, the ready ports. Out: flags and dynamic configuration.
Rendering only; reports.py reads what Traefik answers and traefik.py does the talking.

Source: doc.traefik.io/traefik/v3.7, routing/services and middlewares/http/retry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from serinus.local.objects import Mode, RouteSpec
from serinus.local.ports import LOOPBACK

Json = dict[str, Any]
Ports = Mapping[str, tuple[int, ...]]
ENTRY, REDIRECT = "entry", "redirect"

# Another try when no connection came about, which is a replica killed a moment ago and no fault of a version.
# Traefik gives up retrying as soon as it has written a byte of the request: no answer of a version is ever hidden.
RECONNECT: Json = {"retry": {"attempts": 6, "initialInterval": "20ms"}}


class Entry(Struct, frozen=True):
    """The way in from outside: TLS for `host`, sent to the replicas of `deployment`. PEM files by path."""

    host: str
    deployment: str
    certificate: str
    key: str


def static_flags(api_port: int, dynamic_file: str, entry_ports: Mapping[str, int]) -> tuple[str, ...]:
    """Traefik's command line: loopback only, nothing sent anywhere, dynamic configuration from one watched file.
    `entry_ports`: one entry point each; those named `redirect` and `entry` are plain HTTP and its HTTPS goal.
    """
    redirect = f"--entrypoints.{REDIRECT}.http.redirections.entrypoint"
    return (
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=ERROR",
        "--api.insecure=true",  # only on the loopback entry point named traefik
        "--api.dashboard=false",
        "--ping=true",
        "--metrics.prometheus=true",
        "--metrics.prometheus.addentrypointslabels=false",
        "--metrics.prometheus.buckets=1",
        f"--entrypoints.traefik.address={LOOPBACK}:{api_port}",
        *(f"--entrypoints.{name}.address={LOOPBACK}:{port}" for name, port in entry_ports.items()),
        *((f"{redirect}.to={ENTRY}", f"{redirect}.scheme=https") if REDIRECT in entry_ports else ()),
        f"--providers.file.filename={dynamic_file}",
        "--providers.file.watch=true",
        "--providers.providersthrottleduration=50ms",
        # shorter than the services' keep-alive, so that it is never the server that closes an idle connection
        "--serverstransport.forwardingtimeouts.idleconntimeout=30s",
    )


def render(entry: Entry | None, routes: Mapping[str, RouteSpec], ports: Ports) -> Json:
    """The dynamic configuration; sections without content are left out, Traefik refuses them."""
    gateways = {name: spec for name, spec in routes.items() if spec.mode is Mode.GATEWAY}
    connections = {name: spec for name, spec in routes.items() if spec.mode is Mode.REPLICAS}
    sections: Json = {}
    if entry or gateways:
        sections["http"] = _http(entry, gateways, ports)
    if connections:
        sections["tcp"] = _tcp(connections, ports)
    if entry:
        certificate = {"certFile": entry.certificate, "keyFile": entry.key}
        sections["tls"] = {"certificates": [certificate], "options": {"default": {"minVersion": "VersionTLS12"}}}
    return sections


def shares(spec: RouteSpec, ports: Ports) -> dict[str, int]:
    """Deployment -> its weight, the positive ones with a ready replica only: a weight of 0 must send nothing."""
    wished = {spec.stable: 100 - spec.weight, spec.canary: spec.weight}
    return {name: weight for name, weight in wished.items() if weight > 0 and ports.get(name)}


def _http(entry: Entry | None, gateways: Mapping[str, RouteSpec], ports: Ports) -> Json:
    """Every Deployment of a route is listed even when nothing is sent to it, because Traefik forgets the counters
    of a service that is not.
    """
    routers = {name: _router(name, name, "PathPrefix(`/`)") for name in gateways}
    deployments = {name for spec in gateways.values() for name in (spec.stable, spec.canary)}
    if entry:
        routers[ENTRY] = _router(ENTRY, entry.deployment, f"Host(`{entry.host}`)") | {"tls": {}}
        deployments.add(entry.deployment)
    services = {name: _weighted(spec, ports) for name, spec in gateways.items()}
    services |= {name: _balanced(ports.get(name, ())) for name in sorted(deployments)}
    return {"routers": routers, "services": services, "middlewares": {"reconnect": RECONNECT}}


def _router(entry_point: str, service: str, rule: str) -> Json:
    return {"entryPoints": [entry_point], "rule": rule, "service": service, "middlewares": ["reconnect"]}


def _weighted(spec: RouteSpec, ports: Ports) -> Json:
    return {"weighted": {"services": [{"name": name, "weight": share} for name, share in shares(spec, ports).items()]}}


def _balanced(ports: tuple[int, ...]) -> Json:
    return {"loadBalancer": {"servers": [{"url": f"http://{LOOPBACK}:{port}"} for port in ports]}}


def _tcp(routes: Mapping[str, RouteSpec], ports: Ports) -> Json:
    """Connections in turn over all ready replicas of both versions, whatever requests follow on each."""
    routers = {name: {"entryPoints": [name], "rule": "HostSNI(`*`)", "service": name} for name in routes}
    services = {
        name: {
            "loadBalancer": {
                "servers": [
                    {"address": f"{LOOPBACK}:{port}"}
                    for deployment in (spec.stable, spec.canary)
                    for port in ports.get(deployment, ())
                ]
            }
        }
        for name, spec in routes.items()
    }
    return {"routers": routers, "services": services}
