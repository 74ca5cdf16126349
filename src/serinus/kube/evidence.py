"""EDGE Logs of evidence over HTTP, read-only. In: a token made for this alone, a run. Out: the lines of its log.
Whose the token is and whether they may get the run, the cluster says; see docs/adr/0008.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from lightkube.config.kubeconfig import SingleConfig
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from serinus.errors import ClusterError
from serinus.kube.api import client_of
from serinus.kube.health import served
from serinus.kube.kinds import RUN
from serinus.kube.reviews import Reviews
from serinus.release.spec import Name

AUDIENCE: Final = "serinus-evidence"
PATH: Final = "/namespaces/{namespace}/canaryreleases/{name}/runs/{run}/evidence"
NDJSON: Final = "application/x-ndjson"
CHUNK: Final = 256 * 1024
Files = Callable[[str, str, int], tuple[Path, ...]]


class _Asked(Struct, frozen=True):
    namespace: Name
    name: Name
    run: int


def application(reviews: Reviews, files: Files) -> Starlette:
    """`files`: the parts of a run's log, the older one first; those that are not there are left out."""

    async def evidence(request: Request) -> Response:
        try:
            asked = msgspec.convert(request.path_params, _Asked, strict=False)
            if refused := await _refused(reviews, request.headers.get("authorization", ""), asked.namespace):
                return refused
        except msgspec.ValidationError as error:
            return PlainTextResponse(str(error), 400)
        except ClusterError as error:
            return PlainTextResponse(f"the cluster does not say who may: {error}", 503)
        return _log(files(asked.namespace, asked.name, asked.run))

    return Starlette(routes=[Route(PATH, evidence, methods=["GET"])])


@asynccontextmanager
async def offered(config: SingleConfig, files: Files | None, host: str, port: int) -> AsyncIterator[int]:
    """Until the block ends; gives the port. Nothing is offered without `files`. Raises PortTaken."""
    if files is None:
        yield 0
        return
    client = client_of(config)
    try:
        async with served(application(Reviews(client), files), host, port, ("evidence", "--evidence-port")) as own:
            yield own
    finally:
        await client.close()


async def _refused(reviews: Reviews, authorization: str, namespace: str) -> Response | None:
    scheme, _, token = authorization.partition(" ")
    subject = await reviews.subject(token, (AUDIENCE,)) if scheme == "Bearer" and token else None
    if subject is None:
        said = f"a token of this cluster made for {AUDIENCE} is needed"
        return PlainTextResponse(said, 401, {"WWW-Authenticate": "Bearer"})
    if not await reviews.allowed(subject, "get", namespace, RUN):
        return PlainTextResponse(f"{subject.name} may not get {RUN.plural} in namespace {namespace}", 403)
    return None


def _log(paths: tuple[Path, ...]) -> Response:
    if not paths:
        return PlainTextResponse("no log of this run is kept here", 404)
    return StreamingResponse(_chunks(paths), media_type=NDJSON)


def _chunks(paths: tuple[Path, ...]) -> Iterator[bytes]:
    """All parts are opened before the first is sent: one that is put aside meanwhile is read to its end."""
    with ExitStack() as opened:
        for file in [opened.enter_context(path.open("rb")) for path in paths]:
            while chunk := file.read(CHUNK):
                yield chunk
            yield b"\n"  # the last line of a part may be cut off
