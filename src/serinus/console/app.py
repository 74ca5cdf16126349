"""EDGE The console as one ASGI application. In: the desk, where it is answered. Out: routes; its lifespan watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from serinus.console.answers import problem
from serinus.console.desk import Desk
from serinus.console.doors import endpoint, stream
from serinus.console.openapi import document
from serinus.console.operations import OPERATIONS
from serinus.console.page import Page
from serinus.console.probes import probes
from serinus.console.site import Site
from serinus.console.watch import watch
from serinus.console.wire import Problem

STREAM = "/api/v1/stream"


def application(desk: Desk, site: Site) -> Starlette:
    """Everything that is answered; anything else is a problem with its reason."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.ensure_future(watch(desk))
        yield
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching

    routes = [Route(one.path, endpoint(desk, one, site), methods=[one.method]) for one in OPERATIONS]
    described = endpoint(desk, document(), site)
    extra = [
        *probes(desk),
        Route(STREAM, stream(desk, site), methods=["GET"]),
        Route("/api/v1/openapi.json", described, methods=["GET"]),
        Route("/{path:path}", Page(site).answer, methods=["GET"]),
    ]
    return Starlette(routes=[*routes, *extra], lifespan=lifespan, exception_handlers={HTTPException: _unrouted})


async def _unrouted(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    title = "Nothing here" if status == 404 else "Not this way"
    return problem(Problem(title, status, "NoSuchPage" if status == 404 else "WrongMethod", str(error)))
