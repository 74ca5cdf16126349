"""What a trace says about itself, once each and in a fixed order."""

from serinus_xray import facts
from serinus_xray.trace import compile_trace
from tests.xray.build import call, segment, shop


def test_services_name_the_client_first() -> None:
    assert [(service.name, service.type) for service in facts.services(shop())] == [
        ("web", "client"),
        ("web", None),
        ("db", "remote"),
        ("api", None),
    ]


def test_annotations_of_subsegments_are_found() -> None:
    trace = compile_trace([segment("web", 1, annotations={"a": 1}), call("db", 2, 1, annotations={"b": True})])
    assert [(entry.key, entry.value, entry.segment.name) for entry in facts.annotations(trace)] == [
        ("a", 1, "web"),
        ("b", True, "web"),
    ]


def test_places_and_resources_are_named_once() -> None:
    place = {"ec2": {"instance_id": "i-1", "availability_zone": "eu-west-1a"}}
    trace = compile_trace(
        [segment("web", 1, aws=place, resource_arn="arn:x"), segment("api", 2, aws=place, resource_arn="arn:x")]
    )
    assert facts.ec2_values(trace, "instance_id") == ("i-1",)
    assert facts.ec2_values(trace, "availability_zone") == ("eu-west-1a",)
    assert facts.resource_arns(trace) == ("arn:x",)


def test_waiting_subsegments_are_no_services() -> None:
    assert facts.services(compile_trace([call("db", 2, 1, namespace=None)])) == ()
