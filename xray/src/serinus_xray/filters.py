"""Filter expressions: which traces are meant.
An expression goes in and a Filter comes out, which says yes or no to a compiled trace.
Source: AWS X-Ray developer guide, "Using filter expressions".
"""

from typing import Protocol

from serinus_xray.trace import Trace


class Filter(Protocol):
    def matches(self, trace: Trace) -> bool: ...


def parse(expression: str) -> Filter:
    """An empty expression means all traces. Raises InvalidFilter, which names position and symbol."""
    raise NotImplementedError
