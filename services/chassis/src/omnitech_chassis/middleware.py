"""A request flows inward through four small layers, its reply outward: opened, guarded, tampered with, limited.

Plain ASGI, no copies of bodies beyond the limit; each layer knows nothing of the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from omnitech_chassis import problems
from omnitech_chassis.errors import InjectedFault, Problem
from omnitech_chassis.faults_file import Faults
from omnitech_chassis.logs import log

BODY_LIMIT = 64 * 1024
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "*",
    "Access-Control-Max-Age": "3600",
}


class OpenToBrowsers:
    """Every reply allows every origin, and OPTIONS is answered 200, as in the original system."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_OPEN)
            await send(message)

        if scope["method"] == "OPTIONS":
            await send_open({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send_open({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send_open)


class Guard:
    """Logs each request in one line (`quiet` paths only when they fail) and answers a crash with a plain 500."""

    def __init__(self, app: ASGIApp, quiet: frozenset[str], draining: Callable[[], bool]) -> None:
        self.app, self.quiet, self.draining = app, quiet, draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if self.draining():
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except ClientDisconnect:
            return
        except Exception as crash:
            note_crash(crash)
            if status:
                raise
            await problems.response(_internal(crash), scope["path"])(scope, receive, send_noting)
        if scope["path"] not in self.quiet or status >= 500:
            took = round((perf_counter() - began) * 1000, 1)
            log("request").info("request", method=scope["method"], path=scope["path"], status=status, ms=took)


def note_crash(crash: Exception) -> None:
    """Put the cause where people look for it: on the trace and, unless it was asked for, in the log."""
    trace.get_current_span().record_exception(crash)
    if not isinstance(crash, InjectedFault):
        log("request").error("request crashed", exc_info=crash)


def _internal(crash: Exception) -> Problem:
    return Problem(500, str(crash) if isinstance(crash, InjectedFault) else "Unexpected error")


class Tampering:
    """Faults on demand, inside the server's span so that a trace shows them. Probes are never tampered with."""

    def __init__(self, app: ASGIApp, faults: Faults, spared: frozenset[str]) -> None:
        self.app, self.faults, self.spared = app, faults, spared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in self.spared:
            injection = self.faults.draw(f"{scope['method']} {scope['path']}")
            if injection.delay_s:
                await asyncio.sleep(injection.delay_s)
            if injection.fail:
                raise InjectedFault("Fault on demand: this request was chosen to fail")
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses a body above `limit` bytes with 413, whether its length was declared or not."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        too_long = declared.isdecimal() and int(declared) > self.limit
        body = None if too_long else await self._read(scope, receive)
        if body is None:
            problem = Problem(413, f"The body is longer than {self.limit} bytes", headers={"Connection": "close"})
            await problems.response(problem, scope["path"])(scope, receive, send)
            return
        await self.app(scope, replaying(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        body = bytearray()
        async for chunk in Request(scope, receive).stream():
            body += chunk
            if len(body) > self.limit:
                return None
        return bytes(body)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A receive that yields `body` once and then whatever comes, which is the disconnect."""
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay
