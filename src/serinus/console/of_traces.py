"""EDGE Calls about traces and the map. In: the desk, a checked call. Out: documents, or problems as values."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from msgspec.structs import replace

from serinus.console.asked import Call, OfTrace, Range, Search
from serinus.console.desk import Desk
from serinus.console.graph import graph as drawn
from serinus.console.sight import Sight, narrowed, whole_sight
from serinus.console.spans import trace_view
from serinus.console.tracerows import trace_row
from serinus.console.wire import Graph, Problem, TraceList, TraceRow, TraceView
from serinus.errors import TracesError

FIRST_LOOK_S = 30.0


async def traces(desk: Desk, call: Call) -> TraceList | Problem:
    search, mine = cast("Search", call.query), await whole_sight(desk, call.person)
    if isinstance(mine, Problem):
        return mine
    start, end = search.at(desk.clock())
    found, reached = await asyncio.to_thread(_newest, desk, mine, (start, end), search)
    return TraceList(tuple(found[: search.limit]), len(found), search.filter, reached, end)


async def trace(desk: Desk, call: Call) -> TraceView | Problem:
    wanted, mine = cast("OfTrace", call.path).id, await whole_sight(desk, call.person)
    if isinstance(mine, Problem):
        return mine
    try:
        found = await asyncio.to_thread(desk.traces.batch_get, [wanted])
    except TracesError:
        found = []
    view = trace_view(found[0], mine.sides, kept=False) if found else None
    if view and mine.holds(view.side):
        return replace(view, link=desk.traces.page(wanted))
    if document := await _kept(desk, mine, wanted):
        return trace_view(document, mine.sides, kept=True)
    return Problem("No such trace", 404, "NoSuchTrace", f"neither X-Ray nor a run's record holds {wanted}")


async def graph(desk: Desk, call: Call) -> Graph | Problem:
    mine = await whole_sight(desk, call.person)
    if isinstance(mine, Problem):
        return mine
    start, end = cast("Range", call.query).at(desk.clock())
    services = await asyncio.to_thread(desk.traces.service_graph, start, end)
    whole = drawn(services, mine.sides, start, end)
    return whole if mine.everywhere else narrowed(whole)


def _newest(desk: Desk, mine: Sight, between: tuple[float, float], search: Search) -> tuple[list[TraceRow], float]:
    """From the end backwards in growing looks until there are enough: what is held stays bounded at any traffic."""
    found: dict[str, TraceRow] = {}
    look, (start, upper) = FIRST_LOOK_S, between
    while upper > start and len(found) < search.limit:
        lower = max(start, upper - look)
        rows = (trace_row(one, mine.sides) for one in desk.traces.summaries(lower, upper, search.filter))
        found |= {row.id: row for row in rows if mine.holds(row.side)}
        upper, look = lower, look * 2
    return list(found.values()), upper


async def _kept(desk: Desk, mine: Sight, wanted: str) -> dict[str, Any] | None:
    """From the records of the newest runs; what is seen of a release may hold ids only, its record holds all."""
    for namespace, name in mine.keys:
        seen = await desk.releases.seen(namespace, name)
        if seen and any(one.get("Id") == wanted for one in seen.run.examples):
            run = await desk.releases.run(namespace, name, seen.run.number)
            return next((one for one in (run.examples if run else ()) if one.get("Id") == wanted), None)
    return None
