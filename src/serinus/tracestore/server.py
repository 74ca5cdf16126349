"""EDGE. The X-Ray of our own as one process: UDP and HTTP, by default on the same port number of the loopback.
In: options. Out: two open doors until a signal comes; then everything received is written and the file closed.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import uvicorn
from msgspec import Struct
from starlette.applications import Starlette

from serinus.errors import PlatformError, PortTaken
from serinus.tracestore import api
from serinus.tracestore.graphs import Graphs
from serinus.tracestore.ingest import Ingest, Limits, Receiver
from serinus.tracestore.operations import Operations
from serinus.tracestore.reader import Reader
from serinus.tracestore.sampling import SamplingRules
from serinus.tracestore.store import open_store

PORT: Final = 2000
_ATTEMPTS: Final = 20
SWITCH_SECONDS: Final = 0.0002  # the writer computes while the receiver waits for the interpreter, once a datagram:
# at Python's 5 ms a burst of 40,000 a second lost up to a tenth, at 0.2 ms none, for the same CPU time


class Misbehaviour(Struct, frozen=True):
    """What real X-Ray does, on demand: refuse each n-th read, show late (seconds), lose each n-th document."""

    throttle_every: int = 0
    visible_after: float = 0.0
    drop_every: int = 0


class Options(Struct, frozen=True):
    """`store`: None keeps traces in memory. A port of 0 takes a free one."""

    host: str = "127.0.0.1"
    http_port: int = PORT
    udp_port: int = PORT
    store: Path | None = None
    limits: Limits = Limits()
    misbehaviour: Misbehaviour = Misbehaviour()


class Addresses(Struct, frozen=True):
    """Where it listens."""

    host: str
    http_port: int
    udp_port: int

    @property
    def url(self) -> str:
        """For AWS_ENDPOINT_URL_XRAY."""
        return f"http://{self._shown}:{self.http_port}"

    @property
    def daemon(self) -> str:
        """For AWS_XRAY_DAEMON_ADDRESS."""
        if self.http_port == self.udp_port:
            return f"{self._shown}:{self.udp_port}"
        return f"tcp:{self._shown}:{self.http_port} udp:{self._shown}:{self.udp_port}"

    @property
    def _shown(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


class Doors(Struct, frozen=True):
    """Both sockets, bound."""

    http: socket.socket
    udp: socket.socket
    addresses: Addresses


class _Server(uvicorn.Server):
    """uvicorn that says when it listens, and without its habit of raising the signal again, which would end us
    before the file is closed.
    """

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
    options: Options,
    announce: Callable[[Addresses], None],
    stop: asyncio.Event | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Listen until SIGINT, SIGTERM or `stop`. Raises PortTaken, NotAStore, StoreError before anything listens."""
    doors = open_doors(options)
    try:
        application = assemble(options, doors.udp, clock)
        config = uvicorn.Config(application, log_config=None, access_log=False, lifespan="on")
        server = _Server(config, lambda: announce(doors.addresses))
        stopping = asyncio.ensure_future(_stop(server, stop or asyncio.Event()))
        await server.serve(sockets=[doors.http])
        stopping.cancel()
    finally:
        doors.http.close()
        doors.udp.close()


def assemble(options: Options, udp: socket.socket, clock: Callable[[], float]) -> Starlette:
    """Store, ingest, reader and API, wired; its lifespan starts and ends the threads."""
    store = open_store(options.store)
    wrong = options.misbehaviour
    ingest = Ingest(store, clock, options.limits, wrong.drop_every)
    receiver = Receiver(udp, ingest.offer_datagram)
    visible = lambda: clock() - wrong.visible_after  # noqa: E731
    reader = Reader(store, visible)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ingest.start()
        receiver.start()
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.freeze()  # what stands now lives to the end: the collector need not look at it on the ingest path
        yield
        gc.unfreeze()
        sys.setswitchinterval(before)
        receiver.close()
        ingest.close()
        store.close()

    operations = Operations(ingest, reader, Graphs(store, reader, visible), SamplingRules(store, clock()), clock)
    health = lambda: ingest.health(receiver.buffer)  # noqa: E731
    return api.app(
        operations.by_path(), operations.export, ingest.settle, health, api.Throttle(wrong.throttle_every), lifespan
    )


def open_doors(options: Options) -> Doors:
    """Bind both ports; where both are to be any free number they get the same one. Raises PortTaken, PlatformError."""
    attempts = _ATTEMPTS if options.http_port == options.udp_port == 0 else 1
    for attempt in range(attempts):
        http = _bind(options.host, options.http_port, socket.SOCK_STREAM, "X-Ray API", "--http-port")
        number = http.getsockname()[1]
        udp_port = number if options.udp_port == options.http_port else options.udp_port
        try:
            udp = _bind(options.host, udp_port, socket.SOCK_DGRAM, "X-Ray segments by UDP", "--udp-port")
        except PlatformError:
            http.close()
            if attempt + 1 == attempts:
                raise
            continue
        return Doors(http, udp, Addresses(options.host, number, udp.getsockname()[1]))
    raise AssertionError("the last attempt returns or raises")


def _bind(host: str, port: int, kind: socket.SocketKind, use: str, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends without delay only on sockets that name TCP; with it left out each answer waits 40 ms for an ACK
    opened = socket.socket(family, kind, socket.IPPROTO_TCP if kind is socket.SOCK_STREAM else socket.IPPROTO_UDP)
    try:
        if kind is socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        if kind is socket.SOCK_STREAM:
            opened.listen(512)
    except OSError as failure:
        opened.close()
        if failure.errno == errno.EADDRINUSE:
            raise PortTaken(port, use, option) from failure
        raise PlatformError(f"cannot listen on {host} port {port} ({use}): {failure.strerror or failure}") from failure
    return opened


async def _stop(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True
