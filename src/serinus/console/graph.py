"""The service map. In: GetServiceGraph's JSON, the versions' names in X-Ray. Out: nodes and edges with their counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from serinus.console.tracerows import Sides
from serinus.console.wire import Edge, Graph, Node

Service = Mapping[str, Any]


def graph(services: Iterable[Service], sides: Sides, start: float, end: float) -> Graph:
    """The map between `start` and `end` (epoch s)."""
    known = {service["ReferenceId"]: service for service in services}
    edges = tuple(
        _edge(reference, edge)
        for reference, service in known.items()
        for edge in service.get("Edges", ())
        if edge["ReferenceId"] in known
    )
    return Graph(tuple(_node(service, sides) for service in known.values()), edges, start, end)


def _node(service: Service, sides: Sides) -> Node:
    client = service.get("Type") == "client"
    name = "client" if client else str(service.get("Name", ""))
    counted = _counted(service)
    histogram = service.get("ResponseTimeHistogram") or ()
    return Node(
        id=str(service["ReferenceId"]),
        name=name,
        type=str(service.get("Type") or ""),
        side="" if client else sides.of((name,)),
        release="" if client else sides.releases.get(name, ""),
        **counted,
        p50=quantile(histogram, 0.5),
        p99=quantile(histogram, 0.99),
    )


def _edge(source: Any, edge: Service) -> Edge:
    return Edge(source=str(source), target=str(edge["ReferenceId"]), **_counted(edge))


def _counted(counted: Service) -> dict[str, Any]:
    numbers = counted.get("SummaryStatistics") or {}
    total = int(numbers.get("TotalCount", 0))
    errors = numbers.get("ErrorStatistics") or {}
    return {
        "requests": total,
        "faults": int((numbers.get("FaultStatistics") or {}).get("TotalCount", 0)),
        "errors": int(errors.get("OtherCount", 0)),
        "throttles": int(errors.get("ThrottleCount", 0)),
        "mean": float(numbers.get("TotalResponseTime", 0.0)) / total if total else 0.0,
    }


def quantile(histogram: Iterable[Mapping[str, float]], share: float) -> float:
    """The quantile (share in 0…1) of X-Ray's [{Value: seconds, Count}]; 0.0 for an empty one."""
    entries = sorted((float(entry["Value"]), int(entry["Count"])) for entry in histogram)
    wanted = share * sum(count for _, count in entries)
    for value, count in entries:
        wanted -= count
        if wanted <= 0:
            return value
    return entries[-1][0] if entries else 0.0
