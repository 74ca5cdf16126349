"""Root causes: the path from the entry to where a fault, an error or the time came from.
A compiled trace goes in; paths through services and their entities come out, at most a handful.
Source: AWS X-Ray API reference, FaultRootCause, ErrorRootCause, ResponseTimeRootCause.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Final

from serinus_xray.inferred import calls_out
from serinus_xray.nodes import Pascal, ServiceId, node_of
from serinus_xray.segment import Cause, Segment
from serinus_xray.trace import Trace

MAX_CAUSES: Final = 10
MAX_PATH: Final = 100
DOMINANT: Final = 0.5  # a part explains the time of the whole if it covers more than half of it


class RootCauseException(Pascal, frozen=True):
    name: str
    message: str


class RootCauseEntity(Pascal, frozen=True, omit_defaults=True):
    """A segment or subsegment; `remote` if it calls another service. `coverage` for response times only."""

    name: str
    exceptions: tuple[RootCauseException, ...] = ()
    coverage: float | None = None
    remote: bool = False


class RootCauseService(Pascal, frozen=True, omit_defaults=True):
    name: str
    names: tuple[str, ...]
    entity_path: tuple[RootCauseEntity, ...]
    type: str | None = None
    account_id: str | None = None
    inferred: bool = False


class RootCause(Pascal, frozen=True):
    """`client_impacting` if the path starts at the entry: the client saw it."""

    services: tuple[RootCauseService, ...]
    client_impacting: bool


class _Step:
    """An entity on a path, linked to the one before it."""

    __slots__ = ("before", "entity", "length", "owner")

    def __init__(self, entity: Segment, owner: Segment, before: "_Step | None") -> None:
        self.entity, self.owner, self.before = entity, owner, before
        self.length: int = 1 if before is None else before.length + 1

    def path(self) -> list["_Step"]:
        steps: list[_Step] = []
        step: _Step | None = self
        while step is not None:
            steps.append(step)
            step = step.before
        return steps[::-1]


def fault_causes(trace: Trace) -> tuple[RootCause, ...]:
    return _causes(trace, attrgetter("fault"))


def error_causes(trace: Trace) -> tuple[RootCause, ...]:
    return _causes(trace, attrgetter("error"))


def response_time_causes(trace: Trace) -> tuple[RootCause, ...]:
    """The one path along which each part covers more than half of the part before it."""
    root = trace.root
    if root is None or root.in_progress or root.duration == 0:
        return ()
    step: _Step | None = _Step(root, root, None)
    last = step
    while step is not None and step.length < MAX_PATH:
        last = step
        step = _dominant(step, trace)
    assert last is not None
    return (RootCause(_services(last.path(), root.duration), client_impacting=True),)


def _dominant(step: _Step, trace: Trace) -> _Step | None:
    longest = max(_parts(step, trace), key=lambda part: part.entity.duration, default=None)
    if longest is None or longest.entity.duration <= DOMINANT * step.entity.duration:
        return None
    return longest


def _causes(trace: Trace, failed: Callable[[Segment], bool]) -> tuple[RootCause, ...]:
    root = trace.root
    paths = (step.path() for step in islice(_failures(trace, failed), MAX_CAUSES))
    return tuple(RootCause(_services(path, None), client_impacting=path[0].entity is root) for path in paths)


def _failures(trace: Trace, failed: Callable[[Segment], bool]) -> Iterator[_Step]:
    """The deepest entity of every unbroken line of failures."""
    pending = [_Step(segment, segment, None) for segment in reversed(trace.segments) if not trace.knows_parent(segment)]
    while pending:
        step = pending.pop()
        parts = _parts(step, trace) if step.length < MAX_PATH else []
        if not failed(step.entity):
            pending.extend(_Step(part.entity, part.owner, None) for part in reversed(parts))
            continue
        if not any(failed(part.entity) for part in parts):
            yield step
        pending.extend(
            part if failed(part.entity) else _Step(part.entity, part.owner, None) for part in reversed(parts)
        )


def _parts(step: _Step, trace: Trace) -> list[_Step]:
    entity = step.entity
    below = [_Step(part, step.owner, step) for part in entity.subsegments]
    return below + [_Step(callee, callee, step) for callee in trace.callees.get(entity.id, ())]


def _services(path: Sequence[_Step], whole: float | None) -> tuple[RootCauseService, ...]:
    by_owner: dict[str, list[_Step]] = {}
    for step in path:
        by_owner.setdefault(step.owner.id, []).append(step)
    return tuple(_service(steps, whole) for steps in by_owner.values())


def _service(steps: Sequence[_Step], whole: float | None) -> RootCauseService:
    owner = steps[0].owner
    node: ServiceId = node_of(owner)
    entities = [step.entity for step in steps]
    if entities[0] is not owner:
        entities.insert(0, owner)
    path = tuple(_entity(entity, whole) for entity in entities)
    return RootCauseService(node.name, node.names, path, node.type, node.account_id, owner.inferred)


def _entity(entity: Segment, whole: float | None) -> RootCauseEntity:
    coverage = None if whole is None else round(min(1.0, entity.duration / whole), 3)
    exceptions = () if whole is not None else _exceptions(entity)
    return RootCauseEntity(entity.name, exceptions, coverage, calls_out(entity) and not entity.inferred)


def _exceptions(entity: Segment) -> tuple[RootCauseException, ...]:
    if not isinstance(entity.cause, Cause):
        return ()
    return tuple(RootCauseException(thrown.type or "", thrown.message or "") for thrown in entity.cause.exceptions)
