"""`serinus operator`: releases on Kubernetes. In: options. Out: CanaryReleases carried out until the process is ended.
Here the controller, the traces and Kubernetes are put together.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serinus.cli.server import AccountOption, ClusterXRayOption, chosen, log_here

if TYPE_CHECKING:
    from serinus.kube.cluster import KubernetesCluster
    from serinus.kube.evidence import Files
    from serinus.local.journal import FileJournal
    from serinus.release.plan import Plan
    from serinus.release.telemetry import Telemetry
    from serinus.release.world import World
    from serinus.traces.client import XRayClient
    from serinus.traces.decisions import Decisions
    from serinus.traces.punctual import Punctual

NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def operator(
    namespaces: Annotated[
        list[str] | None, typer.Option("--namespace", "-n", help="look here only; may be given several times")
    ] = None,
    every: Annotated[bool, typer.Option("--all-namespaces", "-A", help="look in all namespaces")] = False,
    endpoint_url: ClusterXRayOption = None,
    host: Annotated[str, typer.Option(help="where probes and metrics are answered")] = "127.0.0.1",
    metrics_port: Annotated[int, typer.Option(min=0, max=65535, help="their port; 0 takes a free one")] = 8080,
    leader_elect: Annotated[bool, typer.Option(help="let one of several operators act, by a Lease")] = True,
    cluster_name: Annotated[
        str,
        typer.Option(envvar="SERINUS_CLUSTER_NAME", help="tells sampling rules apart where clusters share an account"),
    ] = "",
    kubeconfig: AccountOption = None,
    evidence: Annotated[
        Path | None, typer.Option(help="log here what each run was judged by, for serinus replay", show_default=False)
    ] = None,
    evidence_port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="with --evidence: where the console reads the logs; 0 takes a free one"),
    ] = 8081,
) -> None:
    """Carry out the CanaryReleases of a Kubernetes cluster."""
    import asyncio

    from serinus.kube.metrics import Metrics
    from serinus.kube.operator import Options, operate
    from serinus.traces.client import XRayClient

    watched = chosen(namespaces, every=every)
    log_here()
    files = logged_in(evidence) if evidence else None
    options = Options(watched, own_namespace(), leader_elect, host, metrics_port, kubeconfig, files, evidence_port)
    client, metrics, decisions = XRayClient(endpoint_url, attempts=2), Metrics(), daemon(os.environ)
    metrics.counts_calls(client.calls_by_outcome)
    asyncio.run(operate(options, Controller(client, cluster_name, decisions, evidence), metrics))


def logged_in(directory: Path) -> Files:
    """The parts of a run's log that are there, the older one first."""
    from serinus.errors import InvalidInput
    from serinus.local.journal import log_files

    def files(namespace: str, name: str, number: int) -> tuple[Path, ...]:
        try:
            return tuple(path for path in log_files(directory / namespace, name, number) if path.is_file())
        except InvalidInput:
            return ()

    return files


def daemon(environ: Mapping[str, str]) -> Decisions | None:
    """Where decisions are sent as segments: AWS_XRAY_DAEMON_ADDRESS; None without it. InvalidInput."""
    from serinus.errors import InvalidInput
    from serinus.traces.decisions import NAME, Decisions
    from serinus_xray.environment import DAEMON_ADDRESS
    from serinus_xray.errors import InvalidSetting
    from serinus_xray.exporter import XRayUdpSpanExporter

    if not (address := environ.get(DAEMON_ADDRESS)):
        return None
    try:
        return Decisions(XRayUdpSpanExporter(address, NAME))
    except InvalidSetting as error:
        raise InvalidInput(DAEMON_ADDRESS, "must be host:port or tcp:host:port udp:host:port", address) from error


def own_namespace() -> str:
    """Where the operator itself is: its pod's namespace, else `default`."""
    if given := os.environ.get("POD_NAMESPACE"):
        return given
    return NAMESPACE_FILE.read_text().strip() if NAMESPACE_FILE.is_file() else "default"


class Controller:
    """The controller's passes, with a memory of traces for each release. `cluster_name`: as of --cluster-name."""

    def __init__(
        self,
        client: XRayClient,
        cluster_name: str = "",
        decisions: Decisions | None = None,
        evidence: Path | None = None,
    ) -> None:
        from serinus.traces.background import Background
        from serinus.traces.lookout import Lookout
        from serinus.traces.upkeep import Upkeep

        self._client = client
        self._decisions = decisions
        self.background = background = Background()
        self._upkeep = Upkeep(client, background, cluster_name)
        self._lookout = Lookout(client, background, time.time)
        self._evidence = evidence
        self._journals: dict[str, FileJournal] = {}
        self._traces: dict[tuple[str, str], Punctual] = {}

    async def run(self, namespace: str, name: str, cluster: KubernetesCluster) -> Plan:
        """One pass. Raises SerinusError."""
        from serinus.cli.attended import Attended
        from serinus.controller import step

        now = time.time()

        def applied(world: World, plan: Plan) -> None:
            cluster.telemetry = self._telemetry(world, plan, now)
            if self._decisions is not None:
                self._decisions.tell(world, plan, now, time.time())

        return await step(
            name, Attended(cluster, applied), self._reader(namespace, name), now, self._journal(namespace)
        )

    async def leave(self, namespace: str, name: str) -> None:
        """Forget what was read for this release, and take back what was asked of X-Ray for it."""
        self._traces.pop((namespace, name), None)
        await self._lookout.leave(namespace, name)
        await self._upkeep.leave(namespace, name)

    def _telemetry(self, world: World, plan: Plan, now: float) -> Telemetry:
        """What is known of X-Ray itself so far; what is due begins."""
        from serinus.release.telemetry import Telemetry
        from serinus.traces.lookout import remark, summary

        findings = self._lookout.attend(world, plan, now)
        hindered = remark(findings)
        fit = summary(findings) if findings and not hindered else ""
        return Telemetry(hindered, fit, self._upkeep.attend(world, plan, now))

    def _journal(self, namespace: str) -> FileJournal | None:
        from serinus.local.journal import FileJournal

        if self._evidence is None:
            return None
        if namespace not in self._journals:
            self._journals[namespace] = FileJournal(self._evidence / namespace)
        return self._journals[namespace]

    def _reader(self, namespace: str, name: str) -> Punctual:
        from serinus.traces.collect import XRayTraces
        from serinus.traces.punctual import Punctual

        if (namespace, name) not in self._traces:
            self._traces[namespace, name] = Punctual(XRayTraces(self._client))
        return self._traces[namespace, name]


if __name__ == "__main__":
    typer.run(operator)
