"""The demo's users keep their rate whatever the answers, trust only the entry's certificate, count every outcome."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from serinus.local.ports import LOOPBACK
from serinus.local.requests import Ask, creation
from serinus.local.tls import Certificates, create
from serinus.local.traffic import AT_ONCE, Rate, Tally, Target, Traffic
from tests.local.replicas import until

HOST = "canarydemo.omnitechsol.com"
INFO = b'{"applicationname":"Notification Microservice","appversion":"V2","message":"Enabled AWS XRay"}'
FAST = Rate(requests=500, creations=50)


class Entry:
    """A small TLS server in the entry's place. `hold`: no answers while it is clear."""

    def __init__(self, certificates: Certificates) -> None:
        self.hosts: set[str] = set()
        self.status = "200 OK"
        self.body = INFO
        self.free = asyncio.Event()
        self.free.set()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificates.entry.certificate, certificates.entry.key)
        self._authority = certificates.authority

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=self._tls)
        self.target = Target(server.sockets[0].getsockname()[1], HOST, self._authority)
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                await reader.readexactly(int(headers.get("content-length", 0)))
                self.hosts.add(headers["host"])
                await self.free.wait()
                writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.body)}\r\n\r\n".encode() + self.body)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def entry(tmp_path: Path) -> AsyncIterator[Entry]:
    entry = Entry(create(tmp_path, HOST, datetime.now(UTC)))
    server = await entry.start()
    yield entry
    server.close()


async def test_requests_reach_the_host_by_name_and_every_outcome_is_counted(entry: Entry) -> None:
    async with Traffic(entry.target, Rate(500, 50, most=100), "r1") as traffic:
        await until(lambda: traffic.tally.total == 100)
    assert entry.hosts == {f"{HOST}:{entry.target.port}"}
    tally = traffic.tally
    assert (tally.failures, tally.version_faults, tally.skipped, tally.statuses) == (0, 0, 0, {"200": 100})
    assert set(tally.created) == {f"r1x{number}@example.com" for number in range(9, 100, 10)}
    assert tally.versions["V2"] == 80


async def test_a_server_that_cannot_prove_its_name_gets_no_request(entry: Entry) -> None:
    stranger = msgspec.structs.replace(entry.target, host="example.com")
    async with Traffic(stranger, Rate(500, 0, most=5), "r1") as traffic:
        await until(lambda: traffic.tally.total == 5)
    assert traffic.tally.statuses == {"ConnectError": 5}
    assert traffic.tally.failures == 5
    assert entry.hosts == set()


async def test_answers_that_do_not_come_hold_up_nobody_up_to_a_bound(entry: Entry) -> None:
    entry.free.clear()
    async with Traffic(entry.target, FAST, "r1") as traffic:
        await until(lambda: traffic.tally.skipped >= 10)
        assert len(traffic._under_way) == AT_ONCE
        assert traffic.tally.total == 0
        entry.free.set()
        await until(lambda: traffic.tally.total > AT_ONCE)
    assert traffic.tally.failures == 0


async def test_the_end_waits_for_the_answers_under_way(entry: Entry) -> None:
    entry.free.clear()
    async with Traffic(entry.target, FAST, "r1") as traffic:
        await until(lambda: len(traffic._under_way) > 3)
        entry.free.set()
    assert traffic._under_way == set()
    assert traffic.tally.total > 3


async def test_a_creation_that_fails_owes_no_mail(entry: Entry) -> None:
    entry.status, entry.body = "500 Fault", b'{"detail": "Notification answered 500 to GET /notification/xray"}'
    async with Traffic(entry.target, Rate(500, 500, most=5), "r1") as traffic:
        await until(lambda: traffic.tally.total == 5)
    assert (traffic.tally.version_faults, traffic.tally.failures, traffic.tally.created) == (5, 0, [])


def test_latency_is_kept_in_bins_of_two_percent() -> None:
    tally = Tally()
    assert tally.quantile(0.5) is None
    for milliseconds in range(1, 101):
        tally.add(Ask("GET", "/"), 200, b"", milliseconds / 1000)
    assert tally.quantile(0.5) == pytest.approx(0.050, rel=0.021)
    assert tally.quantile(0.99) == pytest.approx(0.099, rel=0.021)
    assert tally.quantile(1.0) == pytest.approx(0.100, rel=0.021)


def test_only_an_answered_creation_is_owed_a_mail() -> None:
    tally = Tally()
    tally.add(creation("r1x1", "r1"), 200, b"", 0.01)
    tally.add(creation("r1x2", "r1"), 400, b"", 0.01)
    assert (tally.created, tally.failures) == (["r1x1@example.com"], 1)


def test_the_rate_of_creations_is_a_part_of_all_requests() -> None:
    assert Rate(40, 1).creation_every == 40
    assert Rate(40, 0).creation_every == 0
    assert Rate(10, 20).creation_every == 1


def test_a_user_whose_creation_got_no_answer_exists_when_the_mail_came() -> None:
    tally = Tally()
    tally.add(creation("r1x1", "r1"), 200, b"", 0.01)
    tally.add_error(creation("r1x2", "r1"), TimeoutError())
    tally.add(creation("r1x3", "r1"), 504, b"", 10.0)
    assert tally.known(set()) == {"r1x1@example.com"}
    mailed = {"r1x2@example.com", "r1x3@example.com", "patience@example.com"}
    assert tally.known(mailed) == {f"r1x{number}@example.com" for number in (1, 2, 3)}
