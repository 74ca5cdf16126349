"""`serinus console`: the console on a cluster. In: options. Out: pages for whoever the cluster knows, until ended.
Here the console, Kubernetes, the X-Ray API and one of two doors are put together.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from serinus.cli.server import AccountOption, ClusterXRayOption, chosen, log_here

if TYPE_CHECKING:
    from lightkube.core.async_client import AsyncClient

    from serinus.cli.clustered import ClusterReleases
    from serinus.console.desk import Desk
    from serinus.console.port import Gate, Person
    from serinus.console.site import Site
    from serinus.kube.reviews import Reviews

PRINT_A_TOKEN = "kubectl create token NAME --namespace NAMESPACE"  # noqa: S105  a command

EVIDENCE_TOKEN = Path("/var/run/secrets/serinus.dev/evidence/token")


class Door(Struct, frozen=True):
    """How people come in. `alb_arn` "": by a token of the cluster."""

    audiences: tuple[str, ...] = ()
    alb_arn: str = ""
    alb_client: str = ""
    alb_keys: str = ""
    name_claim: str = "email"
    groups_claim: str = "groups"


class Sources(Struct, frozen=True):
    """Where releases, traces and logs of evidence are. `namespaces`: `*` for all. `evidence_url` "": no logs."""

    namespaces: tuple[str, ...]
    endpoint_url: str | None = None
    evidence_url: str = ""
    evidence_token: Path = EVIDENCE_TOKEN


def console(
    namespaces: Annotated[
        list[str] | None, typer.Option("--namespace", "-n", help="show these only; may be given several times")
    ] = None,
    every: Annotated[bool, typer.Option("--all-namespaces", "-A", help="show all namespaces")] = False,
    addresses: Annotated[
        list[str] | None,
        typer.Option("--address", help="as browsers call it, such as https://serinus.example.com; default: localhost"),
    ] = None,
    host: Annotated[str, typer.Option(help="where it listens; 0.0.0.0 is all around")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port")] = 8900,
    audiences: Annotated[
        list[str] | None, typer.Option("--audience", help="tokens must be made for it; default: the API server")
    ] = None,
    alb_arn: Annotated[str, typer.Option(help="people are signed in by this load balancer, not by a token")] = "",
    alb_client: Annotated[str, typer.Option(help="and for this OIDC client only")] = "",
    alb_keys: Annotated[str, typer.Option(help="where its keys are; default: where its region has them")] = "",
    name_claim: Annotated[str, typer.Option(help="the claim that is the user's name for RBAC")] = "email",
    groups_claim: Annotated[str, typer.Option(help="the claim that holds the user's groups for RBAC")] = "groups",
    evidence_url: Annotated[
        str, typer.Option(help="http://NAME:PORT of the operators' logs of evidence; default: policies are not tried")
    ] = "",
    evidence_token: Annotated[
        Path, typer.Option(help="with --evidence-url: the file of a token for the audience serinus-evidence")
    ] = EVIDENCE_TOKEN,
    endpoint_url: ClusterXRayOption = None,
    kubeconfig: AccountOption = None,
) -> None:
    """Show a cluster's releases in a browser, to each person what they may see."""
    import asyncio

    shown = chosen(namespaces, every=every) or ("*",)
    log_here()
    door = Door(tuple(audiences or ()), alb_arn, alb_client, alb_keys, name_claim, groups_claim)
    sources = Sources(shown, endpoint_url, evidence_url, evidence_token)
    asyncio.run(_serve(door, sources, tuple(addresses or ()), (host, port), kubeconfig))


async def _serve(
    door: Door,
    sources: Sources,
    addresses: tuple[str, ...],
    where: tuple[str, int],
    kubeconfig: Path | None,
) -> None:
    from serinus.cli.clustered import ClusterReleases
    from serinus.console.server import serve
    from serinus.console.site import cluster
    from serinus.kube.api import KubernetesApi, client_of, configuration

    client = client_of(configuration(kubeconfig), "serinus-console")
    releases = ClusterReleases(KubernetesApi(client), sources.namespaces)
    desk = cluster_desk(client, releases, door, sources)
    assert desk.gate is not None
    way = desk.gate.way

    def site(own: int) -> Site:
        return cluster(way, addresses, own)

    site(where[1])
    try:
        await serve(desk, where[1], lambda url: print(f"console {url}", flush=True), host=where[0], site=site)
    finally:
        await releases.close()
        await client.close()


def cluster_desk(client: AsyncClient, releases: ClusterReleases, door: Door, sources: Sources) -> Desk:
    """A console over these releases. InvalidInput: a load balancer or an address that cannot be one."""
    from importlib.metadata import version

    from serinus.cli.clustered import ClusterRights
    from serinus.cli.evidence import ClusterLogs
    from serinus.cli.ui import XRayDoctor
    from serinus.console.desk import Desk
    from serinus.console.port import NoLogs
    from serinus.console.session import Sessions
    from serinus.kube.reviews import Reviews
    from serinus.traces.client import XRayClient

    reviews, traces = Reviews(client), XRayClient(sources.endpoint_url, attempts=2)
    shown = "all namespaces" if "*" in sources.namespaces else sources.namespaces
    return Desk(
        releases=releases,
        traces=traces,
        rights=ClusterRights(reviews),
        doctor=XRayDoctor(lambda: traces),
        sessions=Sessions(),
        clock=time.time,
        source=f"the cluster {client.config.cluster.server}, {shown}",
        xray=sources.endpoint_url or "AWS X-Ray",
        version=version("serinus"),
        began=time.time(),
        gate=gate(door, reviews),
        logs=ClusterLogs(sources.evidence_url, sources.evidence_token) if sources.evidence_url else NoLogs(),
    )


def gate(door: Door, reviews: Reviews) -> Gate:
    """The door asked for. InvalidInput."""
    from serinus.console.alb import Trust
    from serinus.console.albkeys import Keys, default_url
    from serinus.console.gates import SignOnGate, TokenGate
    from serinus.errors import InvalidInput

    if not door.alb_arn:
        audiences = "".join(f" --audience {one}" for one in door.audiences)
        return TokenGate(_reviewed(reviews, door.audiences), PRINT_A_TOKEN + audiences)
    if not door.alb_arn.startswith("arn:aws:") and not door.alb_keys:
        raise InvalidInput("--alb-keys", "must be given for a load balancer in this partition", door.alb_arn)
    trust = Trust(door.alb_arn, door.alb_client, door.name_claim, door.groups_claim)
    keys = Keys(door.alb_keys or default_url(trust.region), time.monotonic)
    return SignOnGate(trust, keys, time.time)


def _reviewed(reviews: Reviews, audiences: tuple[str, ...]) -> Callable[[str], Awaitable[Person | None]]:
    from serinus.console.port import Person

    async def whose(token: str) -> Person | None:
        found = await reviews.subject(token, audiences)
        return Person(found.name, found.groups, found.uid, found.extra) if found else None

    return whose


if __name__ == "__main__":
    typer.run(console)
