"""The service map as a tree for the terminal. In: `Services` of GetServiceGraph. Out: who calls whom, with counts,
fault shares and latencies: a node's numbers are its own segments', as on X-Ray's map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from rich.text import Text
from rich.tree import Tree

from serinus.cli.waterfall import duration

Service = Mapping[str, Any]


class Node(Struct, frozen=True):
    """One place on the map; a node called from two places stands in two. Latencies in seconds."""

    name: str
    type: str
    requests: int
    faults: int
    mean: float
    p99: float
    calls: tuple[Node, ...] = ()


def nodes(services: Iterable[Service]) -> tuple[Node, ...]:
    """The roots of the map (clients, or where there is none the nodes nobody calls) with all they call below them."""
    known = {service["ReferenceId"]: service for service in services}
    calls = Counter(edge["ReferenceId"] for service in known.values() for edge in service.get("Edges", ()))
    shared = frozenset(reference for reference, callers in calls.items() if callers > 1)
    roots = [service for reference, service in known.items() if reference not in calls]
    return tuple(_node(service, service, known, shared, frozenset()) for service in sorted(roots, key=_place))


def _place(service: Service) -> tuple[bool, str]:
    return service.get("Type") != "client", str(service.get("Name", ""))


def _node(
    service: Service, counted: Service, known: Mapping[int, Service], shared: frozenset[int], above: frozenset[int]
) -> Node:
    """`counted`: where the numbers are taken from: the node itself, or the edge that leads to one with many callers."""
    path = above | {service["ReferenceId"]}
    edges = [edge for edge in service.get("Edges", ()) if edge["ReferenceId"] in known.keys() - path]
    is_client = service.get("Type") == "client"
    source = edges[0] if is_client and edges else counted
    numbers = source.get("SummaryStatistics") or {}
    total = int(numbers.get("TotalCount", 0))
    below = sorted(((known[edge["ReferenceId"]], edge) for edge in edges), key=lambda pair: _place(pair[0]))
    return Node(
        name="client" if is_client else str(service.get("Name", "")),
        type=str(service.get("Type", "")),
        requests=total,
        faults=int(numbers.get("FaultStatistics", {}).get("TotalCount", 0)),
        mean=float(numbers.get("TotalResponseTime", 0.0)) / total if total else 0.0,
        p99=quantile(source.get("ResponseTimeHistogram") or (), 0.99),
        calls=tuple(
            _node(callee, edge if callee["ReferenceId"] in shared else callee, known, shared, path)
            for callee, edge in below
        ),
    )


def quantile(histogram: Iterable[Mapping[str, float]], share: float) -> float:
    """The quantile (share in 0…1) of X-Ray's [{Value: seconds, Count}]; 0.0 for an empty one."""
    entries = sorted((float(entry["Value"]), int(entry["Count"])) for entry in histogram)
    wanted = share * sum(count for _, count in entries)
    for value, count in entries:
        wanted -= count
        if wanted <= 0:
            return value
    return entries[-1][0] if entries else 0.0


def drawn(roots: Iterable[Node]) -> Tree:
    """The map, ready to print."""
    tree = Tree(Text("service map", style="bold"), guide_style="dim")
    waiting = [(tree, node) for node in roots]
    while waiting:
        place, node = waiting.pop(0)
        branch = place.add(_line(node))
        waiting.extend((branch, called) for called in node.calls)
    return tree


def _line(node: Node) -> Text:
    if node.type == "client":
        return Text(f"client  {node.requests} requests")
    share = node.faults / node.requests if node.requests else 0.0
    return Text.assemble(
        (node.name, "bold"),
        (f"  {node.type}" if node.type else "", "dim"),
        f"  {node.requests} requests, ",
        (f"faults {share:.1%}", "red" if node.faults else "green"),
        f", mean {duration(node.mean)}, p99 {duration(node.p99)}",
    )
