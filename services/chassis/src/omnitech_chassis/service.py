"""A service's parts flow in, a FastAPI application with everything the chassis gives flows out.

The order of the layers, outermost first: trace, CORS, guard and log, faults on demand, body limit, routes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Generic

import msgspec
from fastapi import APIRouter, FastAPI
from opentelemetry.sdk.trace import TracerProvider
from starlette.middleware import Middleware

from omnitech_chassis import health, problems, tracing
from omnitech_chassis.faults_file import Faults
from omnitech_chassis.health import PROBES, Readiness
from omnitech_chassis.middleware import BodyLimit, Guard, OpenToBrowsers, Tampering
from omnitech_chassis.settings import SettingsT


class Parts(msgspec.Struct, frozen=True):
    """What makes a service: its routes, what they run on, and `running`, which is open while it serves."""

    title: str
    version: str
    routers: Iterable[APIRouter]
    faults: Faults
    readiness: Readiness
    provider: TracerProvider
    running: Callable[[], AbstractAsyncContextManager[None]]
    probes: frozenset[str] = PROBES


class Service(msgspec.Struct, Generic[SettingsT], frozen=True):
    """What the command line needs to know: how to read settings, build, and migrate."""

    name: str
    settings: type[SettingsT]
    build: Callable[[SettingsT, TracerProvider], Parts]
    migrate: Callable[[SettingsT], Coroutine[Any, Any, None]]


def assemble(parts: Parts) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with parts.running():
            parts.readiness.started = True
            yield

    app = FastAPI(
        title=parts.title,
        version=parts.version,
        lifespan=lifespan,
        middleware=_layers(parts),
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    for router in (health.router(parts.readiness), *parts.routers):
        app.include_router(router)
    tracing.trace_server(app, parts.provider, parts.version, parts.probes)
    return app


def _layers(parts: Parts) -> list[Middleware]:
    return [
        Middleware(OpenToBrowsers),
        Middleware(Guard, quiet=parts.probes, draining=lambda: parts.readiness.draining),
        Middleware(Tampering, faults=parts.faults, spared=parts.probes),
        Middleware(BodyLimit),
    ]
