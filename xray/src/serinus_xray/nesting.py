"""Independent subsegments find their place in their parents.
Documents of one trace go in, duplicates among them; top-level documents with everything nested come out.
Neither order nor cycles nor depth of the input matter: what cannot be nested stays beside the segments.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from serinus_xray.segment import Segment, encode, walk

MAX_NESTING: Final = 128
_Children = dict[str, list[Segment]]


def latest(documents: Iterable[Segment]) -> list[Segment]:
    """One document per id, by id: completed before in progress, then the one that ends last."""
    best: dict[str, Segment] = {}
    for document in documents:
        known = best.setdefault(document.id, document)
        if known is not document and _supersedes(document, known):
            best[document.id] = document
    return [best[id_] for id_ in sorted(best)]


def nest(documents: Iterable[Segment]) -> list[Segment]:
    """At most one document per id goes in. Subsegments whose parent is missing come out last."""
    segments: list[Segment] = []
    children: _Children = defaultdict(list)
    for document in documents:
        if document.type == "subsegment" and document.parent_id:
            children[document.parent_id].append(document)
        else:
            segments.append(document)
    if not children:
        return segments
    nested = [_with_children(segment, children, 0) for segment in segments]
    return nested + _orphans(children)


def _supersedes(new: Segment, old: Segment) -> bool:
    rank_new, rank_old = (not new.in_progress, new.end), (not old.in_progress, old.end)
    return rank_new > rank_old or (rank_new == rank_old and encode(new) > encode(old))


def _with_children(segment: Segment, children: _Children, depth: int) -> Segment:
    """Takes what it nests out of `children`, so that each document finds one place only."""
    added = children.pop(segment.id, None) if depth < MAX_NESTING else None
    if added is None and not segment.subsegments:
        return segment
    below = latest((*segment.subsegments, *(added or ())))
    below.sort(key=lambda child: (child.start_time, child.id))
    return replace(segment, subsegments=tuple(_with_children(child, children, depth + 1) for child in below))


def _orphans(children: _Children) -> list[Segment]:
    """Those whose parent is nowhere come first; of a cycle, whichever has the smallest parent id."""
    waiting = {part.id for family in children.values() for child in family for part in walk(child)}
    orphans: list[Segment] = []
    for parent_id in sorted(children, key=lambda parent_id: (parent_id in waiting, parent_id)):
        orphans += [_with_children(child, children, 0) for child in children.pop(parent_id, ())]
    return orphans
