"""Node numbers come from a service's own segments, edge numbers from its callers."""

import json
from typing import Any

import msgspec

from serinus_xray.graph import ServiceGraph, service_graph
from serinus_xray.segment import Segment
from serinus_xray.trace import Trace, compile_trace
from tests.xray import golden
from tests.xray.build import START, call, segment, shop
from tests.xray.shape import unknown
from tests.xray.test_trace import documented


def node(graph: ServiceGraph, name: str, type_: str | None = None) -> Any:
    (found,) = [service for service in graph.services if (service.name, service.type) == (name, type_)]
    return found


def edge(graph: ServiceGraph, source: Any, target: Any) -> Any:
    (found,) = [edge for edge in source.edges if edge.reference_id == target.reference_id]
    return found


def test_the_client_sees_the_roots_numbers() -> None:
    graph = service_graph([shop()])
    client, web = node(graph, "web", "client"), node(graph, "web")
    assert (client.state, client.summary_statistics, web.root) == ("unknown", None, True)
    assert edge(graph, client, web).summary_statistics == web.summary_statistics
    assert client.reference_id == 0


def test_an_edge_is_slower_than_its_node_by_the_network() -> None:
    graph = service_graph([shop()])
    web, api = node(graph, "web"), node(graph, "api")
    assert edge(graph, web, api).summary_statistics.total_response_time == 0.25
    assert api.summary_statistics.total_response_time == 0.2


def test_a_timeout_of_the_caller_is_a_fault_of_the_edge_only() -> None:
    graph = service_graph([compile_trace([segment("web", 1), call("api", 2, 1, fault=True), segment("api", 3, 2)])])
    api = node(graph, "api")
    assert api.summary_statistics.fault_statistics.total_count == 0
    assert edge(graph, node(graph, "web"), api).summary_statistics.fault_statistics.total_count == 1


def test_a_fault_of_the_callee_that_the_caller_survives_is_a_fault_of_the_node_only() -> None:
    graph = service_graph([shop(fault=True)])
    assert node(graph, "api").summary_statistics.fault_statistics.total_count == 1
    assert node(graph, "web").summary_statistics.fault_statistics.total_count == 0


def test_an_inferred_node_carries_the_callers_numbers() -> None:
    graph = service_graph([shop()])
    db = node(graph, "db", "remote")
    assert (db.state, db.root) == ("unknown", False)
    assert db.summary_statistics == edge(graph, node(graph, "web"), db).summary_statistics


def test_local_subsegments_draw_no_edge() -> None:
    graph = service_graph([compile_trace([segment("web", 1, subsegments=(segment("## price", 2, 1),))])])
    assert node(graph, "web").edges == ()


def test_traces_add_up() -> None:
    graph = service_graph([shop(), shop(fault=True), shop()])
    assert node(graph, "api").summary_statistics.total_count == 3
    assert [(entry.value, entry.count) for entry in node(graph, "api").response_time_histogram] == [(0.2, 3)]


def test_the_graph_does_not_depend_on_the_order_of_traces() -> None:
    other = compile_trace([segment("admin", 1, at=5), call("api.example", 2, 1), segment("api", 3, 2)])
    assert service_graph([shop(), other]) == service_graph([other, shop()])


def test_one_call_to_two_services_is_two_edges_and_retries_to_one_are_one() -> None:
    made = [segment("web", 1), call("lb", 2, 1), segment("a", 3, 2), segment("b", 4, 2), segment("b", 5, 2)]
    web = node(service_graph([compile_trace(made)]), "web")
    assert [edge.summary_statistics.total_count for edge in web.edges] == [1, 1]


def test_the_documented_trace_draws_the_documented_kind_of_graph() -> None:
    graph = service_graph([compile_trace(documented())])
    drawn = {(service.name, service.type): {e.reference_id for e in service.edges} for service in graph.services}
    number = {(service.name, service.type): service.reference_id for service in graph.services}
    function = number["random-name", "AWS::Lambda::Function"]
    assert drawn["random-name", "AWS::Lambda"] == {function}
    assert drawn["random-name", "AWS::Lambda::Function"] == {number["SNS", "AWS::SNS"]}
    assert drawn["scorekeep-user", "AWS::DynamoDB::Table"] == set()


def test_the_graph_encodes_to_the_shape_of_the_api() -> None:
    encoded = json.loads(msgspec.json.encode(service_graph([compile_trace(documented())])))
    assert unknown("GetServiceGraphResult", encoded) == []
    recorded = golden.parsed("10")["Services"]
    known = {key for service in recorded for key in service} | {"AccountId"}
    assert {key for service in encoded["Services"] for key in service} <= known
    edge_keys = {key for service in recorded for drawn in service["Edges"] for key in drawn}
    assert {key for service in encoded["Services"] for drawn in service["Edges"] for key in drawn} == edge_keys


def test_without_traces_the_graph_is_empty() -> None:
    assert service_graph([]) == ServiceGraph(0.0, 0.0, ())


def test_a_trace_of_orphans_draws_what_they_call() -> None:
    orphans: list[Segment] = [call("db", 2, 1)]
    trace: Trace = compile_trace(orphans)
    graph = service_graph([trace])
    assert [(service.name, service.edges) for service in graph.services] == [("db", ())]
    assert graph.start_time == START
