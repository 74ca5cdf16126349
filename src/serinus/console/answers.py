"""EDGE From a handler's value to HTTP. In: documents, problems, bytes, lines. Out: responses with their headers."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

import msgspec
from msgspec import Struct
from starlette.responses import Response, StreamingResponse

from serinus.console.wire import Problem

LINES_AT_ONCE = 64
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class File(Struct, frozen=True):
    """Something to keep: bytes with a type and a name."""

    body: bytes
    media_type: str
    name: str


class Lines(Struct, frozen=True):
    """Something to keep that may be long: blocking, from any thread; it fails by ending the connection."""

    lines: Iterator[bytes]
    media_type: str
    name: str


def answer(document: object, status: int, if_none_match: str = "") -> Response:
    """JSON with its ETag, 304 when the caller has it; problem+json; a file to save."""
    if isinstance(document, Problem):
        return problem(document)
    if isinstance(document, File | Lines):
        disposition = {"Content-Disposition": f'attachment; filename="{document.name}"', "Cache-Control": "no-store"}
        if isinstance(document, File):
            return Response(document.body, status, HEADERS | disposition, document.media_type)
        return StreamingResponse(_joined(document.lines), status, HEADERS | disposition, document.media_type)
    body = msgspec.json.encode(document)
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = HEADERS | {"ETag": tag, "Cache-Control": "private, no-cache"}
    if status == 200 and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    while part := b"".join(islice(lines, LINES_AT_ONCE)):
        yield part


def problem(found: Problem) -> Response:
    """RFC 9457."""
    retry = {"Retry-After": "5"} if found.status == 503 else {}
    headers = HEADERS | {"Cache-Control": "no-store"} | retry
    return Response(msgspec.json.encode(found), found.status, headers, "application/problem+json")
