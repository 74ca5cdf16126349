"""Terms compare values of one type only."""

import pytest

from serinus_xray.filter_subjects import OfTrace, Value
from serinus_xray.filter_terms import Annotation, Node, RootCauseLike, normal_key
from serinus_xray.nodes import ServiceId
from serinus_xray.trace import compile_trace
from tests.xray.build import segment


@pytest.mark.parametrize(
    ("stored", "operator", "wanted", "holds"),
    [
        ("v2", "=", "v2", True),
        ("v2", "!=", "v2", False),
        ("v2", "=", 2, False),
        (2, "=", "2", False),
        (2, "=", 2.0, True),
        (2, "<", 3, True),
        (3, ">=", 3, True),
        (True, "=", True, True),
        (True, "=", 1, False),
        (1, "=", True, False),
        (True, "!=", False, True),
        ("abc", "contains", "b", True),
        ("abc", "endswith", "b", False),
    ],
)
def test_values_compare_with_their_own_type(stored: Value, operator: str, wanted: Value, holds: bool) -> None:
    trace = compile_trace([segment("web", 1, annotations={"k": stored})])
    assert Annotation("k", operator, wanted).holds(OfTrace(trace), trace) is holds


def test_keys_compare_without_case_and_dots_are_underscores() -> None:
    assert normal_key("Aws.Local_Service") == "aws_local_service"


def test_a_node_fits_by_what_is_given_of_it() -> None:
    service = ServiceId("api", ("api", "api.internal"), "42", "AWS::EC2::Instance")
    assert Node().fits(service)
    assert Node("api.internal", account_id="42").fits(service)
    assert not Node("api", "remote").fits(service)


def test_root_causes_are_compared_field_by_field() -> None:
    trace = compile_trace([segment("web", 1, fault=True)])

    def like(*patterns: object) -> bool:
        return RootCauseLike(patterns).holds(OfTrace(trace), trace)

    assert like({"Services": [{"Name": "web", "Inferred": False}]})
    assert like({})
    assert not like({"Services": []})
    assert not like({"Services": [{"Name": "web"}, {}]})
    assert not like("web", 7, None)
