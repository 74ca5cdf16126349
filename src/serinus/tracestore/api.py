"""EDGE. The X-Ray API over HTTP. In: requests, signed or not. Out: JSON as X-Ray writes it, errors too; OTLP beside it.
Errors: status, header x-amzn-ErrorType, body {"Message": …}. Bodies are bounded; reads run on threads of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from serinus.errors import StoreError
from serinus.tracestore import otlp
from serinus.tracestore.operations import Operation
from serinus.tracestore.telemetry import Health
from serinus.tracestore.wire import Refused

MAX_BODY: Final = 5 * 1024 * 1024
_ENCODER: Final = msgspec.json.Encoder()
_log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class Throttle:
    """Refuses each n-th read, for tests of those who must survive it; 0: never."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._reads = 0

    def check(self) -> None:
        """Raises Refused when it is time."""
        self._reads += 1
        if self._every and self._reads % self._every == 0:
            raise Refused(429, "ThrottledException", "Rate exceeded")


def app(
    operations: Mapping[str, Operation],
    export: Callable[[bytes], bytes],
    settle: Callable[[], None],
    health: Callable[[], Health],
    throttle: Throttle,
    lifespan: Lifespan,
) -> Starlette:
    """`settle` makes everything sent before visible."""

    async def state(_: Request) -> Response:
        return _json(await run_in_threadpool(_after(settle, health)))

    routes = [Route("/_serinus/health", state, methods=["GET"])]
    routes += [Route(path, _endpoint(known, settle, throttle), methods=["POST"]) for path, known in operations.items()]
    routes.append(Route("/v1/traces", _otlp_endpoint(export), methods=["POST"]))
    routes.append(Route("/{operation:path}", _unknown, methods=["GET", "POST", "PUT", "DELETE"]))
    return Starlette(routes=routes, lifespan=lifespan)


def _endpoint(operation: Operation, settle: Callable[[], None], throttle: Throttle) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            body = await bounded_body(request, MAX_BODY)
            if not operation.reads:
                return _json(operation.answer(body))
            throttle.check()
            answered = partial(operation.answer, body)
            return _json(await run_in_threadpool(answered if operation.settles else _after(settle, answered)))
        except Refused as refused:
            return error(refused)
        except StoreError as failure:
            _log.exception("%s failed", operation.name)
            return error(Refused(500, "InternalFailure", str(failure)))

    return answer


def _otlp_endpoint(export: Callable[[bytes], bytes]) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            otlp.check_type(request.headers.get("content-type", ""))
            body = otlp.unpacked(await bounded_body(request, MAX_BODY), request.headers.get("content-encoding", ""))
            return Response(export(body), media_type=otlp.MEDIA_TYPE)
        except Refused as refused:
            return error(refused)

    return answer


async def bounded_body(request: Request, most: int) -> bytes:
    """Raises Refused (413) for more than `most` bytes, without having read them all."""
    parts = bytearray()
    try:
        async for part in request.stream():
            parts += part
            if len(parts) > most:
                raise Refused(413, "RequestEntityTooLarge", f"a request body may hold {most} bytes")
    except ClientDisconnect as gone:
        raise Refused(400, "InvalidRequestException", "the request ended early") from gone
    return bytes(parts)


def error(refused: Refused) -> Response:
    """The refusal as boto3 reads it."""
    return Response(
        _ENCODER.encode({"Message": refused.message}),
        status_code=refused.status,
        media_type="application/json",
        headers={"x-amzn-ErrorType": refused.name},
    )


async def _unknown(request: Request) -> Response:
    name = request.path_params["operation"]
    message = f"this X-Ray does not know {request.method} /{name[:80]}"
    return error(Refused(404, "UnknownOperationException", message))


def _after(settle: Callable[[], None], answer: Callable[[], Any]) -> Callable[[], Any]:
    def settled() -> Any:
        settle()
        return answer()

    return settled


def _json(value: Any) -> Response:
    return Response(_ENCODER.encode(value), media_type="application/json")
