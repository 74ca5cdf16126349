"""What filter expressions speak about.
A trace, one of its segments, one of its calls or a step of a root cause goes in; values by keyword come out.
Source: AWS X-Ray developer guide, "Filter expression syntax".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from serinus_xray import facts
from serinus_xray.graph import Connection
from serinus_xray.nodes import node_of
from serinus_xray.rootcause import RootCause, error_causes, fault_causes, response_time_causes
from serinus_xray.segment import Outcome, Segment, outcome
from serinus_xray.trace import Trace

BOOLEANS: Final = frozenset(
    {"ok", "error", "throttle", "fault", "partial", "inferred", "first", "last", "remote", "root"}
)
NUMBERS: Final = frozenset({"responsetime", "duration", "http.status", "index", "coverage"})
STRINGS: Final = frozenset(
    {
        "http.url",
        "http.method",
        "http.useragent",
        "http.clientip",
        "user",
        "name",
        "type",
        "message",
        "availabilityzone",
        "instance.id",
        "resource.arn",
    }
)
Value = str | int | float | bool
CAUSES: Final[Mapping[str, Callable[[Trace], tuple[RootCause, ...]]]] = {
    "fault": fault_causes,
    "error": error_causes,
    "responsetime": response_time_causes,
}


class Subject(Protocol):
    def values(self, keyword: str) -> Iterable[Value]:
        """None where it is not set; several where any of them may match."""


class OfTrace:
    """A simple keyword looks at the root; what may be in any segment is looked for in all."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def values(self, keyword: str) -> Iterable[Value]:
        if keyword in _ANYWHERE:
            return _ANYWHERE[keyword](self.trace)
        root = self.trace.root
        return () if root is None else _of_segment(root, keyword, root=True)


class OfSegment:
    def __init__(self, segment: Segment, *, is_root: bool) -> None:
        self._segment, self._is_root = segment, is_root

    def values(self, keyword: str) -> Iterable[Value]:
        return _of_segment(self._segment, keyword, root=self._is_root)


class OfCall:
    """A connection, as the caller saw it."""

    def __init__(self, connection: Connection) -> None:
        self._seen = connection.seen

    def values(self, keyword: str) -> Iterable[Value]:
        return _of_segment(self._seen, keyword, root=False)


class OfStep:
    """A service, entity or exception on the path of a root cause."""

    def __init__(self, facts_by_keyword: Mapping[str, Iterable[Value]]) -> None:
        self._facts = facts_by_keyword

    def values(self, keyword: str) -> Iterable[Value]:
        return self._facts.get(keyword, ())


def steps(cause: RootCause, level: str) -> Iterator[OfStep]:
    """`level`: service, entity or exception."""
    found = list(_LEVELS[level](cause))
    for index, step in enumerate(found):
        place: dict[str, Iterable[Value]] = {
            "index": (index,),
            "first": (index == 0,),
            "last": (index == len(found) - 1,),
        }
        yield OfStep({**step, **place})


def _of_segment(segment: Segment, keyword: str, *, root: bool) -> Iterable[Value]:
    if keyword == "root":
        return (root,)
    read = _SEGMENT.get(keyword)
    value = None if read is None else read(segment)
    return () if value is None else (value,)


def _request(field: str) -> Callable[[Segment], Value | None]:
    def read(segment: Segment) -> Value | None:
        request = None if segment.http is None else segment.http.request
        value: Value | None = None if request is None else getattr(request, field)
        return value

    return read


def _status(segment: Segment) -> int | None:
    response = None if segment.http is None else segment.http.response
    return None if response is None else response.status


def _ec2(field: str) -> Callable[[Segment], Value | None]:
    def read(segment: Segment) -> Value | None:
        place = segment.aws.get("ec2")
        value = place.get(field) if isinstance(place, dict) else None
        return value if isinstance(value, str) else None

    return read


_SEGMENT: Final[Mapping[str, Callable[[Segment], Value | None]]] = {
    "ok": lambda segment: outcome(segment) is Outcome.OK and not segment.in_progress,
    "error": lambda segment: segment.error,
    "throttle": lambda segment: segment.throttle,
    "fault": lambda segment: segment.fault,
    "partial": lambda segment: segment.in_progress,
    "inferred": lambda segment: segment.inferred,
    "responsetime": lambda segment: segment.duration,
    "duration": lambda segment: segment.whole_duration,
    "http.status": _status,
    "http.url": _request("url"),
    "http.method": _request("method"),
    "http.useragent": _request("user_agent"),
    "http.clientip": _request("client_ip"),
    "user": lambda segment: segment.user,
    "name": lambda segment: node_of(segment).name,
    "type": lambda segment: node_of(segment).type,
    "availabilityzone": _ec2("availability_zone"),
    "instance.id": _ec2("instance_id"),
    "resource.arn": lambda segment: segment.resource_arn,
}
_ANYWHERE: Final[Mapping[str, Callable[[Trace], Iterable[Value]]]] = {
    "partial": lambda trace: (trace.is_partial,),
    "inferred": lambda trace: (any(segment.inferred for segment in trace.segments),),
    "duration": lambda trace: (trace.duration,),
    "user": lambda trace: (user for user, _ in facts.users(trace)),
    "availabilityzone": lambda trace: facts.ec2_values(trace, "availability_zone"),
    "instance.id": lambda trace: facts.ec2_values(trace, "instance_id"),
    "resource.arn": facts.resource_arns,
}


def _services(cause: RootCause) -> Iterator[dict[str, Iterable[Any]]]:
    for service in cause.services:
        type_ = () if service.type is None else (service.type,)
        yield {"name": service.names, "type": type_, "inferred": (service.inferred,)}


def _entities(cause: RootCause) -> Iterator[dict[str, Iterable[Any]]]:
    for service in cause.services:
        for entity in service.entity_path:
            coverage = () if entity.coverage is None else (entity.coverage,)
            yield {
                "name": (entity.name,),
                "remote": (entity.remote,),
                "coverage": coverage,
                "inferred": (service.inferred,),
                "message": [thrown.message for thrown in entity.exceptions],
            }


def _exceptions(cause: RootCause) -> Iterator[dict[str, Iterable[Any]]]:
    for service in cause.services:
        for entity in service.entity_path:
            for thrown in entity.exceptions:
                yield {"name": (thrown.name,), "message": (thrown.message,), "remote": (entity.remote,)}


_LEVELS: Final = {"service": _services, "entity": _entities, "exception": _exceptions}
