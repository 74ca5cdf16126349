"""Inferred segments: the callee's side of a call whose callee sent nothing.
A subsegment that calls out goes in; the segment X-Ray would add comes out.
Source: AWS X-Ray developer guide, "Inferred segments", and its documented traces.
"""

from hashlib import blake2b
from typing import Final

from serinus_xray.segment import Segment

DATABASE: Final = "Database::SQL"
OUTWARD: Final = frozenset({"remote", "aws"})
_TABLES: Final = ("table_name", "table_names")
# the field of `aws` that names the resource, and the type of node it makes of the service
_RESOURCES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "dynamodb": (_TABLES, "AWS::DynamoDB::Table"),
    "s3": (("bucket_name",), "AWS::S3::Bucket"),
    "sqs": (("queue_url", "queue_name"), "AWS::SQS::Queue"),
    "lambda": (("function_name",), "AWS::Lambda"),
}


def calls_out(subsegment: Segment) -> bool:
    return subsegment.namespace in OUTWARD or subsegment.sql is not None


def may_be_inferred(subsegment: Segment) -> bool:
    """A call marked `traced` waits for its callee's own segment instead."""
    return calls_out(subsegment) and not is_traced(subsegment)


def is_traced(subsegment: Segment) -> bool:
    http = subsegment.http
    return http is not None and http.request is not None and http.request.traced


def infer(call: Segment, trace_id: str) -> Segment:
    """The id is a digest of the call's: the same call always infers the same segment."""
    return Segment(
        name=call.name,
        id=blake2b(call.id.encode(), digest_size=8, person=b"inferred").hexdigest(),
        trace_id=trace_id,
        parent_id=call.id,
        start_time=call.start_time,
        end_time=call.end_time,
        in_progress=call.in_progress,
        inferred=True,
        origin=origin_of(call),
        http=call.http,
        aws=call.aws,
        error=call.error,
        throttle=call.throttle,
        fault=call.fault,
        annotations=_mirrored(call),
    )


def origin_of(call: Segment) -> str | None:
    if call.namespace == "aws":
        service = _service(call)
        fields, type_ = _RESOURCES.get(service.lower(), ((), ""))
        return type_ if any(field in call.aws for field in fields) else f"AWS::{service}"
    return DATABASE if call.sql is not None else None


def resource_name(segment: Segment) -> str | None:
    """The table, bucket, queue or function that an AWS call is about."""
    fields, _ = _RESOURCES.get(_service(segment).lower(), ((), ""))
    for field in fields:
        value = segment.aws.get(field)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first:
            return first.rsplit("/", 1)[-1]
    return None


def _service(call: Segment) -> str:
    """SDKs differ in case and prefix: `dynamodb`, `DynamoDB`, `AWS::DynamoDB`, `AWS.DynamoDB`."""
    bare = call.name.removeprefix("AWS::").removeprefix("AWS.").removeprefix("Amazon")
    return _PROPER.get(bare.lower(), bare)


def _mirrored(call: Segment) -> dict[str, str | int | float | bool]:
    """What Application Signals says about the remote side is local to the inferred one."""
    prefix = "aws.remote."
    return {
        f"aws.local.{key.removeprefix(prefix)}": value
        for key, value in call.annotations.items()
        if key.startswith(prefix)
    }


_PROPER: Final = {
    name.lower(): name for name in ("DynamoDB", "S3", "SNS", "SQS", "Lambda", "Kinesis", "SES", "SecretsManager")
}
