"""What a trace says about itself: its services, users, annotations, places.
A compiled trace goes in; distinct values in a fixed order come out, for summaries and filters alike.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from serinus_xray.nodes import ServiceId, client_of, node_of
from serinus_xray.segment import AnnotationValue, Segment, walk
from serinus_xray.trace import SUBSEGMENT, Trace


class Annotated(NamedTuple):
    """An annotation and the top-level document it stands in."""

    key: str
    value: AnnotationValue
    segment: Segment


def own_segments(trace: Trace) -> Iterator[Segment]:
    """Segments and inferred ones, without subsegments that wait for their parent."""
    return (segment for segment in trace.segments if segment.type != SUBSEGMENT)


def services(trace: Trace) -> tuple[ServiceId, ...]:
    """Every node of the trace, and the client of its root first."""
    client = () if trace.root is None else (client_of(trace.root),)
    return tuple(dict.fromkeys((*client, *map(node_of, own_segments(trace)))))


def annotations(trace: Trace) -> Iterator[Annotated]:
    for segment in trace.segments:
        for part in walk(segment):
            for key, value in part.annotations.items():
                yield Annotated(key, value, segment)


def users(trace: Trace) -> Iterator[tuple[str, Segment]]:
    return ((segment.user, segment) for segment in trace.segments if segment.user is not None)


def resource_arns(trace: Trace) -> tuple[str, ...]:
    return _distinct(segment.resource_arn for segment in trace.segments)


def ec2_values(trace: Trace, field: str) -> tuple[str, ...]:
    """What `aws.ec2.<field>` says in any segment: `instance_id` or `availability_zone`."""
    places = (segment.aws.get("ec2") for segment in trace.segments if segment.aws)
    return _distinct(place.get(field) for place in places if isinstance(place, dict))


def _distinct(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
