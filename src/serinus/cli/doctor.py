"""`serinus doctor`: can this X-Ray carry a release's evidence? In: the X-Ray API. Out: findings, each with its remedy;
exit code 1 when one is bad.
"""

from __future__ import annotations

import json
import time

import typer

from serinus.cli.options import EndpointOption, Output, OutputOption, endpoint


def doctor(endpoint_url: EndpointOption = None, output: OutputOption = Output.TEXT) -> None:
    """Check the X-Ray side: access, destination, indexing, clock."""
    import asyncio

    import msgspec

    from serinus.traces.client import XRayClient
    from serinus.traces.preflight import preflight

    findings = asyncio.run(preflight(XRayClient(endpoint(endpoint_url)), time.time()))
    if output is Output.JSON:
        print(json.dumps(msgspec.to_builtins(findings)))
    for finding in findings if output is Output.TEXT else ():
        print(f"{'✔' if finding.ok else '✖'} {finding.check}: {finding.message}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
