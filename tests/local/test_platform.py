"""The platform is written down before anything starts, a taken port named first. Started, it serves and ends whole."""

from __future__ import annotations

import socket
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serinus.errors import PortTaken
from serinus.local.faults import faults_file
from serinus.local.mails import duplicates, read_inbox
from serinus.local.names import CANARY, CONTROLLER, HOST, NOTIFICATION, STABLE, USER_MANAGEMENT, XRAY
from serinus.local.objects import DeploymentStatus, Mode
from serinus.local.platform import USES, Options, Platform, claimed, prepare, supervisor
from serinus.local.ports import LOOPBACK, is_free
from serinus.local.templates import Ports
from serinus.local.traffic import Rate, Traffic
from serinus.release.spec import CanaryRelease, Gateway, Metadata, Reference, Replicas, Spec
from serinus.release.spec import Traffic as Split
from tests.local.load import Connection
from tests.local.replicas import until

ANY = Ports(0, 0, 0, 0, 0, 0)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def release(traffic: Split | None = None) -> CanaryRelease:
    split = traffic or Split(gateway=Gateway(NOTIFICATION))
    return CanaryRelease(Metadata("notification"), Spec(Reference(STABLE), Reference(CANARY), split))


def prepared(directory: Path, options: Options | None = None, traffic: Split | None = None) -> Platform:
    return prepare(directory, options or Options(ports=ANY), release(traffic), datetime.now(UTC))


def test_all_wishes_are_written_down(tmp_path: Path) -> None:
    platform = prepared(tmp_path, Options(ports=ANY, size=3))
    state = platform.state
    assert {name: state.scale(name) for name in (STABLE, CANARY, USER_MANAGEMENT, CONTROLLER)} == {
        STABLE: 3,
        CANARY: 0,
        USER_MANAGEMENT: 1,
        CONTROLLER: 1,
    }
    route = state.route(NOTIFICATION)
    assert route
    assert (route.mode, route.weight, route.port) == (Mode.GATEWAY, 0, platform.laptop.ports.notification)
    assert state.release("notification") == release()
    assert faults_file(state, STABLE).read_text() == "{}"
    assert stat.S_IMODE(platform.laptop.files.mail_password.stat().st_mode) == 0o600


def test_a_release_by_replicas_makes_a_route_of_connections(tmp_path: Path) -> None:
    route = prepared(tmp_path, traffic=Split(replicas=Replicas(NOTIFICATION))).state.route(NOTIFICATION)
    assert route
    assert route.mode is Mode.REPLICAS


def test_ports_of_zero_become_free_ones_and_all_differ() -> None:
    ports = claimed(ANY).by_name()
    assert len(set(ports.values())) == len(ports) == len(USES)
    assert all(is_free(port) for port in ports.values())


@pytest.mark.parametrize("name", USES)
def test_a_taken_port_is_named_with_its_use_and_its_option(name: str) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        asked = Ports(**(ANY.by_name() | {name: port}))
        with pytest.raises(PortTaken, match=rf"port {port} \({USES[name]}\).*--{name}-port PORT"):
            claimed(asked)


@pytest.mark.journey
async def test_the_whole_platform_serves_mails_and_leaves_nothing_running(tmp_path: Path) -> None:
    platform = prepared(tmp_path, Options(ports=ANY, size=2))
    state, files = platform.state, platform.laptop.files
    state.write_scale(CONTROLLER, 0)
    async with supervisor(platform) as running:
        await running.ready(90)
        async with Traffic(platform.target, Rate(20, 2, most=60), "r1") as traffic:
            await until(lambda: traffic.tally.total == 60)
        await until(lambda: len(read_inbox(files.inbox)) == len(traffic.tally.created))
        plain = Connection(platform.laptop.ports.http)
        redirect = await plain.get(path="/usermgmt/users", host=HOST)
        plain.close()
    assert (traffic.tally.failures, traffic.tally.statuses, len(traffic.tally.created)) == (0, {"200": 60}, 6)
    assert {mail.to for mail in read_inbox(files.inbox)} == set(traffic.tally.created)
    assert duplicates(read_inbox(files.inbox)) == 0
    assert redirect[0] in {301, 308}
    assert all(state.deployment_status(name) == DeploymentStatus() for name in (XRAY, STABLE, USER_MANAGEMENT))
    assert all(is_free(port) for port in platform.laptop.ports.by_name().values())
    said = b"".join(log.read_bytes() for log in (files.state / "logs").iterdir())
    assert files.mail_password.read_bytes() not in said
