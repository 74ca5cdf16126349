from __future__ import annotations

import pytest

from serinus.console.graph import graph, quantile
from serinus.console.tracerows import Sides
from tests.console.builders import CANARY, a_graph


def test_nodes_and_edges_carry_x_rays_counts() -> None:
    sides = Sides(canary=frozenset({CANARY}), releases={CANARY: "shop/notification"})
    shown = graph(a_graph(), sides, 1.0, 2.0)

    client, node = shown.nodes
    assert (client.name, client.side, client.release) == ("client", "", "")
    assert node.release == "shop/notification"
    assert (node.side, node.requests, node.faults, node.errors, node.throttles, node.mean) == (
        "canary", 10, 1, 2, 3, 0.5,
    )  # fmt: skip
    assert [(edge.source, edge.target, edge.requests) for edge in shown.edges] == [("0", "1", 10)]


@pytest.mark.parametrize(("share", "value"), [(0.5, 0.1), (0.99, 0.9)])
def test_a_quantile_is_a_value_that_was_seen(share: float, value: float) -> None:
    assert quantile([{"Value": 0.9, "Count": 1}, {"Value": 0.1, "Count": 9}], share) == value
    assert quantile([], share) == 0.0
