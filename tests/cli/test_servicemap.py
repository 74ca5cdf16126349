from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from serinus.cli.servicemap import drawn, nodes, quantile


def a_service(
    reference: int, name: str, *called: int, type_: str = "", total: int = 0, faults: int = 0
) -> dict[str, Any]:
    numbers = {"TotalCount": total, "FaultStatistics": {"TotalCount": faults}, "TotalResponseTime": total * 0.02}
    return {
        "ReferenceId": reference,
        "Name": name,
        "Type": type_,
        "Edges": [{"ReferenceId": one, "SummaryStatistics": {"TotalCount": 10}} for one in called],
        "SummaryStatistics": numbers if type_ != "client" else None,
        "ResponseTimeHistogram": [{"Value": 0.02, "Count": total}],
    }


SERVICES = [
    a_service(0, "User-Management", 1, type_="client"),
    a_service(1, "User-Management", 2, 3, total=10, faults=1),
    a_service(2, "V2-Notification", 4, total=4, faults=1),
    a_service(3, "V1-Notification", 4, total=6),
    a_service(4, "smtp-service", type_="remote", total=2),
]


def test_the_tree_starts_at_the_client_and_shows_who_calls_whom() -> None:
    (client,) = nodes(SERVICES)

    assert (client.name, client.requests) == ("client", 10)
    (users,) = client.calls
    assert [node.name for node in users.calls] == ["V1-Notification", "V2-Notification"]
    assert [node.calls[0].name for node in users.calls] == ["smtp-service", "smtp-service"]


def test_a_node_with_several_callers_shows_each_callers_own_calls() -> None:
    (client,) = nodes(SERVICES)
    v1, v2 = client.calls[0].calls

    assert v1.calls[0].requests == v2.calls[0].requests == 10
    assert client.calls[0].requests == 10


def test_calls_in_a_circle_end() -> None:
    roots = nodes([a_service(0, "c", 1, type_="client"), a_service(1, "a", 2), a_service(2, "b", 1)])

    assert roots[0].calls[0].calls[0].calls == ()


def test_the_drawing_holds_counts_fault_shares_and_latencies() -> None:
    text = io.StringIO()

    Console(file=text, width=120).print(drawn(nodes(SERVICES)))

    assert "V2-Notification  4 requests, faults 25.0%, mean 20 ms, p99 20 ms" in text.getvalue()


def test_quantiles_of_a_histogram() -> None:
    histogram = [{"Value": 2.0, "Count": 1}, {"Value": 0.1, "Count": 99}]

    assert quantile(histogram, 0.5) == 0.1
    assert quantile(histogram, 0.995) == 2.0
    assert quantile([], 0.5) == 0.0
