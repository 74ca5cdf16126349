"""EDGE From HTTP to a handler and back: who is let in, what was said, what went wrong. In: requests. Out: responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from serinus.console.answers import HEADERS, answer, problem
from serinus.console.asked import Call
from serinus.console.desk import Desk
from serinus.console.feed import MOST_LISTENERS
from serinus.console.of_people import as_me
from serinus.console.operations import Operation
from serinus.console.refusals import forged, stranger, unknown
from serinus.console.session import LASTS_S, Session
from serinus.console.wire import Problem
from serinus.errors import InvalidInput, SerinusError, TracesError, TracesThrottled, TracesUnavailable

LONGEST_BODY = 16 * 1024
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(desk: Desk, operation: Operation, port: int) -> Endpoint:
    """The operation as Starlette wants it; `port`: the one we listen on."""

    async def answered(request: Request) -> Response:
        found = await _handled(desk, operation, request, port)
        if isinstance(found, Session):
            response = answer(as_me(desk, found), operation.status)
            response.set_cookie(
                cookie(port), found.key, max_age=int(LASTS_S), httponly=True, samesite="strict", path="/"
            )
            return response
        return answer(found, operation.status, request.headers.get("if-none-match", ""))

    return answered


def stream(desk: Desk, port: int) -> Endpoint:
    """Server-sent events."""

    async def listening(request: Request) -> Response:
        session = session_of(desk, request, port)
        if refused := stranger(request.headers, port) or unknown(session):
            return problem(refused)
        if desk.feed.listeners >= MOST_LISTENERS:
            return problem(Problem("Too many pages", 503, "TooManyListeners", "close a page, or let it ask instead"))
        headers = HEADERS | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        events = desk.feed.listen(request.headers.get("last-event-id", ""), desk.clock)
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")

    return listening


def cookie(port: int) -> str:
    """Browsers share cookies among the ports of a host; two consoles must not."""
    return f"serinus-{port}"


def session_of(desk: Desk, request: Request, port: int) -> Session | None:
    return desk.sessions.find(request.cookies.get(cookie(port), ""), desk.clock())


async def _handled(desk: Desk, operation: Operation, request: Request, port: int) -> object:
    session = session_of(desk, request, port)
    refused = stranger(request.headers, port)
    if not refused and not operation.open:
        refused = unknown(session) or (forged(request.method, request.headers, session) if session else None)
    if refused:
        return refused
    try:
        call = await _call(operation, request, session)
        return call if isinstance(call, Problem) else await operation.handler(desk, call)
    except SerinusError as error:
        return _translated(error)


async def _call(operation: Operation, request: Request, session: Session | None) -> Call | Problem:
    try:
        path = msgspec.convert(dict(request.path_params), operation.asked, strict=False)
        query = msgspec.convert(dict(request.query_params), operation.query, strict=False)
        body = None
        if operation.body is not None:
            raw = await _body(request)
            if raw is None:
                return Problem("Too long", 413, "TooLong", f"at most {LONGEST_BODY} bytes")
            body = msgspec.json.decode(raw, type=operation.body)
    except msgspec.DecodeError as error:
        rule, _, place = str(error).partition(" - at `$")
        return Problem("Cannot be taken", 400, "InvalidInput", rule, place.strip("`."))
    return Call(path, query, body, session)


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
        case _:
            return Problem("The releases cannot be read", 503, "Unreadable", str(error))
