"""Where a service runs and which AWS resource it calls.
A span goes in; the `aws` block, `origin` and `service` of its segment come out.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter, aws.go, service.go and segment.go.
"""

from typing import Any, Final

from serinus_xray.attributes import Attributes, present, text, texts, whole
from serinus_xray.segment import Service
from serinus_xray.span import SpanData

_OPERATION: Final = ("aws.operation", "rpc.method")
_REQUEST_ID: Final = ("aws.request_id", "aws.requestId")
_QUEUE: Final = ("aws.queue_url", "aws.queue.url", "messaging.url", "aws.sqs.queue.url")
_TABLES: Final = ("aws.dynamodb.table_names", "aws.table_name", "aws.table.name")
_BUCKET: Final = ("aws.s3.bucket", "aws.bucket.name")
_REGION: Final = ("aws.region", "cloud.region")
_FUNCTION: Final = ("aws.lambda.function.name", "faas.invoked_name")
AWS_KEYS: Final = frozenset(
    (
        *_OPERATION,
        *_REQUEST_ID,
        *_QUEUE,
        *_TABLES,
        *_BUCKET,
        *_FUNCTION,
        "aws.region",
        "aws.account_id",
        "aws.service",
    )
)
_ORIGINS: Final = {
    "aws_ec2": "AWS::EC2::Instance",
    "aws_eks": "AWS::EKS::Container",
    "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
    "aws_app_runner": "AWS::AppRunner::Service",
    "aws_lambda": "AWS::Lambda::Function",
}
_ECS: Final = {"ec2": "AWS::ECS::EC2", "fargate": "AWS::ECS::Fargate"}


def is_aws_call(span: SpanData) -> bool:
    return span.attributes.get("rpc.system") == "aws-api" or "aws.service" in span.attributes


def aws_of_call(attributes: Attributes) -> dict[str, Any]:
    """What a subsegment says about the resource it calls."""
    tables = texts(attributes, *_TABLES)
    return present(
        operation=text(attributes, *_OPERATION),
        account_id=text(attributes, "aws.account_id"),
        region=text(attributes, *_REGION),
        request_id=text(attributes, *_REQUEST_ID),
        queue_url=text(attributes, *_QUEUE),
        table_name=tables[0] if len(tables) == 1 else None,
        table_names=tables if len(tables) > 1 else None,
        bucket_name=text(attributes, *_BUCKET),
        function_name=text(attributes, *_FUNCTION),
    )


def aws_of_service(resource: Attributes) -> dict[str, Any]:
    """What a segment says about the place it runs at."""
    name, language = text(resource, "telemetry.sdk.name"), text(resource, "telemetry.sdk.language")
    sdk = f"{name} for {language}" if name and language else name
    auto = bool(text(resource, "telemetry.auto.version", "telemetry.distro.version"))
    return present(
        account_id=text(resource, "cloud.account.id"),
        ec2=_ec2(resource),
        ecs=_ecs(resource),
        eks=_eks(resource),
        elastic_beanstalk=_beanstalk(resource),
        xray=present(
            sdk=sdk, sdk_version=text(resource, "telemetry.sdk.version"), auto_instrumentation=True if auto else None
        ),
    )


def origin_of(resource: Attributes) -> str | None:
    platform = text(resource, "cloud.platform")
    if platform == "aws_ecs":
        return _ECS.get((text(resource, "aws.ecs.launchtype") or "").lower(), "AWS::ECS::Container")
    return _ORIGINS.get(platform or "")


def service_of(resource: Attributes) -> Service | None:
    """The version is `service.version`, else the tag of the image."""
    tags = texts(resource, "container.image.tag", "container.image.tags")
    service = Service(
        version=text(resource, "service.version") or (tags[0] if tags else None),
        runtime=text(resource, "process.runtime.name"),
        runtime_version=text(resource, "process.runtime.version"),
    )
    return None if service == Service() else service


def _ec2(resource: Attributes) -> dict[str, Any]:
    if text(resource, "cloud.platform") != "aws_ec2" and text(resource, "host.id") is None:
        return {}
    return present(
        instance_id=text(resource, "host.id"),
        availability_zone=text(resource, "cloud.availability_zone"),
        instance_size=text(resource, "host.type"),
        ami_id=text(resource, "host.image.id"),
    )


def _ecs(resource: Attributes) -> dict[str, Any]:
    if text(resource, "cloud.platform") != "aws_ecs":
        return {}
    return present(
        container=text(resource, "container.name"),
        container_id=text(resource, "container.id"),
        availability_zone=text(resource, "cloud.availability_zone"),
        container_arn=text(resource, "aws.ecs.container.arn"),
        cluster_arn=text(resource, "aws.ecs.cluster.arn"),
        task_arn=text(resource, "aws.ecs.task.arn"),
        task_family=text(resource, "aws.ecs.task.family"),
        launch_type=text(resource, "aws.ecs.launchtype"),
    )


def _eks(resource: Attributes) -> dict[str, Any]:
    cluster = text(resource, "k8s.cluster.name")
    if text(resource, "cloud.platform") != "aws_eks" and cluster is None:
        return {}
    return present(
        cluster_name=cluster, pod=text(resource, "k8s.pod.name"), container_id=text(resource, "container.id")
    )


def _beanstalk(resource: Attributes) -> dict[str, Any]:
    if text(resource, "cloud.platform") != "aws_elastic_beanstalk":
        return {}
    return present(
        environment_name=text(resource, "service.namespace"),
        deployment_id=whole(resource, "service.instance.id"),
        version_label=text(resource, "service.version"),
    )
