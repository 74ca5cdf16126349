"""EDGE Calls about traces and the map. In: the desk, a checked call. Out: documents, or problems as values."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from serinus.console.asked import Call, OfTrace, Range, Search
from serinus.console.desk import Desk, all_sides
from serinus.console.graph import graph as drawn
from serinus.console.spans import trace_view
from serinus.console.tracerows import trace_row
from serinus.console.wire import Graph, Problem, TraceList, TraceView
from serinus.errors import TracesError

FIRST_LOOK_S = 30.0


async def traces(desk: Desk, call: Call) -> TraceList:
    search = cast("Search", call.query)
    start, end = search.at(desk.clock())
    found, reached = await asyncio.to_thread(_newest, desk, start, end, search)
    sides = await all_sides(desk)
    rows = tuple(trace_row(one, sides) for one in found[: search.limit])
    return TraceList(rows, len(found), search.filter, reached, end)


async def trace(desk: Desk, call: Call) -> TraceView | Problem:
    wanted, sides = cast("OfTrace", call.path).id, await all_sides(desk)
    try:
        found = await asyncio.to_thread(desk.traces.batch_get, [wanted])
    except TracesError:
        found = []
    if found:
        return trace_view(found[0], sides, kept=False)
    if document := await _kept(desk, wanted):
        return trace_view(document, sides, kept=True)
    return Problem("No such trace", 404, "NoSuchTrace", f"neither X-Ray nor a run's record holds {wanted}")


async def graph(desk: Desk, call: Call) -> Graph:
    start, end = cast("Range", call.query).at(desk.clock())
    services = await asyncio.to_thread(desk.traces.service_graph, start, end)
    return drawn(services, await all_sides(desk), start, end)


def _newest(desk: Desk, start: float, end: float, search: Search) -> tuple[list[dict[str, Any]], float]:
    """From the end backwards in growing looks until there are enough: what is held stays bounded at any traffic."""
    found: list[dict[str, Any]] = []
    look, upper = FIRST_LOOK_S, end
    while upper > start and len(found) < search.limit:
        lower = max(start, upper - look)
        found += desk.traces.summaries(lower, upper, search.filter)
        upper, look = lower, look * 2
    unique = {one["Id"]: one for one in found}
    return list(unique.values()), upper


async def _kept(desk: Desk, wanted: str) -> dict[str, Any] | None:
    """From the records of the newest runs."""
    for namespace, name in await desk.releases.keys():
        seen = await desk.releases.seen(namespace, name)
        for document in seen.run.examples if seen else ():
            if document.get("Id") == wanted:
                return document
    return None
