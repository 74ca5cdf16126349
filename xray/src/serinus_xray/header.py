"""The trace header X-Amzn-Trace-Id.
Header text goes in and a TraceHeader comes out, or the other way round; what is not understood is carried along.
Source: AWS X-Ray developer guide, "Tracing header"; ALB guide, "Request tracing".
"""

from typing import Final

import msgspec

from serinus_xray.errors import MalformedHeader
from serinus_xray.ids import is_segment_id, is_trace_id

NAME: Final = "X-Amzn-Trace-Id"
MAX_HEADER: Final = 7 * 1024  # longer ones are dropped or rewritten by ALB
UNDECIDED: Final = "?"
_SAMPLED: Final[dict[str, bool | None]] = {"1": True, "0": False, UNDECIDED: None}


class TraceHeader(msgspec.Struct, frozen=True, omit_defaults=True):
    """`sampled` is None where the caller left it open; `asked` if it wants to be told the decision (`Sampled=?`)."""

    root: str | None = None
    parent: str | None = None
    sampled: bool | None = None
    asked: bool = False
    self_: str | None = None
    lineage: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


def parse(text: str) -> TraceHeader:
    """Tolerates spaces, any order, unknown keys and pairs that are malformed; the first of equal keys wins.

    Raises MalformedHeader if it is longer than 7 kB or `Root` is there and is no trace id.
    """
    if len(text) > MAX_HEADER:
        raise MalformedHeader(f"at most {MAX_HEADER} characters", len(text))
    pairs: dict[str, str] = {}
    for part in text.split(";"):
        key, separator, value = part.partition("=")
        if separator and key.strip():
            pairs.setdefault(key.strip(), value.strip())
    return _from_pairs(pairs)


def _from_pairs(pairs: dict[str, str]) -> TraceHeader:
    root, parent, sampled = pairs.pop("Root", None), pairs.pop("Parent", None), pairs.pop("Sampled", None)
    if root is not None and not is_trace_id(root):
        raise MalformedHeader("Root=1-<8 hex>-<24 hex>", root)
    return TraceHeader(
        root=None if root is None else root.lower(),
        parent=parent.lower() if parent is not None and is_segment_id(parent) else None,
        sampled=_SAMPLED.get(sampled or ""),
        asked=sampled == UNDECIDED,
        self_=pairs.pop("Self", None),
        lineage=pairs.pop("Lineage", None),
        extra=tuple(pairs.items()),
    )


def format(header: TraceHeader) -> str:  # noqa: A001 - parse and format are each other's inverse; called as header.format
    """In the order ALB and the SDKs write: Self, Root, Parent, Sampled, Lineage, then what was carried along."""
    sampled = UNDECIDED if header.asked else None if header.sampled is None else str(int(header.sampled))
    known = (
        ("Self", header.self_),
        ("Root", header.root),
        ("Parent", header.parent),
        ("Sampled", sampled),
        ("Lineage", header.lineage),
    )
    return ";".join(f"{key}={value}" for key, value in (*known, *header.extra) if value is not None)
