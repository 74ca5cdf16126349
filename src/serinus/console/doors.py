"""EDGE From HTTP to a handler and back: who is let in, what was said, what went wrong. In: requests. Out: responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from serinus.console.answers import HEADERS, answer, problem
from serinus.console.asked import Call, OfRelease, OfRun
from serinus.console.desk import Desk
from serinus.console.feed import MOST_LISTENERS, Audience
from serinus.console.of_people import as_me
from serinus.console.operations import Operation
from serinus.console.refusals import denied, forged, stranger, unknown
from serinus.console.session import Session
from serinus.console.sight import sees
from serinus.console.site import Site
from serinus.console.wire import Problem
from serinus.errors import (
    EvidenceError,
    InvalidInput,
    SerinusError,
    SignOnError,
    TracesError,
    TracesThrottled,
    TracesUnavailable,
)

LONGEST_BODY = 16 * 1024
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(desk: Desk, operation: Operation, site: Site) -> Endpoint:
    """The operation as Starlette wants it; `site`: where we are answered."""

    async def answered(request: Request) -> Response:
        found = await _handled(desk, operation, request, site)
        if isinstance(found, Session):
            response = answer(as_me(desk, found), operation.status)
            lasts = max(0, int(found.expires - desk.clock()))
            response.set_cookie(
                site.cookie, found.key, lasts, path="/", secure=site.secure, httponly=True, samesite="strict"
            )
            return response
        return answer(found, operation.status, request.headers.get("if-none-match", ""))

    return answered


def stream(desk: Desk, site: Site) -> Endpoint:
    """Server-sent events, of the namespaces that the listener may see, until the session ends."""

    async def listening(request: Request) -> Response:
        session = await _session(desk, request, site)
        if isinstance(session, Problem):
            return problem(session)
        if refused := stranger(request.headers, site) or unknown(session, site.way):
            return problem(refused)
        assert session is not None
        if desk.feed.listeners >= MOST_LISTENERS:
            return problem(Problem("Too many pages", 503, "TooManyListeners", "close a page, or let it ask instead"))
        headers = HEADERS | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        events = desk.feed.listen(request.headers.get("last-event-id", ""), desk.clock, _audience(desk, session))
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")

    return listening


def _audience(desk: Desk, session: Session) -> Audience:
    """Where rights cannot be asked for, the stream ends before the news in question: who comes back is told it then."""
    lost: list[SerinusError] = []

    async def allowed(namespace: str) -> bool:
        try:
            return not lost and (not namespace or await sees(desk, session.person, namespace))
        except SerinusError as error:
            lost.append(error)
            return False

    return Audience(allowed, lambda: not lost and desk.sessions.find(session.key, desk.clock()) is not None)


async def _session(desk: Desk, request: Request, site: Site) -> Session | Problem | None:
    """The session of this cookie, as long as whatever else must come with each call still speaks of its person."""
    session = desk.sessions.find(request.cookies.get(site.cookie, ""), desk.clock())
    if session is None or desk.gate is None:
        return session
    try:
        return session if await desk.gate.still(session.person, request.headers) else None
    except SerinusError as error:
        return _translated(error)


async def _handled(desk: Desk, operation: Operation, request: Request, site: Site) -> object:
    if refused := stranger(request.headers, site):
        return refused
    session = None if operation.open else await _session(desk, request, site)
    if isinstance(session, Problem):
        return session
    if not operation.open:
        refused = unknown(session, site.way) or (forged(request.method, request.headers, session) if session else None)
        if refused:
            return refused
    try:
        path = _path(operation, request)
        if isinstance(path, Problem):
            return path
        if lacking := await _lacking(desk, operation, path, session):
            return lacking
        call = await _call(operation, path, request, session)
        return call if isinstance(call, Problem) else await operation.handler(desk, call)
    except SerinusError as error:
        return _translated(error)


async def _lacking(desk: Desk, operation: Operation, path: Struct, session: Session | None) -> Problem | None:
    """The right that the operation asks for in the namespace of its path; all else of the call is read after."""
    if not operation.right:
        return None
    assert session is not None
    refused = await desk.rights.refusal(session.person, operation.right, cast("OfRelease | OfRun", path).namespace)
    return denied(refused) if refused else None


def _path(operation: Operation, request: Request) -> Struct | Problem:
    try:
        return msgspec.convert(dict(request.path_params), operation.asked, strict=False)
    except msgspec.ValidationError as error:
        return _wrong(error)


async def _call(operation: Operation, path: Struct, request: Request, session: Session | None) -> Call | Problem:
    try:
        query = msgspec.convert(dict(request.query_params), operation.query, strict=False)
        body = None
        if operation.body is not None:
            raw = await _body(request)
            if raw is None:
                return Problem("Too long", 413, "TooLong", f"at most {LONGEST_BODY} bytes")
            body = msgspec.json.decode(raw, type=operation.body)
    except msgspec.DecodeError as error:
        return _wrong(error)
    return Call(path, query, body, session, request.headers)


def _wrong(error: msgspec.DecodeError) -> Problem:
    rule, _, place = str(error).partition(" - at `$")
    return Problem("Cannot be taken", 400, "InvalidInput", rule, place.strip("`."))


async def _body(request: Request) -> bytes | None:
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LONGEST_BODY:
            return None
    return raw


def _translated(error: SerinusError) -> Problem:
    """Ours and the world's errors as problems a page can tell apart."""
    match error:
        case InvalidInput():
            return Problem("Cannot be taken", 400, "InvalidInput", str(error), error.field)
        case TracesThrottled():
            return Problem("X-Ray asks us to slow down", 503, "TracesThrottled", str(error))
        case TracesUnavailable():
            return Problem("X-Ray does not answer", 503, "TracesUnavailable", str(error))
        case TracesError():
            return Problem("X-Ray refuses the question", 400, "TracesRefused", str(error))
        case EvidenceError():
            return Problem("The evidence cannot be read", 503, "EvidenceUnavailable", str(error))
        case SignOnError():
            return Problem("Who you are cannot be checked", 503, "SignOnUnavailable", str(error))
        case _:
            return Problem("The releases cannot be read", 503, "Unreadable", str(error))
