"""`serinus traces` and `serinus map`: look at the evidence. In: trace ids or a filter expression, the X-Ray API.
Out: waterfalls, a table of traces, the service map as a tree; or the API's own JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from serinus.cli.options import EndpointOption, Output, OutputOption, StateOption
from serinus.cli.where import endpoint

COLUMNS = ("TRACE", "STATUS", "DURATION", "REQUEST", "SERVICES")
ID_WIDTH = 35
UNCUT = 1000  # off a terminal


def traces(
    ids: Annotated[list[str] | None, typer.Argument(help="trace ids; without any, the newest are listed")] = None,
    expression: Annotated[
        str, typer.Option("--filter", help='such as service("V2-Notification-Microservice") { fault }')
    ] = "",
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=360, help="how far back to list")] = 60,
    state: StateOption = None,
    endpoint_url: EndpointOption = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Draw traces as waterfalls, or list the newest.

    Exit code 0: all were found; 1: an id was not, the demo has ended, or X-Ray does not answer; 2: wrong usage.
    """
    from serinus.traces.client import XRayClient

    client = XRayClient(endpoint(endpoint_url, state))
    if not ids:
        now = time.time()
        _listed(client.summaries(now - 60 * minutes, now, expression), output)
        return
    found = client.batch_get(tuple(ids))
    if output is Output.JSON:
        print(json.dumps(found, default=str))
    for trace in found if output is Output.TEXT else ():
        _draw(trace)
    missing = sorted(set(ids) - {trace["Id"] for trace in found})
    if missing:
        print(f"serinus: no such trace: {', '.join(missing)}", file=sys.stderr)
        raise typer.Exit(1)


def _draw(trace: Mapping[str, Any]) -> None:
    from serinus.cli.terminal import console
    from serinus.cli.waterfall import drawn, rows
    from serinus_xray.segment import decode

    out = console()
    out.print(drawn(trace["Id"], rows(decode(part["Document"]) for part in trace["Segments"]), out.width))


def _listed(summaries: list[dict[str, Any]], output: Output) -> None:
    if output is Output.JSON:
        print(json.dumps(summaries, default=str))
        return
    from rich.table import Table

    from serinus.cli.terminal import console
    from serinus.cli.waterfall import duration

    out = console()
    if not out.is_terminal:
        out.width = UNCUT
    shown = columns(out.width)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in shown:
        table.add_column(name, no_wrap=True, min_width=ID_WIDTH if name == "TRACE" else None)
    for one in summaries[:100]:
        http = one.get("Http", {})
        flag = "F" if one.get("HasFault") else "E" if one.get("HasError") else ""
        services = " ".join(
            dict.fromkeys(str(s.get("Name")) for s in one.get("ServiceIds", ()) if s.get("Type") != "client")
        )
        request = f"{http.get('HttpMethod', '')} {path_of(http.get('HttpURL', ''))}"
        status, took = f"{http.get('HttpStatus', '')} {flag}", duration(one.get("Duration", 0.0))
        table.add_row(*(one["Id"], status, took, request, services)[: len(shown)])
    out.print(table)


def columns(width: int) -> tuple[str, ...]:
    """Those that there is room for, the least useful last; an id is never cut."""
    return COLUMNS if width >= 120 else COLUMNS[:-1] if width >= 72 else COLUMNS[:2]


def path_of(url: str) -> str:
    """What tells one request from another: the path and the query; hosts are the same in all."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or url


def servicemap(
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=360, help="how far back to look")] = 30,
    state: StateOption = None,
    endpoint_url: EndpointOption = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Draw the service map as a tree, with counts, fault shares and latencies."""
    from serinus.traces.client import XRayClient

    now = time.time()
    services = XRayClient(endpoint(endpoint_url, state)).service_graph(now - 60 * minutes, now)
    if output is Output.JSON:
        print(json.dumps(services, default=str))
        return
    from serinus.cli.servicemap import drawn, nodes
    from serinus.cli.terminal import console

    console().print(drawn(nodes(services)))
