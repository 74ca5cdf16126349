"""The operators' logs of evidence over real HTTP, before an API server that answers as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from lightkube.config.kubeconfig import KubeConfig

from serinus.cli.operator import logged_in
from serinus.errors import PortTaken
from serinus.kube.evidence import AUDIENCE, offered
from tests.cli.apiserver import ApiServer, api_server, kubeconfig
from tests.kube.test_rbac import EVIDENCE

CONSOLE = "system:serviceaccount:serinus:serinus-console"
RUN = "/namespaces/shop/canaryreleases/notification/runs/1/evidence"


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with api_server() as running:
        running.tokens = {
            "console": {"username": CONSOLE, "audiences": [AUDIENCE]},
            "api": {"username": CONSOLE, "audiences": ["https://kubernetes.default.svc"]},
        }
        running.rights = {(CONSOLE, "get canaryruns", "shop")}
        yield running


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two parts of a run's log, and what lies outside."""
    shop = tmp_path / "evidence/shop"
    shop.mkdir(parents=True)
    (shop / "notification-1.evidence.1.ndjson").write_bytes(b"older\ncut o")
    (shop / "notification-1.evidence.ndjson").write_bytes(b"newer\n")
    (tmp_path / "notification-1.evidence.ndjson").write_bytes(b"secret\n")
    return tmp_path / "evidence"


@asynccontextmanager
async def offering(server: ApiServer, logs: Path) -> AsyncIterator[httpx2.AsyncClient]:
    config = KubeConfig.from_dict(kubeconfig(server.url, "here")).get()
    assert config is not None
    async with (
        offered(config, logged_in(logs), "127.0.0.1", 0) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_whoever_may_get_the_run_reads_its_log_whole_the_older_part_first(server: ApiServer, logs: Path) -> None:
    async with offering(server, logs) as client:
        answer = await client.get(RUN, headers=bearing("console"))

    assert (answer.status_code, answer.content.split()) == (200, [b"older", b"cut", b"o", b"newer"])
    assert answer.content == b"older\ncut o\nnewer\n\n"
    assert {(verb, plural, "") for verb, plural in server.calls} == EVIDENCE


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nobodys", "Bearer api", "Basic console"])
async def test_a_token_that_was_not_made_for_this_opens_nothing(
    server: ApiServer, logs: Path, authorization: str
) -> None:
    async with offering(server, logs) as client:
        answer = await client.get(RUN, headers={"Authorization": authorization})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert AUDIENCE in answer.text


async def test_a_right_counts_in_its_namespace(server: ApiServer, logs: Path) -> None:
    async with offering(server, logs) as client:
        answer = await client.get(RUN.replace("/shop/", "/pay/"), headers=bearing("console"))

    assert (answer.status_code, answer.text) == (403, f"{CONSOLE} may not get canaryruns in namespace pay")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (RUN.replace("runs/1", "runs/2"), 404),
        (RUN.replace("runs/1", "runs/one"), 400),
        (RUN.replace("/shop/", "/%2e%2e/"), 400),
        (RUN.replace("/notification/", "/..%2Fnotification/"), 404),
        (RUN.replace("/notification/", "/not.ification/"), 404),
        ("/", 404),
    ],
)
async def test_nothing_but_logs_is_read(server: ApiServer, logs: Path, path: str, status: int) -> None:
    async with offering(server, logs) as client:
        answer = await client.get(path, headers=bearing("console"))
        written = await client.post(RUN, headers=bearing("console"))

    assert (answer.status_code, written.status_code) == (status, 405)
    assert "secret" not in answer.text


async def test_a_cluster_that_does_not_answer_lets_nobody_in(server: ApiServer, logs: Path) -> None:
    server.refuses = 500
    async with offering(server, logs) as client:
        answer = await client.get(RUN, headers=bearing("console"))

    assert answer.status_code == 503
    assert "console" not in answer.text


async def test_without_logs_nothing_listens_and_a_taken_port_is_named(server: ApiServer, logs: Path) -> None:
    config = KubeConfig.from_dict(kubeconfig(server.url, "here")).get()
    assert config is not None
    async with offered(config, None, "127.0.0.1", 0) as none, offered(config, logged_in(logs), "127.0.0.1", 0) as port:
        with pytest.raises(PortTaken, match="--evidence-port"):
            async with offered(config, logged_in(logs), "127.0.0.1", port):
                pass

    assert none == 0
