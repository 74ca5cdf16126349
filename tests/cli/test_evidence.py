"""The console's reader of logs and the operators that offer them, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from lightkube.config.kubeconfig import KubeConfig

from serinus.cli.evidence import ClusterLogs, addresses
from serinus.cli.operator import logged_in
from serinus.errors import EvidenceError, InvalidInput
from serinus.kube.evidence import offered
from tests.cli.apiserver import ApiServer, api_server, kubeconfig
from tests.judge.test_journal import entries, log
from tests.kube.test_evidence import CONSOLE

URL = "http://serinus-evidence:8081"


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with api_server() as running:
        running.tokens["console"] = {"username": CONSOLE}
        running.rights = {(CONSOLE, "get canaryruns", "")}
        yield running


@asynccontextmanager
async def operators(server: ApiServer, directory: Path, *parts: list[bytes]) -> AsyncIterator[list[str]]:
    """One for each part of the log of shop/notification-1; where they listen."""
    config = KubeConfig.from_dict(kubeconfig(server.url, "here")).get()
    assert config is not None
    async with AsyncExitStack() as running:
        ports = []
        for number, lines in enumerate(parts):
            logs = directory / str(number)
            (logs / "shop").mkdir(parents=True)
            if lines:
                (logs / "shop/notification-1.evidence.ndjson").write_bytes(b"".join(lines))
            ports.append(await running.enter_async_context(offered(config, logged_in(logs), "127.0.0.1", 0)))
        yield [f"127.0.0.1:{port}" for port in ports]


def reader(directory: Path, *found: str, token: str = "console") -> ClusterLogs:
    file = directory / "token"
    file.write_text(f"{token}\n")
    return ClusterLogs(URL, file, lambda _host, _port: list(found))


async def read(logs: ClusterLogs, number: int = 1) -> list[bytes]:
    lines = await asyncio.to_thread(lambda: list(logs.lines("shop", "notification", number)))
    return [line for line in lines if line.strip()]


async def test_what_several_operators_have_logged_is_one_log(server: ApiServer, tmp_path: Path) -> None:
    first, second, none = log(entries()[:2]), log(entries()[2:]), list[bytes]()
    async with operators(server, tmp_path, second, none, first) as found:
        assert await read(reader(tmp_path, *found)) == [*first, *second]
        assert await read(reader(tmp_path, *found), 2) == []


async def test_a_long_log_arrives_line_by_line_and_whole(server: ApiServer, tmp_path: Path) -> None:
    lines = [b'{"text":"\xe2\x80\xa8' + b"x" * 5000 + b'"}\n' for _ in range(400)]
    async with operators(server, tmp_path, lines) as found:
        assert await read(reader(tmp_path, *found)) == lines


async def test_one_operator_that_does_not_answer_is_an_error_and_no_half_a_log(
    server: ApiServer, tmp_path: Path
) -> None:
    async with operators(server, tmp_path, log(entries())) as found:
        with pytest.raises(EvidenceError, match="shop/notification-1: ConnectError"):
            await read(reader(tmp_path, *found, "127.0.0.1:1"))


async def test_who_is_refused_is_told_by_whom_and_why(server: ApiServer, tmp_path: Path) -> None:
    async with operators(server, tmp_path, log(entries())) as found:
        with pytest.raises(EvidenceError, match="answers 401: a token of this cluster made for serinus-evidence"):
            await read(reader(tmp_path, *found, token="nobodys"))


async def test_a_token_that_is_not_there_and_a_name_that_stands_for_nothing_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"--evidence-token .*/none: No such file"):
        await read(ClusterLogs(URL, tmp_path / "none"))
    with pytest.raises(EvidenceError, match=r"no operator that keeps logs is found \(nowhere.invalid: "):
        addresses("nowhere.invalid", 1)
    assert addresses("127.0.0.1", 7) == ["127.0.0.1:7"]
    assert addresses("::1", 7) == ["[::1]:7"]


@pytest.mark.parametrize("url", ["", "serinus-evidence:8081", "https://here:1", "http://here", "http://here:1/logs"])
def test_an_address_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="--evidence-url"):
        ClusterLogs(url, Path("token"))
