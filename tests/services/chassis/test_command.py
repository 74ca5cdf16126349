"""Real processes: the command line, its exit codes, the drain, and what reaches the log."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from notification.service import SERVICE
from omnitech_chassis.command import main
from tests.services.conftest import Database
from tests.services.environment import environment
from tests.services.mail_sink import PASSWORD, Inbox
from tests.services.process import free_port, started
from tests.services.serving import eventually
from tests.services.user_management.api.test_users import CHEAP_HASH, POSTMAN

pytestmark = pytest.mark.timeout(180)


def run(module: str, command: str, settings: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", module, command]
    return subprocess.run(arguments, env=environment(settings), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": 0}, "PORT: Input should be greater than or equal to 1, not '0'"),
        ({"faults_file": "/f.json"}, "FAULTS_FILE: is refused when SERVICE_PROFILE is production"),
        ({"app_version": "V3"}, "APP_VERSION: Input should be 'V1' or 'V2', not 'V3'"),
        ({"aws_xray_daemon_address": "nowhere"}, "AWS_XRAY_DAEMON_ADDRESS: Value error, must be host:port"),
        ({"aws_mail_server_password_file": "/no/such"}, "AWS_MAIL_SERVER_PASSWORD_FILE: must be a readable text file"),
        ({"aws_mail_server_ca": "/no/such"}, "AWS_MAIL_SERVER_CA: must be a file of PEM certificates"),
        ({"notification_database_url": "postgresql://x/y"}, "NOTIFICATION_DATABASE_URL: must begin with"),
        ({"otel_exporter_otlp_endpoint": "http://c:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT: needs the extra"),
    ],
)
@pytest.mark.usefixtures("logging_as_before")
def test_a_wrong_environment_ends_with_2_and_names_the_variable(
    settings: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment({"port": free_port(), **settings}).items():
        monkeypatch.setenv(name, value)

    code = main(SERVICE, ["serve"])

    assert code == 2
    assert words in capsys.readouterr().out


def test_a_taken_port_ends_with_2_and_is_named(tmp_path: Path, sqlite: Database) -> None:
    with started("notification", environment(sqlite.notification), tmp_path / "log") as first:
        first.wait_ready()
        port = first.url.rpartition(":")[2]
        second = run("notification", "serve", {"port": port, **sqlite.notification})

    assert second.returncode == 2
    assert f"PORT: must be free on 127.0.0.1 (Address already in use), not {port}" in second.stdout


def test_without_its_schema_a_service_is_alive_but_not_ready_and_says_what_to_do(
    tmp_path: Path, sqlite: Database
) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    settings = environment({**sqlite.usermgmt, "port": port})
    server = subprocess.Popen(
        [sys.executable, "-m", "user_management", "serve"], env=settings, stdout=subprocess.DEVNULL
    )
    try:
        transport = httpx2.HTTPTransport(retries=100)
        with httpx2.Client(transport=transport, base_url=url, timeout=30) as client:
            wait_for(client, "/livez")
            before = client.get("/readyz")
            assert run("user_management", "migrate", sqlite.usermgmt).returncode == 0
            after = client.get("/readyz")
    finally:
        server.kill()
        server.wait(10)

    command = "python -m user_management migrate"
    assert before.json()["reasons"] == {"schema": f"the schema is at nothing, expected 0001: run `{command}`"}
    assert (before.status_code, after.status_code) == (503, 200)


def wait_for(client: httpx2.Client, path: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if client.get(path).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise TimeoutError(path)


async def test_sigterm_drains_unready_first_then_the_request_in_flight_is_finished_and_the_exit_code_is_0(
    tmp_path: Path, sqlite: Database
) -> None:
    settings = environment({**sqlite.notification, "drain_seconds": 0.6})
    with started("notification", settings, tmp_path / "log") as service:
        service.wait_ready()
        reader, writer = await in_flight(service.url)
        service.process.send_signal(signal.SIGTERM)
        async with httpx2.AsyncClient(base_url=service.url, trust_env=False, timeout=20) as client:

            async def unready() -> bool:
                return (await client.get("/readyz")).status_code == 503

            await eventually(unready)
        writer.write(b"{}")
        reply = await reader.read()
        writer.close()
        await writer.wait_closed()
        code = service.wait_gone()

    assert reply.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"connection: close" in reply.lower()
    assert code == 0


async def in_flight(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request whose body the service is already waiting for: it has said 100 Continue."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    head = "POST /notification/send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n".encode())
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    return reader, writer


async def test_no_secret_reaches_the_log(
    tmp_path: Path, sqlite: Database, mail_settings: dict[str, Any], inbox: Inbox
) -> None:
    port = free_port()
    mailing = environment({**sqlite.notification, **mail_settings, "log_level": "debug"})
    settings = {**sqlite.usermgmt, **CHEAP_HASH, "usermgmt_api_token": "t0ken-Secret", "log_level": "debug"}
    settings |= {"notification_service_host": "127.0.0.1", "notification_service_port": port}
    bearer = {"Authorization": "Bearer t0ken-Secret"}
    with (
        started("notification", mailing, tmp_path / "ns.log", port) as ns,
        started("user_management", environment(settings), tmp_path / "um.log") as um,
    ):
        ns.wait_ready()
        um.wait_ready()
        url = f"{um.url}/usermgmt/user"
        httpx2.post(url, json=POSTMAN, headers=bearer, trust_env=False).raise_for_status()
        httpx2.post(url, json=POSTMAN | {"password": ["Pass@123"]}, headers=bearer, trust_env=False)
        httpx2.post(url, json=POSTMAN, headers={"Authorization": "Bearer wr0ng-Secret"}, trust_env=False)
        await eventually(lambda: len(inbox.mails) == 1)

    lines = um.log.read_text() + ns.log.read_text()
    assert '"status": 200' in lines
    assert [word for word in ("Pass@123", "t0ken-Secret", "wr0ng-Secret", PASSWORD, "argon2id") if word in lines] == []
