"""EDGE The operator's probes and metrics over HTTP. In: questions of Kubernetes and Prometheus. Out: short texts.
Alive: the event loop answers. Ready: Kubernetes has answered lately, as leader or as standby.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from serinus.errors import PortTaken


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers: the operator has its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def application(registry: CollectorRegistry, ready: Callable[[], bool]) -> Starlette:
    """`/livez`, `/readyz`, `/metrics`."""

    async def livez(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        if ready():
            return PlainTextResponse("ok")
        return PlainTextResponse("the Kubernetes API has not answered lately", status_code=503)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])


@asynccontextmanager
async def served(
    app: Starlette, host: str, port: int, called: tuple[str, str] = ("probes and metrics", "--metrics-port")
) -> AsyncIterator[int]:
    """Listens until the block ends; gives the port, a free one for 0. `called`: the port's use and option, for
    PortTaken.
    """
    with _door(host, port, called) as door:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = _Quiet(config)
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield int(door.getsockname()[1])
        finally:
            server.should_exit = True
            await serving


def _door(host: str, port: int, called: tuple[str, str]) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise PortTaken(port, *called) from error
