"""Filter expressions: which traces are meant.
An expression goes in and a Filter comes out, which says yes or no to a compiled trace.
Source: AWS X-Ray developer guide, "Using filter expressions".
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from serinus_xray.filter_grammar import Parser
from serinus_xray.filter_subjects import OfTrace
from serinus_xray.filter_terms import Term
from serinus_xray.trace import Trace


class Filter(msgspec.Struct, frozen=True):
    term: Term

    def matches(self, trace: Trace) -> bool:
        return self.term.holds(OfTrace(trace), trace)


NO_GROUPS: Final[Mapping[str, Filter]] = {}


def parse(expression: str, groups: Mapping[str, Filter] = NO_GROUPS) -> Filter:
    """An empty expression means all traces; `groups` are filters by name and ARN, for `group.name = "…"`.

    Raises InvalidFilter, which names position and symbol.
    """
    return Filter(Parser(expression, {name: group.term for name, group in groups.items()}).whole())
