"""The callee's side of a call is inferred as X-Ray documents it."""

from typing import Any

import pytest

from serinus_xray.inferred import DATABASE, calls_out, infer, may_be_inferred, origin_of, resource_name
from serinus_xray.segment import Http, HttpRequest, Sql, decode
from tests.xray import golden
from tests.xray.build import TRACE_ID, call, segment


@pytest.mark.parametrize(
    ("name", "aws", "origin", "resource"),
    [
        ("DynamoDB", {"table_name": "carts"}, "AWS::DynamoDB::Table", "carts"),
        ("dynamodb", {"table_names": ["carts", "users"]}, "AWS::DynamoDB::Table", "carts"),
        ("dynamodb", {"operation": "ListTables"}, "AWS::DynamoDB", None),
        ("S3", {"bucket_name": "photos"}, "AWS::S3::Bucket", "photos"),
        ("S3", {}, "AWS::S3", None),
        ("SQS", {"queue_url": "https://sqs.eu-west-1.amazonaws.com/1/mails"}, "AWS::SQS::Queue", "mails"),
        ("Lambda", {"function_name": "resize"}, "AWS::Lambda", "resize"),
        ("SNS", {"topic_arn": "arn:aws:sns:::topic"}, "AWS::SNS", None),
        ("AWS::Kinesis", {}, "AWS::Kinesis", None),
    ],
)
def test_aws_calls_name_the_resource_they_are_about(
    name: str, aws: dict[str, Any], origin: str, resource: str | None
) -> None:
    made = call(name, 2, 1, namespace="aws", aws=aws)
    assert (origin_of(made), resource_name(made)) == (origin, resource)


def test_a_query_infers_a_database() -> None:
    assert origin_of(call("ebdb@host", 2, 1, sql=Sql(database_type="PostgreSQL"))) == DATABASE


def test_another_call_infers_a_remote_service() -> None:
    assert origin_of(call("names.example.com", 2, 1)) is None


def test_what_was_sent_is_copied_to_the_callee() -> None:
    made = call("api", 2, 1, fault=True, error=True, aws={"operation": "Get"}, http=Http(HttpRequest(method="GET")))
    inferred = infer(made, TRACE_ID)
    assert (inferred.inferred, inferred.parent_id, inferred.trace_id) == (True, made.id, TRACE_ID)
    assert (inferred.start_time, inferred.end_time, inferred.fault, inferred.error) == (
        made.start_time,
        made.end_time,
        True,
        True,
    )
    assert (inferred.aws, inferred.http) == (made.aws, made.http)


def test_the_same_call_infers_the_same_id_and_not_its_own() -> None:
    made = call("api", 2, 1)
    assert infer(made, TRACE_ID) == infer(made, TRACE_ID)
    assert infer(made, TRACE_ID).id not in {made.id, infer(call("api", 3, 1), TRACE_ID).id}


def test_the_remote_side_of_application_signals_is_local_to_the_callee() -> None:
    made = call("api", 2, 1, annotations={"aws.remote.service": "api", "aws.local.service": "web", "other": 1})
    assert infer(made, TRACE_ID).annotations == {"aws.local.service": "api"}


def test_local_work_calls_nobody() -> None:
    assert not calls_out(segment("## price", 2, 1, namespace="local"))
    assert not calls_out(segment("## price", 2, 1))


def test_a_traced_call_waits_for_its_callee() -> None:
    assert not may_be_inferred(decode(golden.document("04")))
