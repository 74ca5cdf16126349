"""Settings flow in, a service running in this process flows out: a client that speaks to it and the spans it makes.

Nothing is faked: the application is assembled as in production, only the spans stay here instead of leaving by UDP.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from omnitech_chassis import tracing
from omnitech_chassis.service import Parts, Service, assemble
from omnitech_chassis.settings import SettingsT

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Running:
    client: httpx2.AsyncClient
    parts: Parts
    exporter: InMemorySpanExporter

    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())


@asynccontextmanager
async def serving(service: Service[SettingsT], settings: SettingsT, *, migrate: bool = True) -> AsyncIterator[Running]:
    if migrate:
        await service.migrate(settings)
    provider, exporter = recording()
    parts = service.build(settings, provider)
    app = assemble(parts)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service.test") as client:
            yield Running(client, parts, exporter)


def recording() -> tuple[TracerProvider, InMemorySpanExporter]:
    """A provider whose finished spans can be looked at."""
    tracing.speak()
    provider, exporter = TracerProvider(shutdown_on_exit=False), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider, exporter


async def eventually(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], within_s: float = 20) -> None:
    """Poll until the condition holds; fails at the deadline."""
    deadline = time.monotonic() + within_s
    while True:
        held = condition()
        if held if isinstance(held, bool) else await held:
            return
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.02)
