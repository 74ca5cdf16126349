"""`serinus xray`: an X-Ray of our own for the laptop. In: options. Out: one line with both addresses, then silence.
Heavy rooms are imported inside, so that the other commands start quickly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serinus.errors import SerinusError

LEVELS = ("debug", "info", "warning", "error")


def xray(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port for both UDP and HTTP; 0 takes a free one.")] = 2000,
    http_port: Annotated[int | None, typer.Option(min=0, max=65535, help="HTTP port, where it differs.")] = None,
    udp_port: Annotated[int | None, typer.Option(min=0, max=65535, help="UDP port, where it differs.")] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is not seen from outside.")
    ] = "127.0.0.1",
    store: Annotated[Path | None, typer.Option(help="Keep traces in this file; without it in memory.")] = None,
    retention: Annotated[str, typer.Option(help="How long traces are kept, such as 12h or 7d.")] = "7d",
    max_size: Annotated[int, typer.Option(min=1, help="MiB of traces kept; beyond it the oldest go.")] = 1024,
    log_level: Annotated[str, typer.Option(help="One of debug, info, warning, error.")] = "warning",
) -> None:
    """Run an X-Ray of our own: the daemon's UDP port and the X-Ray API in one process."""
    import asyncio
    import logging

    from serinus.release.durations import seconds
    from serinus.tracestore.ingest import Limits
    from serinus.tracestore.server import Options, serve

    if log_level.lower() not in LEVELS:
        raise typer.BadParameter(f"one of {', '.join(LEVELS)}, got {log_level!r}", param_hint="--log-level")
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    options = Options(
        host=host,
        http_port=port if http_port is None else http_port,
        udp_port=port if udp_port is None else udp_port,
        store=store,
        limits=Limits(retention=seconds(retention, "--retention"), max_weight=max_size * 1024 * 1024),
    )
    kept = f"in {store}" if store else "in memory"
    try:
        asyncio.run(
            serve(options, lambda at: print(f"X-Ray API {at.url}, segments udp {at.daemon}, traces {kept}", flush=True))
        )
    except SerinusError as error:
        typer.echo(f"serinus xray: {error}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(xray)
