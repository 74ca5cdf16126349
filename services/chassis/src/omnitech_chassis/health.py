"""Questions about the process flow in (is it alive, started, ready?), 200 or 503 with the reason flows out.

/livez asks the process only, /startupz whether it has started, /readyz also what it depends on and whether it drains.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

Check = Callable[[], Awaitable[str | None]]
PROBES = frozenset({"/livez", "/readyz", "/startupz"})


@dataclass
class Readiness:
    """What decides readiness: checks by name (None means well, else the reason) and two facts of the process."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    started: bool = False
    draining: bool = False

    async def reasons(self) -> dict[str, str]:
        """What stands against being ready, by name; empty when ready."""
        if self.draining:
            return {"drain": "the process is shutting down"}
        if not self.started:
            return {"startup": "the process is starting"}
        answers = {name: await check() for name, check in self.checks.items()}
        return {name: answer for name, answer in answers.items() if answer is not None}


def router(readiness: Readiness) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/livez")
    async def livez() -> Response:
        return PlainTextResponse("ok")

    @routes.get("/startupz")
    async def startupz() -> Response:
        return PlainTextResponse("ok" if readiness.started else "starting", 200 if readiness.started else 503)

    @routes.get("/readyz")
    async def readyz() -> Response:
        reasons = await readiness.reasons()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    return routes
