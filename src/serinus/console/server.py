"""EDGE The console's door: loopback, unless asked otherwise. In: a desk, a port. Out: pages until told to stop."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from serinus.console.app import application
from serinus.console.desk import Desk
from serinus.console.site import Site, laptop
from serinus.errors import PlatformError, PortTaken

LOOPBACK = "127.0.0.1"


class _Server(uvicorn.Server):
    """uvicorn that says when it listens, and does not raise the signal again."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        with suppress(ValueError, RuntimeError):  # not the main thread: whoever embeds us stops us
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def serve(
    desk: Desk,
    port: int,
    announce: Callable[[str], None],
    stop: asyncio.Event | None = None,
    *,
    signals: bool = True,
    host: str = LOOPBACK,
    site: Callable[[int], Site] = laptop,
) -> None:
    """`announce` gets the URL once it answers. `signals` False: whoever embeds us keeps theirs. `site`: of the port
    that it became. Raises PortTaken, PlatformError.
    """
    with opened(port, host) as door:
        own = int(door.getsockname()[1])
        config = uvicorn.Config(
            application(desk, site(own)), log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1
        )
        kind = _Server if signals else _Quiet
        server = kind(config, lambda: announce(f"http://{host}:{own}/"))
        stopping = asyncio.ensure_future(_stop(server, stop or asyncio.Event()))
        try:
            await server.serve(sockets=[door])
        finally:
            stopping.cancel()


class _Quiet(_Server):
    """For a process whose signals are somebody else's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def opened(port: int, host: str = LOOPBACK) -> Iterator[socket.socket]:
    """A listening socket, on loopback unless told otherwise; 0: any free port. PortTaken, PlatformError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(256)
        yield door
    except OSError as failure:
        if failure.errno == errno.EADDRINUSE:
            raise PortTaken(port, "the console", "--port") from failure
        raise PlatformError(f"cannot listen on {host} port {port} (the console): {failure}") from failure
    finally:
        door.close()


async def _stop(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True
