"""The X-Ray daemon's UDP port for tests: datagrams flow in from service processes, decoded segments flow out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from serinus_xray import datagram
from serinus_xray.segment import Segment, decode


@dataclass
class Daemon:
    address: str
    segments: list[Segment] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Daemon]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiving:
        receiving.bind(("127.0.0.1", 0))
        daemon = Daemon(f"127.0.0.1:{receiving.getsockname()[1]}")

        def receive() -> None:
            while packet := receiving.recv(65536):
                daemon.segments.append(decode(datagram.unpack(packet)))

        thread = threading.Thread(target=receive, name="xray-daemon")
        thread.start()
        try:
            yield daemon
        finally:
            receiving.sendto(b"", receiving.getsockname())
            thread.join(10)
