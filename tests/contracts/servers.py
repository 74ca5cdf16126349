"""Real X-Rays for tests. In: options. Out: our server in this process, or as a process of its own to be killed."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import boto3
import httpx2
import msgspec
from botocore import UNSIGNED
from botocore.config import Config

from serinus.tracestore.server import Addresses, Options, serve
from serinus_xray import datagram

PATIENCE = 20.0
T = TypeVar("T")


@contextlib.contextmanager
def running(options: Options) -> Iterator[Addresses]:
    """Our X-Ray on free ports, on a thread of this process."""
    ready = threading.Event()
    opened: list[Addresses] = []
    stops: list[Callable[[], object]] = []
    failures: list[BaseException] = []

    async def serving() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        stops.append(lambda: loop.call_soon_threadsafe(stop.set))

        def announced(addresses: Addresses) -> None:
            opened.append(addresses)
            ready.set()

        await serve(options, announced, stop)

    def run() -> None:
        try:
            asyncio.run(serving())
        except BaseException as failure:  # noqa: BLE001  shown by the test below
            failures.append(failure)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="x-ray")
    thread.start()
    assert ready.wait(PATIENCE), "our X-Ray does not start"
    if failures:
        thread.join()
        raise failures[0]
    try:
        yield opened[0]
    finally:
        stops[0]()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "our X-Ray does not stop"
    assert not failures, failures


def free(store: Path | None = None, **changes: Any) -> Options:
    """Options with free ports."""
    return msgspec.structs.replace(Options(http_port=0, udp_port=0, store=store), **changes)


@contextlib.contextmanager
def process(store: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Our X-Ray as a user starts it: the process and its URL."""
    command = [sys.executable, "-m", "serinus.cli.xray", "--port", "0", "--store", str(store)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        line = started.stdout.readline()
        found = re.search(r"http://\S+?:\d+", line)
        assert found, line + (started.stderr.read() if started.stderr and started.poll() is not None else "")
        yield started, found.group()
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        started.communicate(timeout=PATIENCE)


@functools.cache
def _session() -> boto3.session.Session:
    return boto3.session.Session(region_name="eu-central-1")


@contextlib.contextmanager
def boto(url: str, *, signed: bool = True, attempts: int = 1) -> Iterator[Any]:
    """An unmodified client."""
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    if not signed:
        config = config.merge(Config(signature_version=UNSIGNED))
    keys: dict[str, Any] = {"aws_access_key_id": "id", "aws_secret_access_key": "secret"} if signed else {}
    client = _session().client("xray", endpoint_url=url, config=config, **keys)
    try:
        yield client
    finally:
        client.close()


def send(addresses: Addresses, *datagrams: bytes) -> None:
    """To the UDP port, as they are."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for one in datagrams:
            out.sendto(one, (addresses.host, addresses.udp_port))


def framed(document: str) -> bytes:
    """A document as SDKs send it."""
    return datagram.pack(document.encode())


def health(addresses: Addresses) -> dict[str, Any]:
    """What our X-Ray counts."""
    found: dict[str, Any] = httpx2.get(f"{addresses.url}/_serinus/health", timeout=PATIENCE).json()
    return found


def until(look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """The first truthy answer, within `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        if answer := look():
            return answer
        assert time.monotonic() < deadline, f"still {answer!r}"
        time.sleep(0.02)
