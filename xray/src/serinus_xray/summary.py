"""Trace summaries: what GetTraceSummaries lists.
A compiled trace goes in; a Struct whose fields carry the API's names comes out.
Source: AWS X-Ray API reference, TraceSummary.
"""

import msgspec

from serinus_xray.trace import Trace


class Pascal(msgspec.Struct, frozen=True, rename="pascal", gc=False):
    """Fields encode under the API's names."""


class ServiceId(Pascal, frozen=True, omit_defaults=True):
    name: str | None = None
    names: tuple[str, ...] = ()
    account_id: str | None = None
    type: str | None = None


class AnnotationValue(Pascal, frozen=True, omit_defaults=True):
    string_value: str | None = None
    number_value: float | None = None
    boolean_value: bool | None = None


class ValueWithServiceIds(Pascal, frozen=True):
    annotation_value: AnnotationValue
    service_ids: tuple[ServiceId, ...] = ()


class TraceUser(Pascal, frozen=True):
    user_name: str
    service_ids: tuple[ServiceId, ...] = ()


class HttpSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    http_url: str | None = msgspec.field(default=None, name="HttpURL")
    http_status: int | None = msgspec.field(default=None, name="HttpStatus")
    http_method: str | None = msgspec.field(default=None, name="HttpMethod")
    user_agent: str | None = msgspec.field(default=None, name="UserAgent")
    client_ip: str | None = msgspec.field(default=None, name="ClientIp")


class RootCauseException(Pascal, frozen=True):
    name: str
    message: str


class RootCauseEntity(Pascal, frozen=True, omit_defaults=True):
    name: str
    exceptions: tuple[RootCauseException, ...] = ()
    coverage: float | None = None
    remote: bool = False


class RootCauseService(Pascal, frozen=True, omit_defaults=True):
    name: str
    names: tuple[str, ...] = ()
    type: str | None = None
    account_id: str | None = None
    entity_path: tuple[RootCauseEntity, ...] = ()
    inferred: bool = False


class RootCause(Pascal, frozen=True):
    services: tuple[RootCauseService, ...] = ()
    client_impacting: bool = True


class TraceSummary(Pascal, frozen=True):
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
    resource_a_r_ns: tuple[dict[str, str], ...] = msgspec.field(default=(), name="ResourceARNs")
    instance_ids: tuple[dict[str, str], ...] = ()
    availability_zones: tuple[dict[str, str], ...] = ()
    entry_point: ServiceId | None = None
    fault_root_causes: tuple[RootCause, ...] = ()
    error_root_causes: tuple[RootCause, ...] = ()
    response_time_root_causes: tuple[RootCause, ...] = ()
    matched_event_time: float | None = None


def summarize(trace: Trace, *, revision: int = 1) -> TraceSummary:
    """`revision`: how many documents arrived for the trace, as the store counts them."""
    raise NotImplementedError
