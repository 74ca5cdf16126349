"""EDGE The console's probes. In: questions of a kubelet or a load balancer, by whatever name they call. Out: a word.
Alive: the event loop answers. Ready: the releases could be read lately.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from serinus.console.answers import HEADERS
from serinus.console.desk import Desk

HEARD_S = 30.0


def probes(desk: Desk) -> list[Route]:
    """`/livez` and `/readyz`: they tell nobody anything else, so they ask for no name and no session."""

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok", headers=HEADERS)

    async def readyz(_: Request) -> Response:
        if desk.clock() - desk.pulse.at < HEARD_S:
            return PlainTextResponse("ok", headers=HEADERS)
        return PlainTextResponse("the releases could not be read lately", 503, HEADERS)

    return [Route("/livez", livez, methods=["GET"]), Route("/readyz", readyz, methods=["GET"])]
