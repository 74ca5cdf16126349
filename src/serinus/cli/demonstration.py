"""The story of the demo. In: what a person wished. Out: a platform, a load, a release that runs to its end, an Ending.
The controller is a process of its own; this program starts things, watches files, and counts from outside.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from serinus.cli.options import DEFAULT_STATE, LATEST
from serinus.cli.progress import Snapshot, Tally
from serinus.cli.summary import Counted, Ending, document
from serinus.cli.ui import alongside
from serinus.cli.watch import by_release, outcome, snapshot
from serinus.errors import InvalidInput, TracesError
from serinus.local.loopback import get
from serinus.local.mails import Mail, duplicates, read_inbox
from serinus.local.names import CANARY, NOTIFICATION, STABLE
from serinus.local.platform import Options, Platform, prepare, supervisor
from serinus.local.presence import running
from serinus.local.state import write_file
from serinus.local.templates import CANARY_SERVICE, STABLE_SERVICE
from serinus.local.traffic import Rate, Traffic
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease, parse_release
from serinus.traces.client import XRayClient

READY_S = 60.0
LOOK_S = 0.25
MAIL_S = 30.0
SETTLE_S = 1.5
SERVICES = (STABLE_SERVICE, CANARY_SERVICE)
ENDING = "ending.json"


class Demonstration(Struct, frozen=True):
    """What a person wished; see the options of `serinus demo`."""

    options: Options
    by_request: bool
    steps: str
    rate: Rate
    max_time: str
    bake: str
    stay: bool
    directory: Path | None
    console_port: int = 0


class Health(Struct, frozen=True):
    """Segments received, refused by reason, and lost between our X-Ray's port and its store."""

    received: int = 0
    rejected: dict[str, int] = {}
    dropped: int = 0
    lost: int = 0


class Teller(Protocol):
    """How the story is told: to a person at a terminal, into a log, to a program."""

    def begins(self, directory: Path, urls: dict[str, str]) -> None:
        """What is being started, and where it will be found."""

    def shows(self, seen: Snapshot) -> None:
        """How it stands."""

    def ends(self, ending: Ending, services: list[dict[str, Any]], *, stays: bool) -> None:
        """What it came to, and the service map."""


async def demonstrate(wished: Demonstration, teller: Teller) -> Ending:
    """The whole story; the platform is gone afterwards. Ctrl-C and SIGTERM end it at any moment."""
    story = asyncio.current_task()
    assert story is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, story.cancel)
    try:
        return await _told(wished, teller)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _told(wished: Demonstration, teller: Teller) -> Ending:
    release, directory = a_release(wished), _directory(wished.directory)
    with running(directory):
        return await _played(wished, teller, release, directory)


async def _played(wished: Demonstration, teller: Teller, release: CanaryRelease, directory: Path) -> Ending:
    platform = prepare(directory, wished.options, release, datetime.now().astimezone())
    began = time.monotonic()
    async with alongside(platform.state.directory, wished.console_port) as console, supervisor(platform) as programs:
        teller.begins(platform.state.directory, {"console": console} | platform.urls)
        await programs.ready(READY_S)
        async with Traffic(platform.target, wished.rate, secrets.token_hex(3)) as traffic:
            seen = await _decided(platform, release, traffic, teller, began)
        await _mails_arrive(platform, traffic)
        await asyncio.sleep(SETTLE_S)
        ending = await _ending(platform, seen, traffic, time.monotonic() - began)
        write_file(platform.state.directory / ENDING, msgspec.json.encode(document(ending)))
        teller.ends(ending, _service_map(platform), stays=wished.stay)
        if wished.stay:
            async with Traffic(platform.target, wished.rate, secrets.token_hex(3)):
                await asyncio.Event().wait()
    return ending


def a_release(wished: Demonstration) -> CanaryRelease:
    """The CanaryRelease that the demo runs. InvalidInput names what cannot be taken."""
    try:
        weights = [int(weight) for weight in wished.steps.split(",")]
    except ValueError:
        raise InvalidInput("--steps", "must be percentages with commas between them", wished.steps) from None
    gateway = {"gateway": {"httpRoute": NOTIFICATION}}
    replicas = {"replicas": {"service": NOTIFICATION, "total": wished.options.size}}
    spec = {
        "stable": {"deployment": STABLE},
        "canary": {"deployment": CANARY},
        "traffic": gateway if wished.by_request else replicas,
        "steps": [{"weight": weight} for weight in weights],
        "analysis": {"maxTime": wished.max_time, "tick": "1s", "objective": {"entry": {"p95": 1.5}}},
        "traces": {"delay": "2s"},
        "bake": wished.bake,
        "progressDeadline": "60s",
    }
    return parse_release({"metadata": {"name": "notification"}, "spec": spec})


def _directory(wished: Path | None) -> Path:
    """A directory of this run's own; `.serinus/latest` leads to the newest."""
    directory = wished or DEFAULT_STATE / f"demo-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        empty = not any(directory.iterdir())
    except OSError as error:
        raise InvalidInput(
            "--state", f"must be a directory that can be made ({error.strerror})", str(directory)
        ) from error
    if not empty:
        raise InvalidInput("--state", "must be a new or empty directory", str(directory))
    if wished is None:
        latest = DEFAULT_STATE / LATEST
        with suppress(FileNotFoundError):
            latest.unlink()
        latest.symlink_to(directory.name)
    return directory


async def _decided(
    platform: Platform, release: CanaryRelease, traffic: Traffic, teller: Teller, began: float
) -> Snapshot:
    """Watch until the release is promoted, rolled back, aborted or held."""
    while True:
        seen = snapshot(platform.state, release, _tally(platform, traffic), time.monotonic() - began)
        teller.shows(seen)
        if outcome(seen):
            return seen
        await asyncio.sleep(LOOK_S)


def _tally(platform: Platform, traffic: Traffic) -> Tally:
    counted = traffic.tally
    users, mails = _mailed(platform, traffic)
    return Tally(
        requests=counted.total,
        failed=counted.failures,
        created=len(users),
        delivered=len({mail.to for mail in mails}),
        delivered_by=by_release(mails),
    )


def _mailed(platform: Platform, traffic: Traffic) -> tuple[set[str], tuple[Mail, ...]]:
    """The load's own users, and the mails to them; what others have created is not counted."""
    mails = read_inbox(platform.laptop.files.inbox)
    users = traffic.tally.known({mail.to for mail in mails})
    return users, tuple(mail for mail in mails if mail.to in users)


async def _mails_arrive(platform: Platform, traffic: Traffic) -> None:
    """Every mail owed arrives, or the time is up and it counts as lost."""
    limit = time.monotonic() + MAIL_S
    while _lost(platform, traffic) and time.monotonic() < limit:
        await asyncio.sleep(LOOK_S)


def _lost(platform: Platform, traffic: Traffic) -> int:
    arrived = {mail.to for mail in read_inbox(platform.laptop.files.inbox)}
    return len(set(traffic.tally.created) - arrived)


async def _ending(platform: Platform, seen: Snapshot, traffic: Traffic, took: float) -> Ending:
    state, name = platform.state, seen.release.metadata.name
    run = state.run(name, seen.status.run) or seen.run
    counted, health = traffic.tally, await _health(platform)
    users, mails = _mailed(platform, traffic)
    return Ending(
        outcome=outcome(seen) or "",
        reason=seen.status.reason,
        message=seen.status.message,
        run=run,
        counted=Counted(
            requests=counted.total,
            failed=counted.failures,
            faults=counted.version_faults,
            created=len(users),
            delivered=len({mail.to for mail in mails}),
            lost=_lost(platform, traffic),
            duplicates=duplicates(mails),
            segments=health.received,
            rejected=sum(health.rejected.values()) + health.dropped + health.lost,
            delivered_by=by_release(mails),
            statuses=dict(counted.statuses),
        ),
        traces=_worth_opening(platform, run),
        duration_s=took,
        directory=str(state.directory),
        store=str(platform.laptop.files.traces),
        record=str(state.directory / "runs" / f"{name}-{run.number}.json"),
    )


async def _health(platform: Platform) -> Health:
    """What our X-Ray says of itself; a fresh one counts from zero."""
    reply = await get(platform.laptop.ports.xray, "/_serinus/health")
    return msgspec.json.decode(reply.body, type=Health) if reply and reply.status == 200 else Health()


def _worth_opening(platform: Platform, run: Run) -> tuple[str, ...]:
    """The traces behind the verdict, worst first; without harm, a creation through each version and the slowest."""
    if run.verdict and run.verdict.examples:
        return run.verdict.examples
    now, client = time.time(), XRayClient(platform.xray_url)
    begin = max(run.started, now - 3600)
    try:
        created = [client.summaries(begin, now, f'http.method = "POST" AND service("{name}")') for name in SERVICES]
        slowest = client.summaries(begin, now, "duration > 0.05")
    except TracesError:
        return ()
    newest = [found[0] for found in created if found]
    longest = sorted(slowest, key=lambda one: float(one.get("Duration", 0.0)), reverse=True)
    return tuple(dict.fromkeys(str(one["Id"]) for one in (*newest, *longest)))[:3]


def _service_map(platform: Platform) -> list[dict[str, Any]]:
    now = time.time()
    try:
        return XRayClient(platform.xray_url).service_graph(now - 3600, now)
    except TracesError:
        return []
