"""The `http` block of a segment.
A span goes in; method, URL, client and status come out, or None where the span is not about HTTP.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter, http.go.
"""

import ipaddress
from typing import Final

from serinus_xray.attributes import Attributes, text, whole
from serinus_xray.coerce import MAX_TEXT
from serinus_xray.segment import Http, HttpRequest, HttpResponse
from serinus_xray.span import SpanData

METHOD: Final = ("http.request.method", "http.method")
STATUS: Final = ("http.response.status_code", "http.status_code")
URL: Final = ("url.full", "http.url")
PATH: Final = ("url.path", "http.target")
SCHEME: Final = ("url.scheme", "http.scheme")
HOST: Final = ("server.address", "http.host", "http.server_name", "net.host.name", "net.peer.name")
PORT: Final = ("server.port", "net.host.port", "net.peer.port")
USER_AGENT: Final = ("user_agent.original", "http.user_agent")
FORWARDED: Final = ("client.address", "http.client_ip")
PEER: Final = ("network.peer.address", "net.sock.peer.addr", "net.peer.ip")
LENGTH: Final = ("http.response.body.size", "http.response_content_length", "http.response.header.content-length")
HTTP_KEYS: Final = frozenset(
    (
        *METHOD,
        *STATUS,
        *URL,
        *PATH,
        *SCHEME,
        *HOST,
        *PORT,
        *USER_AGENT,
        *FORWARDED,
        *PEER,
        *LENGTH,
        "url.query",
    )
)
_DEFAULT_PORTS: Final = {("http", 80), ("https", 443)}


def http_of(span: SpanData) -> Http | None:
    attributes = span.attributes
    method, status, url = text(attributes, *METHOD), whole(attributes, *STATUS), _url(attributes)
    if method is None and status is None and text(attributes, *URL, *PATH) is None:
        return None
    forwarded, peer = _ip(text(attributes, *FORWARDED)), _ip(text(attributes, *PEER))
    serves = span.kind == "SERVER"
    request = HttpRequest(
        method=method,
        url=None if url is None else url[:MAX_TEXT],
        user_agent=_short(text(attributes, *USER_AGENT)),
        client_ip=(forwarded or peer) if serves else None,
        x_forwarded_for=serves and forwarded is not None and forwarded != peer and _is_forwarded(attributes, peer),
        traced=attributes.get("aws.xray.traced") is True,
    )
    response = HttpResponse(status, whole(attributes, *LENGTH))
    return Http(None if request == HttpRequest() else request, None if response == HttpResponse() else response)


def _is_forwarded(attributes: Attributes, peer: str | None) -> bool:
    return peer is not None or "http.client_ip" in attributes


def _url(attributes: Attributes) -> str | None:
    full = text(attributes, *URL)
    if full is not None:
        return full
    host = text(attributes, *HOST)
    if host is None:
        return None
    scheme, port = text(attributes, *SCHEME) or "http", whole(attributes, *PORT)
    query = text(attributes, "url.query")
    address = host if port is None or (scheme, port) in _DEFAULT_PORTS or ":" in host else f"{host}:{port}"
    return f"{scheme}://{address}{text(attributes, *PATH) or '/'}" + (f"?{query}" if query else "")


def _ip(address: str | None) -> str | None:
    try:
        return None if address is None else str(ipaddress.ip_address(address))
    except ValueError:
        return None


def _short(value: str | None) -> str | None:
    return None if value is None else value[:MAX_TEXT]
