"""A compiled trace: what BatchGetTraces gives back.
Documents in any order, duplicated or in progress, go in; nested segments and inferred ones come out.
Source: AWS X-Ray developer guide, "Inferred segments", "Independent subsegments".
"""

from collections.abc import Iterable

import msgspec

from serinus_xray.segment import Segment


class Trace(msgspec.Struct, frozen=True):
    """Segments by start time, inferred ones included, subsegments nested in them."""

    id: str
    segments: tuple[Segment, ...]
    limit_exceeded: bool = False

    @property
    def root(self) -> Segment | None:
        """The entry: the earliest own segment whose caller is not in the trace."""
        raise NotImplementedError

    @property
    def duration(self) -> float:
        """Seconds from the earliest start to the latest end."""
        raise NotImplementedError

    @property
    def response_time(self) -> float:
        """Seconds the root segment took."""
        raise NotImplementedError

    @property
    def is_partial(self) -> bool:
        """Whether some document is still in progress."""
        raise NotImplementedError


def compile_trace(segments: Iterable[Segment], *, limit_exceeded: bool = False) -> Trace:
    """All documents of one trace, at least one. The result does not depend on their order."""
    raise NotImplementedError
