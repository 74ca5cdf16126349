"""Services are told apart by name, type and account."""

from serinus_xray.inferred import infer
from serinus_xray.nodes import CLIENT, REMOTE, client_of, node_of
from tests.xray.build import TRACE_ID, call, segment


def test_a_service_of_ours_has_the_type_of_its_origin() -> None:
    node = node_of(segment("web", 1, origin="AWS::EKS::Container", aws={"account_id": "123"}))
    assert (node.name, node.names, node.type, node.account_id) == ("web", ("web",), "AWS::EKS::Container", "123")


def test_an_inferred_service_is_remote() -> None:
    assert node_of(infer(call("api", 2, 1), TRACE_ID)).type == REMOTE


def test_an_inferred_table_has_the_tables_name() -> None:
    node = node_of(infer(call("DynamoDB", 2, 1, namespace="aws", aws={"table_name": "carts"}), TRACE_ID))
    assert (node.name, node.type) == ("carts", "AWS::DynamoDB::Table")


def test_the_client_has_the_roots_name() -> None:
    assert (client_of(segment("web", 1)).name, client_of(segment("web", 1)).type) == ("web", CLIENT)
