"""`serinus demo`: the main job on this machine, from nothing to a verdict. In: options. Out: what is started and where,
a live view or one line per change, and at the end what it came to; JSON on stdout when asked for.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from serinus.cli.options import Output, OutputOption


class Router(StrEnum):
    """What splits the requests to the Notification service."""

    GATEWAY = "gateway"
    REPLICAS = "replicas"


def demo(
    router: Annotated[Router, typer.Option(help="by request weights, or by replica counts")] = Router.GATEWAY,
    keep_alive: Annotated[
        bool | None, typer.Option("--keep-alive/--no-keep-alive", help="default: gateway only")
    ] = None,
    fault: Annotated[list[str] | None, typer.Option(help="v2=fault:5%, both=fault:2%, v2=latency:200ms, …")] = None,
    steps: Annotated[str, typer.Option(help="the canary's weights in percent")] = "25,50,75,100",
    rps: Annotated[float, typer.Option(min=1, max=500, help="requests a second through the entry")] = 40.0,
    users: Annotated[float, typer.Option(min=0, max=20, help="users created a second, each owed a mail")] = 1.0,
    max_time: Annotated[str, typer.Option(help="how long a step may stay undecided")] = "5m",
    bake: Annotated[str, typer.Option(help="how long stable stays after the last step")] = "5s",
    exit_: Annotated[bool, typer.Option("--exit", help="stop when the release is decided")] = False,
    state: Annotated[Path | None, typer.Option(help="a new directory for this run; default: below .serinus")] = None,
    console_port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port")] = 0,
    https_port: Annotated[int, typer.Option(min=0, max=65535, help="0, here and below: any free port")] = 8443,
    http_port: Annotated[int, typer.Option(min=0, max=65535)] = 8080,
    notification_port: Annotated[int, typer.Option(min=0, max=65535)] = 8096,
    xray_port: Annotated[int, typer.Option(min=0, max=65535)] = 2000,
    smtp_port: Annotated[int, typer.Option(min=0, max=65535)] = 2587,
    output: OutputOption = Output.TEXT,
) -> None:
    """Release Notification V2 beside V1 on this machine, judged by traces."""
    import asyncio

    from serinus.cli.demonstration import Demonstration, demonstrate
    from serinus.cli.telling import teller
    from serinus.local.faults import parse_faults
    from serinus.local.platform import Options
    from serinus.local.templates import Ports
    from serinus.local.traffic import Rate

    wished = Demonstration(
        options=Options(
            ports=Ports(https_port, http_port, notification_port, xray_port, smtp_port),
            keep_alive=router is Router.GATEWAY if keep_alive is None else keep_alive,
            faults=parse_faults(fault or ()),
        ),
        by_request=router is Router.GATEWAY,
        steps=steps,
        rate=Rate(rps, users),
        max_time=max_time,
        bake=bake,
        stay=not exit_,
        directory=state,
        console_port=console_port,
    )
    try:
        asyncio.run(demonstrate(wished, teller(output)))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
