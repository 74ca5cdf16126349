"""One trace as a waterfall for the terminal. In: the trace's segments as the X-Ray API returns them.
Out: rows in the order a request ran, and their drawing: name, status, duration and a bar on the trace's time line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from serinus_xray.segment import Cause, ExceptionInfo, Segment

BAR, LEAST_BAR = 40, 10
REST = 62  # of a terminal, for what is not the bar
MOST_ROWS = 500
LONGEST_DETAIL = 72


class Row(Struct, frozen=True):
    """One segment or subsegment. `start` and `duration` in seconds, start counted from the trace's first moment."""

    depth: int
    name: str
    detail: str
    flag: str
    status: int | None
    start: float
    duration: float
    pending: bool
    is_segment: bool
    exceptions: tuple[str, ...] = ()


def rows(segments: Iterable[Segment]) -> tuple[Row, ...]:
    """Rows of a trace, callers before callees, siblings by start time; inferred nodes repeat their caller: left out."""
    known = tuple(segment for segment in segments if not segment.inferred)
    if not known:
        return ()
    first = min(segment.start_time for segment in known)
    ids = {part.id for segment in known for part in _parts(segment)}
    children: dict[str, list[Segment]] = {}
    for segment in known:
        children.setdefault(segment.parent_id or "" if segment.parent_id in ids else "", []).append(segment)
    found: list[Row] = []
    _walk(sorted(children.get("", ()), key=lambda part: part.start_time), children, first, found)
    return tuple(found[:MOST_ROWS])


def _parts(segment: Segment) -> Iterator[Segment]:
    waiting = [segment]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(part.subsegments)


def _walk(roots: list[Segment], children: dict[str, list[Segment]], first: float, found: list[Row]) -> None:
    """Depth first without recursion: a trace may be ten thousand deep, and a bad one may loop."""
    seen: set[str] = set()
    waiting = [(part, 0) for part in reversed(roots)]
    while waiting and len(found) <= MOST_ROWS:
        part, depth = waiting.pop()
        if part.id in seen:
            continue
        seen.add(part.id)
        found.append(_row(part, depth, first))
        below = sorted((*part.subsegments, *children.get(part.id, ())), key=lambda child: child.start_time)
        waiting.extend((child, depth + 1) for child in reversed(below))


def _row(part: Segment, depth: int, first: float) -> Row:
    request = part.http.request if part.http else None
    response = part.http.response if part.http else None
    sql = part.sql.sanitized_query if part.sql else None
    url = f"{request.method or ''} {request.url or ''}".strip() if request else ""
    return Row(
        depth=depth,
        name=part.name,
        detail=_shortened(url or sql or ""),
        flag="F" if part.fault else "T" if part.throttle else "E" if part.error else "",
        status=response.status if response else None,
        start=part.start_time - first,
        duration=part.duration,
        pending=part.in_progress,
        is_segment=bool(part.trace_id) and part.type != "subsegment",
        exceptions=_exceptions(part),
    )


def _shortened(text: str) -> str:
    """On one line; the beginning tells most."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"


def _exceptions(part: Segment) -> tuple[str, ...]:
    if not isinstance(part.cause, Cause):
        return ()
    return tuple(_said(exception) for exception in part.cause.exceptions[:3])


def _said(exception: ExceptionInfo) -> str:
    return f"{exception.type or 'Exception'}: {exception.message or ''}".rstrip(": ")


def drawn(trace_id: str, trace: tuple[Row, ...], columns: int = 140) -> RenderableType:
    """The waterfall, ready to print on a terminal of so many columns: nodes keep most of a narrow one."""
    bar = max(LEAST_BAR, min(BAR, columns - REST))
    total = max((row.start + row.duration for row in trace), default=0.0)
    table = Table(box=None, pad_edge=False, expand=False, header_style="dim")
    table.add_column("NODE", overflow="fold", no_wrap=False)
    table.add_column("STATUS", justify="right")
    table.add_column("DURATION", justify="right", no_wrap=True)
    table.add_column(f"0 … {duration(total)}", width=bar, no_wrap=True)
    for row in trace:
        table.add_row(_named(row), _status(row), _took(row), _bar(row, total, bar))
        for said in row.exceptions:
            table.add_row(Text(f"{'  ' * (row.depth + 1)}✖ {said}", style="red"), "", "", "")
    count = sum(row.is_segment for row in trace)
    head = Text.assemble((trace_id, "bold"), f"  {count} segments, {duration(total)}")
    return Group(head, table)


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return (
        f"{seconds:.2f} s"
        if seconds >= 1
        else f"{seconds * 1000:.3g} ms"
        if seconds < 0.01
        else f"{seconds * 1000:.0f} ms"
    )


def _named(row: Row) -> Text:
    return Text.assemble("  " * row.depth, (row.name, "bold" if row.is_segment else ""), (f"  {row.detail}", "dim"))


def _status(row: Row) -> Text:
    colour = {"F": "red", "T": "magenta", "E": "yellow"}.get(row.flag, "green")
    return Text(" ".join(str(part) for part in (row.status, row.flag) if part), style=colour)


def _took(row: Row) -> str:
    return "in progress" if row.pending else duration(row.duration)


def _bar(row: Row, total: float, width: int) -> Text:
    scale = width / total if total > 0 else 0.0
    left = min(int(row.start * scale), width - 1)
    length = max(1, min(round(row.duration * scale), width - left))
    return Text(" " * left + "━" * length, style="red" if row.flag == "F" else "cyan" if row.is_segment else "blue")
