"""A compiled trace: what BatchGetTraces gives back.
Documents in any order, duplicated or in progress, go in; nested segments and inferred ones come out.
Source: AWS X-Ray developer guide, "Inferred segments", "Independent subsegments".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import msgspec

from serinus_xray.inferred import infer, is_traced, may_be_inferred
from serinus_xray.nesting import latest, nest
from serinus_xray.segment import Segment, walk

SUBSEGMENT: Final = "subsegment"


class Call(msgspec.Struct, frozen=True):
    """A subsegment with the top-level document it is nested in."""

    caller: Segment
    subsegment: Segment


class Trace(msgspec.Struct, frozen=True, dict=True):
    """Segments by start time, inferred ones included, subsegments nested in them.

    Subsegments whose parent has not arrived stand beside the segments, with `type` "subsegment".
    """

    id: str
    segments: tuple[Segment, ...]
    limit_exceeded: bool = False

    @cached_property
    def calls(self) -> Mapping[str, Call]:
        """Every subsegment by its id."""
        return {
            subsegment.id: Call(caller, subsegment)
            for caller in self.segments
            if caller.subsegments
            for subsegment in _below(caller)
        }

    @cached_property
    def by_id(self) -> Mapping[str, Segment]:
        """Top-level documents by id."""
        return {segment.id: segment for segment in self.segments}

    @cached_property
    def callees(self) -> Mapping[str, Sequence[Segment]]:
        """Segments by the id of the subsegment (or segment) that called them."""
        found: dict[str, list[Segment]] = {}
        for segment in self.segments:
            if segment.parent_id is not None and segment.type != SUBSEGMENT:
                found.setdefault(segment.parent_id, []).append(segment)
        return found

    def knows_parent(self, segment: Segment) -> bool:
        """Whether whatever `parent_id` names has arrived."""
        return segment.parent_id is not None and (segment.parent_id in self.calls or segment.parent_id in self.by_id)

    @cached_property
    def root(self) -> Segment | None:
        """The entry: the earliest own segment whose caller is not in the trace, one without any caller first."""
        entries = [
            segment
            for segment in self.segments
            if not segment.inferred and segment.type != SUBSEGMENT and not self.knows_parent(segment)
        ]
        return min(entries, key=lambda entry: (entry.parent_id is not None, entry.start_time, entry.id), default=None)

    @property
    def start_time(self) -> float:
        return min(segment.start_time for segment in self.segments)

    @property
    def end_time(self) -> float:
        return max(segment.last_end for segment in self.segments)

    @property
    def duration(self) -> float:
        """Seconds from the earliest start to the latest end."""
        return max(0.0, self.end_time - self.start_time)

    @property
    def response_time(self) -> float:
        """Seconds the root segment took; 0 while the root has not arrived."""
        return 0.0 if self.root is None else self.root.duration

    @property
    def is_partial(self) -> bool:
        """Whether some document is in progress. It does not tell that one is missing."""
        return any(part.in_progress for segment in self.segments for part in walk(segment))

    @property
    def is_broken(self) -> bool:
        """Whether a call marked `traced` waits for its callee's segment."""
        return any(is_traced(call.subsegment) and id_ not in self.callees for id_, call in self.calls.items())


def compile_trace(segments: Iterable[Segment], *, limit_exceeded: bool = False) -> Trace:
    """All documents of one trace, at least one. The result does not depend on their order.

    A completed document replaces one in progress with the same id. Raises ValueError if there are none.
    """
    documents = latest(segments)
    if not documents:
        raise ValueError("a trace has at least one segment")
    trace_id = documents[0].trace_id
    own = nest(documents)
    everything = [*own, *_inferred(own, trace_id)]
    everything.sort(key=lambda segment: (segment.start_time, segment.id))
    return Trace(trace_id, tuple(everything), limit_exceeded)


def _inferred(own: Iterable[Segment], trace_id: str) -> Iterator[Segment]:
    answered = {segment.parent_id for segment in own if segment.type != SUBSEGMENT}
    for segment in own:
        if segment.type == SUBSEGMENT and segment.id not in answered and may_be_inferred(segment):
            yield infer(segment, trace_id)
        for part in _below(segment):
            if part.id not in answered and may_be_inferred(part):
                yield infer(part, trace_id)


def _below(segment: Segment) -> Iterator[Segment]:
    for child in segment.subsegments:
        yield from walk(child)
