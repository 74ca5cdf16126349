"""Trace summaries: what GetTraceSummaries lists.
A compiled trace goes in; a Struct whose fields carry the API's names comes out.
Source: AWS X-Ray API reference, TraceSummary; HasFault and HasError speak of the root segment only.
"""

from collections.abc import Iterable

import msgspec

from serinus_xray import facts
from serinus_xray.nodes import Pascal, ServiceId, node_of
from serinus_xray.rootcause import RootCause, error_causes, fault_causes, response_time_causes
from serinus_xray.segment import AnnotationValue as PlainValue
from serinus_xray.segment import Segment
from serinus_xray.trace import Trace


class AnnotationValue(Pascal, frozen=True, omit_defaults=True):
    """Exactly one of the three is set."""

    string_value: str | None = None
    number_value: float | None = None
    boolean_value: bool | None = None


class ValueWithServiceIds(Pascal, frozen=True):
    annotation_value: AnnotationValue
    service_ids: tuple[ServiceId, ...]


class TraceUser(Pascal, frozen=True):
    user_name: str
    service_ids: tuple[ServiceId, ...]


class HttpSummary(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    url: str | None = msgspec.field(default=None, name="HttpURL")
    status: int | None = msgspec.field(default=None, name="HttpStatus")
    method: str | None = msgspec.field(default=None, name="HttpMethod")
    user_agent: str | None = msgspec.field(default=None, name="UserAgent")
    client_ip: str | None = msgspec.field(default=None, name="ClientIp")


class ResourceArn(msgspec.Struct, frozen=True, gc=False):
    arn: str = msgspec.field(name="ARN")


class InstanceId(Pascal, frozen=True):
    id: str


class AvailabilityZone(Pascal, frozen=True):
    name: str


class TraceSummary(Pascal, frozen=True, omit_defaults=True):
    """Times in epoch seconds and seconds. `revision` rises with every document that arrives."""

    id: str
    start_time: float
    duration: float
    response_time: float
    has_fault: bool
    has_error: bool
    has_throttle: bool
    is_partial: bool
    revision: int
    http: HttpSummary
    annotations: dict[str, tuple[ValueWithServiceIds, ...]]
    users: tuple[TraceUser, ...]
    service_ids: tuple[ServiceId, ...]
    resource_arns: tuple[ResourceArn, ...] = msgspec.field(name="ResourceARNs")
    instance_ids: tuple[InstanceId, ...]
    availability_zones: tuple[AvailabilityZone, ...]
    fault_root_causes: tuple[RootCause, ...]
    error_root_causes: tuple[RootCause, ...]
    response_time_root_causes: tuple[RootCause, ...]
    entry_point: ServiceId | None = None
    matched_event_time: float | None = None


def summarize(trace: Trace, *, revision: int = 1) -> TraceSummary:
    """`revision`: how many documents have arrived for the trace, as the store counts them."""
    root = trace.root
    return TraceSummary(
        id=trace.id,
        start_time=trace.start_time,
        duration=round(trace.duration, 6),
        response_time=round(trace.response_time, 6),
        has_fault=root is not None and root.fault,
        has_error=root is not None and root.error,
        has_throttle=any(segment.throttle for segment in trace.segments),
        is_partial=trace.is_partial,
        revision=revision,
        http=_http(root),
        annotations=_annotations(trace),
        users=_users(trace),
        service_ids=facts.services(trace),
        resource_arns=tuple(map(ResourceArn, facts.resource_arns(trace))),
        instance_ids=tuple(map(InstanceId, facts.ec2_values(trace, "instance_id"))),
        availability_zones=tuple(map(AvailabilityZone, facts.ec2_values(trace, "availability_zone"))),
        fault_root_causes=fault_causes(trace),
        error_root_causes=error_causes(trace),
        response_time_root_causes=response_time_causes(trace),
        entry_point=None if root is None else node_of(root),
    )


def _http(root: Segment | None) -> HttpSummary:
    if root is None or root.http is None:
        return HttpSummary()
    request, response = root.http.request, root.http.response
    status = None if response is None else response.status
    if request is None:
        return HttpSummary(status=status)
    return HttpSummary(request.url, status, request.method, request.user_agent, request.client_ip)


def _annotations(trace: Trace) -> dict[str, tuple[ValueWithServiceIds, ...]]:
    found: dict[str, dict[AnnotationValue, list[Segment]]] = {}
    for key, value, segment in facts.annotations(trace):
        found.setdefault(key, {}).setdefault(_tagged(value), []).append(segment)
    return {
        key: tuple(ValueWithServiceIds(value, _nodes(segments)) for value, segments in values.items())
        for key, values in found.items()
    }


def _tagged(value: PlainValue) -> AnnotationValue:
    if isinstance(value, str):
        return AnnotationValue(string_value=value)
    if isinstance(value, bool):
        return AnnotationValue(boolean_value=value)
    return AnnotationValue(number_value=value)


def _users(trace: Trace) -> tuple[TraceUser, ...]:
    found: dict[str, list[Segment]] = {}
    for user, segment in facts.users(trace):
        found.setdefault(user, []).append(segment)
    return tuple(TraceUser(user, _nodes(segments)) for user, segments in found.items())


def _nodes(segments: Iterable[Segment]) -> tuple[ServiceId, ...]:
    return tuple(dict.fromkeys(map(node_of, segments)))
