"""EDGE The operator: kopf watches CanaryReleases, each has a task. In: options, what runs a pass. Out: releases.
One of several acts, by a Lease; the others stand by. It ends on SIGTERM, and when it leads no more.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import kopf
from msgspec import Struct

from serinus.errors import ClusterError
from serinus.kube.api import configuration, connected
from serinus.kube.counted import Counted
from serinus.kube.evidence import Files, offered
from serinus.kube.health import application, served
from serinus.kube.kinds import FINALIZER, GROUP, RELEASE, VERSION
from serinus.kube.leadership import Alone, Fenced, Leadership
from serinus.kube.metrics import Metrics
from serinus.kube.releases import Passes, Releases

log = logging.getLogger(__name__)
HEARD_S: Final = 15.0
ENDING_S: Final = 15.0


class Options(Struct, frozen=True):
    """`namespaces`: none means all. `own_namespace`: where the Lease is. `evidence`: logs to offer, if any are kept."""

    namespaces: tuple[str, ...] = ()
    own_namespace: str = "default"
    elects: bool = True
    host: str = "127.0.0.1"
    port: int = 8080
    kubeconfig: Path | None = None
    evidence: Files | None = None
    evidence_port: int = 8081


async def operate(options: Options, passes: Passes, metrics: Metrics) -> None:
    """Until SIGTERM or SIGINT. Raises ClusterError when leadership is lost, PortTaken."""
    stop = asyncio.Event()
    _heed(stop)
    config = configuration(options.kubeconfig)
    async with (
        connected(config) as connection,
        offered(config, options.evidence, options.host, options.evidence_port) as evidence,
    ):
        api = Counted(connection, metrics.asked)
        leadership = Leadership(api, options.own_namespace, _identity()) if options.elects else Alone()
        app = application(metrics.registry, lambda: time.monotonic() - leadership.heard < HEARD_S)
        async with served(app, options.host, options.port) as port:
            log.info("probes and metrics on %s:%d", options.host, port)
            if evidence:
                log.info("logs of evidence on %s:%d", options.host, evidence)
            await _lead(options, Releases(Fenced(api, leadership), passes, metrics), leadership, metrics, stop)


async def _lead(
    options: Options, releases: Releases, leadership: Leadership | Alone, metrics: Metrics, stop: asyncio.Event
) -> None:
    if not await _unless(stop, leadership.acquire()):
        return
    metrics.leads(True)
    keeper = asyncio.create_task(leadership.keep())
    watching = asyncio.create_task(_watch(options, releases, stop))
    await asyncio.wait({keeper, watching}, return_when=asyncio.FIRST_COMPLETED)
    lost = keeper.done()
    keeper.cancel()
    metrics.leads(False)
    if lost:
        watching.cancel()
        raise ClusterError("the lease could not be renewed: another operator may act now")
    await leadership.release()
    await watching


async def _unless(stop: asyncio.Event, done: Coroutine[Any, Any, None]) -> bool:
    """True when it is done, False when told to stop first."""
    task, stopping = asyncio.create_task(done), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finished = task.done()
    for each in (task, stopping):
        each.cancel()
    return finished


def _heed(stop: asyncio.Event) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)


async def _watch(options: Options, releases: Releases, stop: asyncio.Event) -> None:
    """Kopf takes the signals for itself when it begins, and then waits 5 s for our flag before it ends: they are taken
    back, so that the Lease is free at once.
    """
    ready = asyncio.Event()

    async def taken_back() -> None:
        await ready.wait()
        _heed(stop)

    taking = asyncio.create_task(taken_back())
    await kopf.operator(
        ready_flag=ready,
        registry=_handlers(releases),
        settings=_settings(),
        standalone=True,
        clusterwide=not options.namespaces,
        namespaces=list(options.namespaces),
        stop_flag=stop,
        identity=_named(),
    )
    taking.cancel()


def _named() -> Any:
    """Kopf elects nobody here, but without a name it asks for the user's, and a pod's user has none."""
    return _identity()


def _handlers(releases: Releases) -> kopf.OperatorRegistry:
    registry = kopf.OperatorRegistry()

    @kopf.on.login(registry=registry)
    async def login(**given: Any) -> Any:
        return kopf.login_with_service_account(**given) or kopf.login_with_kubeconfig(**given)

    @kopf.daemon(GROUP, VERSION, RELEASE.plural, registry=registry, id="follow")
    async def follow(*, name: str, namespace: str | None, stopped: kopf.DaemonStopped, **_given: Any) -> None:
        assert namespace is not None, "releases are namespaced"
        await releases.follow(namespace, name, _Stopped(stopped))
        if stopped.reason is not None and kopf.DaemonStoppingReason.RESOURCE_DELETED in stopped.reason:
            await _left(releases, namespace, name)

    return registry


async def _left(releases: Releases, namespace: str, name: str) -> None:
    """Tries again until it is done: the finalizer keeps the resource as long."""
    while True:
        try:
            await releases.leave(namespace, name)
        except ClusterError as error:
            log.warning("%s/%s is to be left: %s", namespace, name, error)
            await asyncio.sleep(1)
        else:
            return


class _Stopped:
    """kopf's flag as `follow` asks it."""

    def __init__(self, flag: kopf.DaemonStopped) -> None:
        self._flag = flag

    def is_set(self) -> bool:
        return bool(self._flag)

    async def wait(self, seconds: float) -> object:
        return await self._flag.wait(seconds)


def _settings() -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.persistence.finalizer = FINALIZER
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix=GROUP)
    settings.persistence.diffbase_storage = kopf.AnnotationsDiffBaseStorage(prefix=GROUP)
    settings.watching.server_timeout = 60
    settings.watching.client_timeout = 70
    settings.background.instant_exit_timeout = 0.1
    settings.background.cancellation_polling = 1
    settings.queueing.idle_timeout = 1
    settings.queueing.exit_timeout = 0.5
    settings.process.ultimate_exiting_timeout = ENDING_S
    return settings


def _identity() -> str:
    """A pod's name is its own again after a restart of its container; elsewhere each process is somebody else."""
    with suppress(KeyError):
        return os.environ["POD_NAME"]
    return f"{socket.gethostname()}-{secrets.token_hex(4)}"
