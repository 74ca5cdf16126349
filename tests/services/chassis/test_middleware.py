"""The four layers between the server and the routes, each seen from outside through a small application."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response

from omnitech_chassis.faults_file import Faults
from omnitech_chassis.middleware import BodyLimit, Guard, OpenToBrowsers, Tampering


def application(faults: Faults, *, draining: bool = False) -> FastAPI:
    layers = [
        Middleware(OpenToBrowsers),
        Middleware(Guard, quiet=frozenset({"/livez"}), draining=lambda: draining),
        Middleware(Tampering, faults=faults, spared=frozenset({"/livez"})),
        Middleware(BodyLimit, limit=10),
    ]
    app = FastAPI(middleware=layers)

    @app.get("/livez")
    async def livez() -> Response:
        return PlainTextResponse("ok")

    @app.get("/crash")
    async def crash() -> Response:
        raise ZeroDivisionError("the secret is hush")

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(await request.body())

    return app


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test")


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(application(Faults())) as opened:
        yield opened


async def test_every_reply_even_a_crash_is_open_to_browsers(client: httpx2.AsyncClient) -> None:
    for path in ("/livez", "/crash", "/absent"):
        assert (await client.get(path)).headers["access-control-allow-origin"] == "*"


async def test_options_is_200_anywhere(client: httpx2.AsyncClient) -> None:
    assert (await client.options("/anything")).status_code == 200


async def test_a_crash_is_a_plain_500_that_tells_the_log_and_not_the_client(
    client: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = await client.get("/crash")

    assert (reply.status_code, reply.json()["detail"]) == (500, "Unexpected error")
    assert "hush" not in reply.text
    assert "ZeroDivisionError" in capsys.readouterr().out


async def test_probes_are_not_logged(client: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]) -> None:
    await client.get("/livez")

    assert capsys.readouterr().out == ""


async def test_while_draining_clients_are_told_to_connect_elsewhere() -> None:
    async with client_of(application(Faults(), draining=True)) as client:
        assert (await client.get("/livez")).headers["connection"] == "close"


@pytest.mark.parametrize(("length", "status"), [(0, 200), (10, 200), (11, 413)])
async def test_a_declared_body_is_limited(client: httpx2.AsyncClient, length: int, status: int) -> None:
    assert (await client.post("/echo", content=b"x" * length)).status_code == status


@pytest.mark.parametrize(("chunks", "status"), [(2, 200), (3, 413)])
async def test_an_undeclared_body_is_limited_too(client: httpx2.AsyncClient, chunks: int, status: int) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(chunks):
            yield b"12345"

    reply = await client.post("/echo", content=body())

    assert (reply.status_code, reply.content == b"12345" * chunks) == (status, status == 200)


async def test_an_injected_fault_is_a_500_that_says_so_and_spares_probes(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"fault": 1.0, "latency_s": 0.01}))
    async with client_of(application(Faults(file))) as client:
        struck, spared = await client.post("/echo", content=b"x"), await client.get("/livez")

    assert (struck.status_code, spared.status_code) == (500, 200)
    assert struck.json()["detail"] == "Fault on demand: this request was chosen to fail"
