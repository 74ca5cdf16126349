"""`serinus traces` and `serinus map`: look at the evidence. In: trace ids or a filter expression, the X-Ray API.
Out: waterfalls, a table of traces, the service map as a tree; or the API's own JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from serinus.cli.options import EndpointOption, Output, OutputOption, StateOption
from serinus.cli.where import endpoint

SPAN = 6 * 3600


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
    """Draw traces as waterfalls, or list the newest."""
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

    console().print(drawn(trace["Id"], rows(decode(part["Document"]) for part in trace["Segments"])))


def _listed(summaries: list[dict[str, Any]], output: Output) -> None:
    if output is Output.JSON:
        print(json.dumps(summaries, default=str))
        return
    from rich.table import Table

    from serinus.cli.terminal import console
    from serinus.cli.waterfall import duration

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("TRACE", "STATUS", "DURATION", "REQUEST", "SERVICES"):
        table.add_column(name)
    for one in summaries[:100]:
        http = one.get("Http", {})
        flag = "F" if one.get("HasFault") else "E" if one.get("HasError") else ""
        services = " ".join(
            dict.fromkeys(str(s.get("Name")) for s in one.get("ServiceIds", ()) if s.get("Type") != "client")
        )
        request = f"{http.get('HttpMethod', '')} {http.get('HttpURL', '')}"
        table.add_row(
            one["Id"], f"{http.get('HttpStatus', '')} {flag}", duration(one.get("Duration", 0.0)), request, services
        )
    console().print(table)


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
