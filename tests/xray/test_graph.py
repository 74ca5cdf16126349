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


SITE = "xray-sample.elasticbeanstalk.com"
TABLE = "awseb-e-dixzws4s9p-stack-StartupSignupsTable-4IMSMHAYX2BA"


def sign_up(took: float, table: float, topic: float) -> Trace:
    return compile_trace(
        [
            segment(SITE, 1, took=took, origin="AWS::EC2::Instance"),
            call("DynamoDB", 2, 1, took=table, namespace="aws", aws={"table_name": TABLE}),
            call("SNS", 3, 1, took=topic, namespace="aws"),
        ]
    )


def visit(took: float, **flags: bool) -> Trace:
    return compile_trace([segment(SITE, 1, took=took, origin="AWS::EC2::Instance", **flags)])


def numbers(services: list[Any]) -> dict[Any, Any]:
    """All the API says of nodes and edges but times and the order of nodes and histograms."""
    names = {service["ReferenceId"]: (service["Name"], service["Type"]) for service in services}

    def told(of: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in of.items() if key not in {"ReferenceId", "StartTime", "EndTime", "Edges"}}
        histograms = {key: sorted(map(str, value)) for key, value in kept.items() if key.endswith("Histogram")}
        return kept | histograms

    return {
        names[service["ReferenceId"]]: (
            told(service),
            {names[edge["ReferenceId"]]: told(edge) for edge in service["Edges"]},
        )
        for service in services
    }


def test_the_documented_graph_comes_of_such_traces() -> None:
    traces = [sign_up(0.157, 0.076, 0.049), sign_up(0.096, 0.044, 0.076), visit(0.005), visit(0.015, error=True)]
    drawn = json.loads(msgspec.json.encode(service_graph(traces)))
    assert numbers(drawn["Services"]) == numbers(golden.parsed("10")["Services"])


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
