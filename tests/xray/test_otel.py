"""Spans become the documents AWS's own exporter makes of them."""

from typing import Any

import pytest
from opentelemetry.trace import SpanKind, Status, StatusCode

from serinus_xray.otel import segment_of, segments_of
from serinus_xray.otel_annotations import Indexing
from serinus_xray.segment import Segment, Service, Sql, encode
from serinus_xray.span import SpanLink
from serinus_xray.trace import compile_trace
from tests.xray.schema import breaches
from tests.xray.spans import PARENT, TRACE, Kept, recorded, span, tracer


def only(segments: tuple[Segment, ...]) -> Segment:
    (segment,) = segments
    return segment


def test_a_server_becomes_a_segment_whose_caller_is_known() -> None:
    made = only(segments_of(span(parent=PARENT, remote_parent=True), "User Management"))
    assert (made.name, made.type, made.namespace, made.parent_id) == ("User Management", None, None, PARENT)
    assert made.trace_id == "1-6b0395b6-e1528ba4e0e4bc4d74691ee2"
    assert (made.start_time, made.end_time) == (1.0, 1.5)


@pytest.mark.parametrize(
    ("tracing_name", "attributes", "resource", "name"),
    [
        ("Named", {"aws.local.service": "local"}, {"service.name": "resource"}, "Named"),
        (None, {"aws.local.service": "local"}, {"service.name": "resource"}, "local"),
        (None, {}, {"service.name": "resource"}, "resource"),
        (None, {}, {}, "GET /users"),
        ("what?!", {}, {}, "what"),
        ("???", {}, {}, "span"),
        ("n" * 300, {}, {}, "n" * 200),
    ],
)
def test_a_segment_is_named_after_its_service(
    tracing_name: str | None, attributes: dict[str, Any], resource: dict[str, Any], name: str
) -> None:
    assert only(segments_of(span(attributes=attributes, resource=resource), tracing_name)).name == name


@pytest.mark.parametrize(
    ("kind", "attributes", "name", "namespace"),
    [
        ("CLIENT", {"aws.remote.service": "payments", "peer.service": "p"}, "payments", "remote"),
        ("CLIENT", {"aws.remote.service": "AWS::DynamoDB", "rpc.system": "aws-api"}, "DynamoDB", "aws"),
        ("CLIENT", {"aws.remote.service": "AWS::Own"}, "AWS::Own", "remote"),
        ("CLIENT", {"peer.service": "smtp-service", "server.address": "localhost"}, "smtp-service", "remote"),
        ("CLIENT", {"aws.service": "S3"}, "S3", "aws"),
        ("CLIENT", {"db.system": "mysql", "db.name": "users", "net.peer.name": "rds"}, "users@rds", "remote"),
        ("CLIENT", {"db.system.name": "sqlite", "db.namespace": "users.db"}, "users.db", "remote"),
        ("CLIENT", {"rpc.service": "Mail"}, "Mail", "remote"),
        ("CLIENT", {"http.host": "api.example"}, "api.example", "remote"),
        ("CLIENT", {"net.peer.name": "peer.example"}, "peer.example", "remote"),
        ("CLIENT", {"server.address": "server.example"}, "server.example", "remote"),
        ("CLIENT", {"http.url": "http://only.example:8080/x"}, "only.example", "remote"),
        ("CLIENT", {}, "GET /users", "remote"),
        ("PRODUCER", {"peer.service": "queue"}, "queue", None),
        ("PRODUCER", {"aws.remote.service": "queue"}, "queue", "remote"),
        ("INTERNAL", {"peer.service": "ignored"}, "GET /users", None),
    ],
)
def test_a_call_is_named_after_its_callee(
    kind: str, attributes: dict[str, Any], name: str, namespace: str | None
) -> None:
    made = only(segments_of(span(kind, PARENT, attributes=attributes), "User Management"))
    assert (made.name, made.namespace, made.type, made.parent_id) == (name, namespace, "subsegment", PARENT)


@pytest.mark.parametrize("kind", ["CLIENT", "PRODUCER", "CONSUMER"])
def test_a_call_that_begins_its_service_becomes_a_segment_and_the_call(kind: str) -> None:
    service, made = segments_of(span(kind, attributes={"peer.service": "queue"}), "worker")
    assert (service.name, service.type, service.parent_id, service.namespace) == ("worker", None, None, None)
    assert (made.name, made.type, made.parent_id, made.namespace) == ("queue", "subsegment", service.id, "remote")
    assert made.id == "ae7af3c42e83ac30"
    assert segments_of(span(kind, attributes={"peer.service": "queue"}), "worker")[0].id == service.id


def test_a_span_declared_local_root_keeps_its_remote_parent() -> None:
    service, _ = segments_of(span("CLIENT", PARENT, attributes={"aws.span.kind": "LOCAL_ROOT"}), "worker")
    assert service.parent_id == PARENT


def test_a_consumer_of_a_remote_message_begins_its_service() -> None:
    assert len(segments_of(span("CONSUMER", PARENT, remote_parent=True), "worker")) == 2
    assert len(segments_of(span("CONSUMER", PARENT), "worker")) == 1


def test_work_handed_over_inside_a_service_continues_its_segment() -> None:
    made = only(segments_of(span("INTERNAL", PARENT, remote_parent=True), "worker"))
    assert (made.type, made.parent_id) == ("subsegment", PARENT)


def test_internal_work_without_parent_is_a_segment_of_its_service() -> None:
    made = only(segments_of(span("INTERNAL"), "worker"))
    assert (made.name, made.type) == ("worker", None)


def test_links_belong_to_the_consumers_segment_and_the_producers_call() -> None:
    link = (SpanLink(TRACE, PARENT, {"a": 1}),)
    service, made = segments_of(span("CONSUMER", links=link), "w")
    assert ([each.id for each in service.links], made.links) == ([PARENT], ())
    service, made = segments_of(span("PRODUCER", links=link), "w")
    assert (service.links, [each.id for each in made.links]) == ((), [PARENT])


def test_the_version_and_place_stand_on_segments_only() -> None:
    resource = {
        "service.version": "V2",
        "cloud.platform": "aws_eks",
        "k8s.cluster.name": "omnitech",
        "k8s.pod.name": "p-1",
    }
    made = only(segments_of(span(resource=resource), "web"))
    assert (made.service, made.origin) == (Service(version="V2"), "AWS::EKS::Container")
    assert made.aws["eks"] == {"cluster_name": "omnitech", "pod": "p-1"}
    below = only(segments_of(span("INTERNAL", PARENT, resource=resource), "web"))
    assert (below.service, below.origin, below.aws) == (None, None, {})


def test_a_query_carries_its_statement() -> None:
    attributes = {"db.system": "mariadb", "db.name": "users", "db.statement": "SELECT 1", "db.user": "app"}
    made = only(segments_of(span("CLIENT", PARENT, name="SELECT users", attributes=attributes)))
    assert made.sql == Sql("localhost/users", "SELECT users", "SELECT 1", "mariadb", user="app")
    assert made.metadata == {}


def test_annotations_are_those_a_span_lists_or_the_configuration() -> None:
    attributes = {"version": "V2", "http.route": "/users", "aws.xray.annotations": ["version"], "other": 1}
    resource = {"service.version": "2.0"}
    made = only(segments_of(span(attributes=attributes, resource=resource), "web"))
    assert made.annotations == {"version": "V2"}
    assert made.metadata["default"] == {"http.route": "/users", "other": 1, "otel.resource.service.version": "2.0"}
    indexing = Indexing(frozenset({"otel.resource.service.version", "http.route"}))
    wider = only(segments_of(span(attributes=attributes, resource=resource), "web", indexing))
    assert wider.annotations == {"version": "V2", "otel.resource.service.version": "2.0", "http.route": "/users"}


def test_the_recorded_canary_compiles_to_one_trace() -> None:
    segments = [made for each in recorded() for made in segments_of(each)]
    compiled = compile_trace(segments)
    assert compiled.root is not None
    assert (compiled.root.name, compiled.root.origin, compiled.root.fault) == ("checkout", "AWS::EKS::Container", True)
    assert compiled.root.annotations == {"app.version": "2.3.1-canary"}
    assert [each.name for each in compiled.segments if each.inferred] == ["payments"]
    assert compiled.root.http is not None
    assert compiled.root.http.request is not None
    assert compiled.root.http.request.url == "http://shop.omnitech.example/api/checkout"


@pytest.mark.parametrize(
    "made", [made for each in recorded() for made in segments_of(each)], ids=lambda made: made.name
)
def test_what_is_mapped_follows_the_official_schema(made: Segment) -> None:
    assert breaches(encode(made)) == []


def test_real_spans_of_the_sdk_nest_under_their_server() -> None:
    kept = Kept()
    start = tracer(kept, **{"service.name": "web", "service.version": "V1"}).start_as_current_span
    with start("POST /users", kind=SpanKind.SERVER), start("work"), start("send", kind=SpanKind.CLIENT) as send:
        send.set_attribute("peer.service", "smtp-service")
        send.set_status(Status(StatusCode.ERROR, "454 Throttling failure"))
    compiled = compile_trace([made for each in kept.spans for made in segment_of(each, None)])
    web, smtp = compiled.segments
    assert [web.name, web.subsegments[0].name, web.subsegments[0].subsegments[0].name] == [
        "web",
        "work",
        "smtp-service",
    ]
    assert (smtp.name, smtp.inferred, smtp.fault) == ("smtp-service", True, True)
