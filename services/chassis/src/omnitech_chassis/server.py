"""EDGE. An application flows in and is served until SIGTERM; then it drains: unready, wait, finish, flush, exit 0.

The keep-alive timeout is above a load balancer's 60 s, so that the balancer and not the server closes idle connections.
"""

from __future__ import annotations

import socket
from time import monotonic
from types import FrameType

import uvicorn
from fastapi import FastAPI

from omnitech_chassis.errors import ConfigurationError
from omnitech_chassis.health import Readiness

KEEP_ALIVE_S = 75
FINISH_WITHIN_S = 25


class DrainingServer(uvicorn.Server):
    """Serves on for `drain_seconds` after the first signal; a second signal ends it at once."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness, drain_seconds: float) -> None:
        super().__init__(config)
        self._readiness, self._drain_seconds = readiness, drain_seconds
        self._stop_at = float("inf")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- uvicorn's signature
        if self._readiness.draining:
            self.should_exit = self.force_exit = True
        self._readiness.draining = True
        self._stop_at = min(self._stop_at, monotonic() + self._drain_seconds)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or monotonic() >= self._stop_at


def serve(app: FastAPI, host: str, port: int, readiness: Readiness, drain_seconds: float) -> None:
    """Block until drained. Raises ConfigurationError if the port is taken."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=FINISH_WITHIN_S,
    )
    with listen(host, port) as listening:
        DrainingServer(config, readiness, drain_seconds).run([listening])


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as taken:
        listening.close()
        raise ConfigurationError("PORT", f"must be free on {host} ({taken.strerror})", port) from None
    return listening
