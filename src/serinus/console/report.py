"""The post-mortem of a run. In: its record. Out: one value, and the same as Markdown and as a page that needs nothing
else: no script, no font, no network. All of it comes from the record, which outlives the traces.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from msgspec import Struct

from serinus.console.picture import evidence
from serinus.console.wire import Cause, RunView
from serinus.console.wording import SIGNS, WORDS, difference, lasted, limit, measured, moment, named
from serinus.judge.sentences import bound, percent, points
from serinus.release.run import Point
from serinus.release.spec import CanaryRelease

STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;"
    "padding:.35rem .6rem;border-bottom:1px solid #8886;vertical-align:top}h1{font-size:1.5rem}h2{font-size:1.15rem}"
    ".scroll{overflow-x:auto}code{font-size:.9em}"
)
COURSE, MOST_ROWS = "Evidence over time", 12
Table = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]


class Report(Struct, frozen=True):
    """`summary` is the sentence. Tables: a title, column names, rows of text. `points`: the evidence over time."""

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    points: tuple[Point, ...] = ()


def report(release: CanaryRelease, run: RunView, causes: tuple[Cause, ...]) -> Report:
    """What a person needs who was not there."""
    meta, verdict = release.metadata, run.verdict
    outcome = run.outcome or "running"
    last = next((entry.message for entry in reversed(run.timeline) if entry.message), "")
    sentence = verdict.sentence if verdict and run.outcome == "rolled back" else last
    facts = (
        ("Outcome", f"{SIGNS.get(outcome, '◔')} {outcome}"),
        ("Versions", f"{run.stable_version} → {run.canary_version}"),
        ("Began", moment(run.started)),
        ("Ended", moment(run.ended)),
        ("Took", lasted((run.ended or run.started) - run.started)),
        ("Traces judged up to", moment(verdict.complete_to if verdict else None)),
        ("Policy", _policy(release)),
    )
    tables = (_steps(run), _checks(run), _course(run), _causes(causes), _timeline(run), _kept(run))
    told = tuple(table for table in tables if table[2])
    return Report(f"{meta.namespace}/{meta.name} run {run.number}", sentence, facts, told, run.points)


def _policy(release: CanaryRelease) -> str:
    analysis = release.spec.analysis
    return (
        f"false alarms ≤ {percent(analysis.false_alarm)}, faults ≤ {analysis.faults.ratio:g} × stable's "
        f"{bound(analysis.faults.difference)} pp, a step at most {analysis.max_time}, then {analysis.on_timeout}"
    )


def _steps(run: RunView) -> Table:
    rows = (
        (
            f"{step.weight} %",
            "…" if step.applied is None else f"{step.applied:g} %",
            measured(step.measured),
            moment(step.entered),
            lasted((step.left or run.ended or step.entered) - step.entered),
        )
        for step in run.steps
    )
    return "Steps", ("Desired", "Applied", "Measured", "Entered", "Took"), tuple(rows)


def _checks(run: RunView) -> Table:
    rows = (
        (
            f"{SIGNS[check.outcome]} {WORDS[check.outcome]}",
            named(check),
            f"{percent(check.stable.value)} of {check.stable.requests:,}",
            f"{percent(check.canary.value)} of {check.canary.requests:,}",
            difference(check),
            limit(check),
        )
        for check in (run.verdict.checks if run.verdict else ())
    )
    return "Checks", ("Verdict", "Check", "Stable", "Canary", "Difference", "Limit"), tuple(rows)


def _course(run: RunView) -> Table:
    rows = (
        (
            moment(one.at),
            f"{one.weight} %",
            f"{one.requests:,}",
            f"{points(one.estimate)} pp ({points(one.low)} … {points(one.high)})",
            f"{points(one.limit)} pp",
        )
        for one in _some(run.points)
    )
    return COURSE, ("Traces until", "Weight", "Canary requests", "Difference in faults", "Limit"), tuple(rows)


def _some(course: tuple[Point, ...]) -> tuple[Point, ...]:
    """As many as a person reads, evenly, with both ends."""
    if len(course) <= MOST_ROWS:
        return course
    return tuple(course[round(place * (len(course) - 1) / (MOST_ROWS - 1))] for place in range(MOST_ROWS))


def _causes(causes: Iterable[Cause]) -> Table:
    rows = (
        (f"{one.count} of {one.of}", one.stratum, one.service, f"{one.exception}: {one.message}", " ".join(one.traces))
        for one in causes
    )
    return "Where the faults begin", ("Traces", "Endpoint", "Service", "What", "Examples"), tuple(rows)


def _timeline(run: RunView) -> Table:
    """What was said before is not said again."""
    said = ("", *(one.message for one in run.timeline))
    rows = (
        (
            moment(one.at),
            one.phase,
            one.reason,
            one.message if one.message != before else "",
            f"{one.by}, {one.asked}" if one.asked else one.by,
        )
        for one, before in zip(run.timeline, said, strict=False)
    )
    return "Timeline", ("When", "Phase", "Reason", "What", "By"), tuple(rows)


def _kept(run: RunView) -> Table:
    return "Traces kept in the record", ("Id",), tuple((trace,) for trace in run.kept)


def as_markdown(one: Report) -> str:
    """GitHub's flavour."""
    lines = [f"# {one.title}", "", one.summary, ""]
    lines += [f"- **{name}**: {value}" for name, value in one.facts]
    for title, columns, rows in one.tables:
        lines += ["", f"## {title}", "", _line(columns), _line("---" for _ in columns), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def as_html(one: Report) -> str:
    """One file; opens from disk."""
    facts = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in one.facts)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(one.title)}</title><style>{STYLE}</style><h1>{escape(one.title)}</h1>"
        f"<p><strong>{escape(one.summary)}</strong></p><table>{facts}</table>"
        f"{''.join(_html_table(table, one.points) for table in one.tables)}</html>\n"
    )


def _html_table(table: Table, course: tuple[Point, ...]) -> str:
    title, columns, rows = table
    drawn = evidence(course) if title == COURSE else ""
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f"<h2>{escape(title)}</h2>{drawn}<div class=scroll tabindex=0><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
