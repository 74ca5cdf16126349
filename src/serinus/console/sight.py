"""EDGE What a person may see. In: the desk, a person. Out: their releases, or a Problem: the missing right.
X-Ray knows no namespaces: without the right to list releases everywhere, a trace is seen if it touches one's own.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct
from msgspec.structs import replace

from serinus.console.desk import Desk, sides_of
from serinus.console.port import Person
from serinus.console.refusals import denied
from serinus.console.tracerows import Sides
from serinus.console.wire import Graph, Problem

Key = tuple[str, str]


class Sight(Struct, frozen=True):
    """`everywhere`: of all namespaces, those without releases too."""

    keys: tuple[Key, ...]
    everywhere: bool
    sides: Sides = Sides()

    def holds(self, side: str) -> bool:
        """Whether something that lies on this side ("" is none of ours) may be shown."""
        return self.everywhere or side != ""


async def sight(desk: Desk, person: Person) -> Sight | Problem:
    """The releases a person may list. A Problem: there are some, and not one of them is theirs. Raises SerinusError."""
    keys, refused = await desk.releases.keys(), await desk.rights.refusal(person, "list", "")
    if refused is None:
        return Sight(keys, everywhere=True)
    namespaces = sorted({namespace for namespace, _ in keys})
    answers = await asyncio.gather(*(desk.rights.refusal(person, "list", one) for one in namespaces))
    allowed = {namespace for namespace, answer in zip(namespaces, answers, strict=True) if answer is None}
    if keys and not allowed:
        return denied(replace(refused, why=f"{refused.why}, nor in any namespace that holds one"))
    return Sight(tuple(key for key in keys if key[0] in allowed), everywhere=False)


async def whole_sight(desk: Desk, person: Person) -> Sight | Problem:
    """With the names in X-Ray of the versions under release."""
    found = await sight(desk, person)
    return found if isinstance(found, Problem) else replace(found, sides=await sides_of(desk, found.keys))


async def sees(desk: Desk, person: Person, namespace: str) -> bool:
    """Whether a person may list the releases of one namespace. Raises SerinusError."""
    if await desk.rights.refusal(person, "list", "") is None:
        return True
    return await desk.rights.refusal(person, "list", namespace) is None


def narrowed(graph: Graph) -> Graph:
    """What is one's own, and its neighbours."""
    own = {node.id for node in graph.nodes if node.side}
    edges = tuple(edge for edge in graph.edges if edge.source in own or edge.target in own)
    near = own | {edge.source for edge in edges} | {edge.target for edge in edges}
    return replace(graph, nodes=tuple(node for node in graph.nodes if node.id in near), edges=edges)
