"""EDGE Loopback ports. In: a wish. Out: a port nobody listens on, or PortTaken naming the port, its use and the option.
Free ports are sought below the kernels' ephemeral ranges, so that no outgoing connection takes one before its server.
"""

from __future__ import annotations

import socket
from collections.abc import Container, Iterator

from serinus.errors import PlatformError, PortTaken

LOOPBACK = "127.0.0.1"
FIRST, LAST = 20000, 32000  # Linux hands out 32768 and above by itself, macOS 49152 and above


def is_free(port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> bool:
    """True if a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def require_free(port: int, use: str, option: str, *, udp: bool = False) -> None:
    """PortTaken unless the port is free for TCP, and for UDP where asked."""
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM) if udp else (socket.SOCK_STREAM,)
    if not all(is_free(port, kind) for kind in kinds):
        raise PortTaken(port, use, option)


def free_ports(start: int, taken: Container[int] = ()) -> Iterator[int]:
    """Free ports not in `taken`, upwards from `start` and round. PlatformError when there are no more."""
    span = LAST - FIRST
    for step in range(span):
        port = FIRST + (start + step) % span
        if port not in taken and is_free(port) and is_free(port, socket.SOCK_DGRAM):
            yield port
    raise PlatformError(f"no free loopback port between {FIRST} and {LAST}")
