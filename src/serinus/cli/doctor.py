"""`serinus doctor`: can this X-Ray carry a release's evidence? In: the X-Ray API, or what a cluster's operator found.
Out: findings, each with its remedy; exit code 1 when one is bad.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import typer

from serinus.cli.options import (
    ContextOption,
    EndpointOption,
    EverywhereOption,
    KubeconfigOption,
    NamespaceOption,
    Output,
    OutputOption,
    StateOption,
    Where,
)
from serinus.cli.where import endpoint, source

if TYPE_CHECKING:
    from serinus.traces.preflight import Finding

CONDITIONS = ("Ready", "TelemetryHealthy", "TrafficSplitVerified")


def doctor(
    endpoint_url: EndpointOption = None,
    output: OutputOption = Output.TEXT,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    everywhere: EverywhereOption = False,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Check the X-Ray side: access, permissions, destination, indexing, sampling, clock. On a cluster: show what its
    operator has found, release by release.

    Exit code 0: nothing is bad; 1: a finding is, or nobody answers; 2: wrong usage.
    """
    import msgspec

    where = Where(state, namespace, context, kubeconfig, everywhere)
    findings = told(source(where).documents()) if where.cluster else _examined(endpoint(endpoint_url, state))
    if output is Output.JSON:
        print(json.dumps(msgspec.to_builtins(findings)))
    for finding in findings if output is Output.TEXT else ():
        print(f"{'✔' if finding.ok else '✖'} {finding.check}: {finding.message}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def told(documents: tuple[dict[str, Any], ...]) -> tuple[Finding, ...]:
    """The conditions of CanaryReleases as findings; what is not known yet is no bad one."""
    from serinus.traces.preflight import Finding

    return tuple(
        Finding(_called(document, each), each["status"] != "False", f"{each['reason']}: {each['message']}")
        for document in documents
        for each in document.get("status", {}).get("conditions", [])
        if each["type"] in CONDITIONS
    )


def _called(document: dict[str, Any], condition: dict[str, Any]) -> str:
    metadata = document["metadata"]
    return f"{metadata['namespace']}/{metadata['name']} {condition['type']}"


def _examined(url: str | None) -> tuple[Finding, ...]:
    import asyncio

    from serinus.traces.client import XRayClient
    from serinus.traces.preflight import preflight

    return asyncio.run(preflight(XRayClient(url), time.time))
