"""The terms of which filters consist.
A subject and its trace go in; yes or no comes out. Terms are values: what they mean is decided when parsed.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec

from serinus_xray import facts
from serinus_xray.filter_subjects import CAUSES, OfCall, OfSegment, OfTrace, Subject, Value, steps
from serinus_xray.graph import connections
from serinus_xray.nodes import ServiceId, node_of
from serinus_xray.rootcause import RootCause
from serinus_xray.trace import Trace

IS_SET: Final = "is set"
TEXT: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "contains": operator.contains,
    "beginswith": str.startswith,
    "endswith": str.endswith,
}
NUMERIC: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TRUTH: Final[Mapping[str, Callable[[bool, bool], bool]]] = {"=": operator.is_, "!=": operator.is_not}


class Term(Protocol):
    def holds(self, subject: Subject, trace: Trace) -> bool: ...


class Everything(msgspec.Struct, frozen=True):
    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - an empty expression
        return True


class And(msgspec.Struct, frozen=True):
    terms: tuple[Term, ...]

    def holds(self, subject: Subject, trace: Trace) -> bool:
        return all(term.holds(subject, trace) for term in self.terms)


class Or(msgspec.Struct, frozen=True):
    terms: tuple[Term, ...]

    def holds(self, subject: Subject, trace: Trace) -> bool:
        return any(term.holds(subject, trace) for term in self.terms)


class Not(msgspec.Struct, frozen=True):
    term: Term

    def holds(self, subject: Subject, trace: Trace) -> bool:
        return not self.term.holds(subject, trace)


class Keyword(msgspec.Struct, frozen=True):
    name: str
    operator: str = IS_SET
    value: Value = ""

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - a keyword speaks of its subject only
        return _any(subject.values(self.name), self.operator, self.value)


class Annotation(msgspec.Struct, frozen=True):
    """Annotations stand at the trace's level: any segment's, any of several values."""

    key: str  # normalised
    operator: str = IS_SET
    value: Value = ""

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - see above
        found = (entry.value for entry in facts.annotations(trace) if normal_key(entry.key) == self.key)
        return _any(found, self.operator, self.value)


class Node(msgspec.Struct, frozen=True):
    """Which services are meant; None leaves open."""

    name: str | None = None
    type: str | None = None
    account_id: str | None = None

    def fits(self, service: ServiceId) -> bool:
        return (
            (self.name is None or self.name == service.name or self.name in service.names)
            and (self.type is None or self.type == service.type)
            and (self.account_id is None or self.account_id == service.account_id)
        )


class AtService(msgspec.Struct, frozen=True):
    node: Node
    term: Term

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - a subject of its own
        return any(
            self.node.fits(node_of(segment))
            and self.term.holds(OfSegment(segment, is_root=segment is trace.root), trace)
            for segment in facts.own_segments(trace)
        )


class AtEdge(msgspec.Struct, frozen=True):
    source: Node
    target: Node
    term: Term

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - a subject of its own
        return any(
            self.source.fits(call.source) and self.target.fits(call.target) and self.term.holds(OfCall(call), trace)
            for call in connections(trace)
        )


class Group(msgspec.Struct, frozen=True):
    """Another filter by its name."""

    name: str
    term: Term

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - a group is about whole traces
        return self.term.holds(OfTrace(trace), trace)


class AtRootCause(msgspec.Struct, frozen=True):
    """`kind`: fault, error or responsetime; `level`: service, entity or exception."""

    kind: str
    level: str
    term: Term

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - a subject of its own
        return any(
            self.term.holds(step, trace) for cause in CAUSES[self.kind](trace) for step in steps(cause, self.level)
        )


class RootCauseLike(msgspec.Struct, frozen=True):
    """Root causes as the API gives them: fields given must equal, fields missing are open."""

    patterns: tuple[Any, ...]

    def holds(self, subject: Subject, trace: Trace) -> bool:  # noqa: ARG002 - about whole traces
        return any(
            _like(pattern, cause)
            for find in CAUSES.values()
            for cause in map(_plain, find(trace))
            for pattern in self.patterns
        )


def normal_key(key: str) -> str:
    """Keys compare without case, and a dot is an underscore, as X-Ray looks annotations up."""
    return key.replace(".", "_").lower()


def _any(found: Iterable[Value], operation: str, wanted: Value) -> bool:
    return any(_compare(value, operation, wanted) for value in found)


def _compare(value: Value, operation: str, wanted: Value) -> bool:
    if operation == IS_SET:
        return value is not False
    if isinstance(wanted, bool) or isinstance(value, bool):
        return isinstance(wanted, bool) and isinstance(value, bool) and TRUTH[operation](value, wanted)
    if isinstance(wanted, str):
        return isinstance(value, str) and TEXT[operation](value, wanted)
    return not isinstance(value, str) and NUMERIC[operation](value, wanted)


def _plain(cause: RootCause) -> Any:
    return msgspec.to_builtins(cause)


def _like(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_like(item, value.get(key)) for key, item in pattern.items())
    if isinstance(pattern, list):
        items = value or []
        return isinstance(items, list | tuple) and len(items) == len(pattern) and all(map(_like, pattern, items))
    return bool(pattern == value or (value is None and not pattern))
