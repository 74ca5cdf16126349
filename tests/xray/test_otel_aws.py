"""Places and resources of AWS, as the resource and the call name them."""

from typing import Any

import pytest

from serinus_xray.otel_aws import aws_of_call, aws_of_service, is_aws_call, origin_of, service_of
from serinus_xray.segment import Service
from tests.xray.spans import PARENT, span


@pytest.mark.parametrize(
    ("resource", "origin"),
    [
        ({"cloud.platform": "aws_eks"}, "AWS::EKS::Container"),
        ({"cloud.platform": "aws_ec2"}, "AWS::EC2::Instance"),
        ({"cloud.platform": "aws_ecs"}, "AWS::ECS::Container"),
        ({"cloud.platform": "aws_ecs", "aws.ecs.launchtype": "FARGATE"}, "AWS::ECS::Fargate"),
        ({"cloud.platform": "gcp_compute_engine"}, None),
        ({}, None),
    ],
)
def test_the_origin_follows_the_platform(resource: dict[str, Any], origin: str | None) -> None:
    assert origin_of(resource) == origin


def test_a_call_names_its_resource() -> None:
    attributes = {
        "rpc.method": "GetItem",
        "aws.request_id": "r",
        "cloud.region": "eu-west-1",
        "aws.dynamodb.table_names": ("carts",),
    }
    assert aws_of_call(attributes) == {
        "operation": "GetItem",
        "region": "eu-west-1",
        "request_id": "r",
        "table_name": "carts",
    }
    assert aws_of_call({"aws.dynamodb.table_names": ["a", "b"]}) == {"table_names": ["a", "b"]}
    assert aws_of_call({}) == {}


def test_a_service_names_its_sdk_and_place() -> None:
    resource = {
        "telemetry.sdk.name": "opentelemetry",
        "telemetry.sdk.language": "python",
        "telemetry.sdk.version": "1.45",
        "telemetry.auto.version": "0.66",
        "cloud.account.id": "42",
        "host.id": "i-1",
        "cloud.availability_zone": "z",
    }
    assert aws_of_service(resource) == {
        "account_id": "42",
        "ec2": {"instance_id": "i-1", "availability_zone": "z"},
        "xray": {"sdk": "opentelemetry for python", "sdk_version": "1.45", "auto_instrumentation": True},
    }


def test_ecs_and_beanstalk_are_described() -> None:
    ecs = aws_of_service({"cloud.platform": "aws_ecs", "container.name": "web", "aws.ecs.task.family": "f"})
    assert ecs == {"ecs": {"container": "web", "task_family": "f"}}
    beanstalk = {"cloud.platform": "aws_elastic_beanstalk", "service.namespace": "env", "service.instance.id": "32"}
    assert aws_of_service(beanstalk) == {"elastic_beanstalk": {"environment_name": "env", "deployment_id": 32}}


@pytest.mark.parametrize(
    ("resource", "service"),
    [
        ({"service.version": "V2", "container.image.tag": "t"}, Service("V2")),
        ({"container.image.tags": ["t"]}, Service("t")),
        ({"process.runtime.name": "cpython"}, Service(runtime="cpython")),
        ({}, None),
    ],
)
def test_the_version_is_the_services_else_the_images(resource: dict[str, Any], service: Service | None) -> None:
    assert service_of(resource) == service


def test_aws_calls_are_known_by_rpc_or_service() -> None:
    assert is_aws_call(span("CLIENT", PARENT, attributes={"rpc.system": "aws-api"}))
    assert is_aws_call(span("CLIENT", PARENT, attributes={"aws.service": "S3"}))
    assert not is_aws_call(span("CLIENT", PARENT, attributes={"rpc.system": "grpc"}))
