"""EDGE. An address flows in, an HTTP client flows out whose every call is a CLIENT span and carries the trace on.

Apart from tracing.py, because a service that calls nobody need not load an HTTP client.
"""

from __future__ import annotations

import httpx2
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.trace import TracerProvider

MOST_CONNECTIONS = 64


def client(url: str, timeout: httpx2.Timeout, provider: TracerProvider, *, keep_alive: bool) -> httpx2.AsyncClient:
    """Without `keep_alive` every call opens a connection of its own. Proxies of the environment are not used."""
    kept = MOST_CONNECTIONS if keep_alive else 0
    limits = httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=kept)
    calling = httpx2.AsyncClient(base_url=url, timeout=timeout, limits=limits, trust_env=False)
    HTTPX2ClientInstrumentor.instrument_client(calling, tracer_provider=provider)
    return calling
