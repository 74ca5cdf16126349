"""Pictures of a verdict in the making and the bench's table. In: seeded streams, a bench's JSON.
Out: docs/images/judge-*.svg, and in docs/how-a-verdict-is-reached.md the table and what it says of rules that look
faster: `python bench/judge_plots.py JSON`. Without JSON the pictures that need none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import inf, log, log10
from pathlib import Path

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.judge import apart, as_text
from bench.judge_measures import ALONE, OURS
from bench.judge_runs import Row, Table
from bench.judge_streams import always, stream

from serinus.judge.evidence import Evidence
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Verdict, VerdictOutcome

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH, HEIGHT, LEFT, TOP = 640, 300, 64, 24
REGION_BLOCK, REGION_STEP = 125, 0.0005
INNER_W, INNER_H = WIDTH - LEFT - 16, HEIGHT - TOP - 48
SOUND, HARMED, QUIET = "#2a7a4f", "#b3372f", "#8a8f98"
Points = Sequence[tuple[float, float]]


class Axes(msgspec.Struct, frozen=True):
    """What is at the corners: x from 0 to `right`, y from `low` to `high`."""

    right: float
    low: float
    high: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        part = (min(max(y, self.low), self.high) - self.low) / (self.high - self.low)
        return LEFT + INNER_W * x / self.right, TOP + INNER_H * (1 - part)

    def path(self, points: Points) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*point) for point in points))


def verdicts(canary: float, seconds: float) -> list[tuple[float, Verdict]]:
    """What the judge says after each tick, at 50/50, 100 requests a second, 0.2 % faults in stable."""
    evidence, said, policy = Evidence(), [], Policy()
    blocks = stream(apart("", 0.002, canary, always(0.5), minutes=seconds / 60), 11)
    for end, tick in groupby(blocks, key=lambda block: block.end):
        evidence, verdict = judge(evidence, Window(tuple(tick), end), policy, Stage(50, 0.0))
        said.append((end, verdict))
    return said


def frame(title: str, axes: Axes, ticks: Sequence[tuple[float, str]], body: Sequence[str], below: str) -> str:
    """A picture with grid lines at `ticks` of y and numbers along x."""
    across = [axes.right * part / 4 for part in range(5)]
    lines = [words(axes.at(value, 0)[0], TOP + INNER_H + 16, f"{value:g}", "middle", QUIET) for value in across]
    for value, text in ticks:
        _, y = axes.at(0, value)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9dce1"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
    return picture(HEIGHT, title, [*lines, *body, words(WIDTH / 2, HEIGHT - 12, below, "middle")])


def picture(height: int, title: str, body: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="sans-serif" '
        f'font-size="12" fill="#30343b"><title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        + "".join(body)
        + "</svg>\n"
    )


def words(x: float, y: float, text: str, anchor: str = "start", colour: str = "#30343b") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def curve(axes: Axes, points: Points, colour: str) -> str:
    return f'<polyline points="{axes.path(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'


def evidence() -> str:
    """Evidence for harm over time, of a harmed and a sound canary, and what decides."""
    axes, body = Axes(120.0, -2.0, 4.0), []
    for share, colour, name in ((0.02, HARMED, "2 % faults"), (0.002, SOUND, "0.2 %, as stable")):
        points = [(end, log10(max(verdict.e_total, 1e-9))) for end, verdict in verdicts(share, 120.0)]
        body += [
            curve(axes, points, colour),
            words(*axes.at(76.0, 3.0 if share > 0.01 else -0.9), name, "start", colour),
        ]
    _, y = axes.at(0, log10(100))
    body.append(
        f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="{QUIET}" stroke-dasharray="5 4"/>'
    )
    body.append(words(LEFT + 6, y - 6, "rolled back from here on (1 / falseAlarm)", "start", QUIET))
    ticks = [(place, f"10{mark}") for place, mark in ((-2, "⁻²"), (0, "⁰"), (2, "²"), (4, "⁴"))]
    return frame("Evidence against the canary over time", axes, ticks, body, "seconds; evidence against the canary, e")


def difference() -> str:
    """A sound canary's difference with its band, the limit and the gate."""
    said = verdicts(0.002, 180.0)
    axes, found = Axes(180.0, -0.02, 0.03), [(end, verdict.checks[0]) for end, verdict in said]
    band = [(end, check.difference.high) for end, check in found]
    band += [(end, check.difference.low) for end, check in reversed(found)]
    limit = [(end, check.limit - check.stable.value) for end, check in found]
    gate = [(end, check.gate - check.stable.value) for end, check in found]
    body = [
        f'<polygon points="{axes.path(band)}" fill="{SOUND}" fill-opacity="0.15"/>',
        curve(axes, [(end, check.difference.estimate) for end, check in found], SOUND),
        curve(axes, limit, HARMED),
        curve(axes, gate, QUIET),
        words(*axes.at(120.0, gate[-1][1] + 0.0015), "gate: passes when the band is below", "start", QUIET),
        words(*axes.at(120.0, limit[-1][1] - 0.0035), "limit: fails when above it for certain", "start", HARMED),
    ]
    ticks = [(value / 100, f"{value:+d} pp" if value else "0") for value in (-2, -1, 0, 1, 2, 3)]
    return frame("Difference in faults with its band", axes, ticks, body, "seconds; canary minus stable, 0.2 % both")


def region() -> str:
    """What is said after how many canary requests with how large a share of faults: even traffic at 50/50."""
    right, high = 5000.0, 0.02
    axes, body = Axes(right, 0.0, high), []
    wide, tall = INNER_W * REGION_BLOCK / right + 0.5, INNER_H * REGION_STEP / high + 0.5
    for share in np.arange(REGION_STEP / 2, high, REGION_STEP).tolist():
        for requests, outcome in even_course(share, int(right)):
            x, y = axes.at(requests - REGION_BLOCK, share + REGION_STEP / 2)
            colour = {VerdictOutcome.FAIL: HARMED, VerdictOutcome.PASS: SOUND}.get(outcome, "#e4e6ea")
            body.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>')
    body.append(words(*axes.at(2600, 0.0155), "fail: rolled back", "start", "#fff"))
    body.append(words(*axes.at(2600, 0.0015), "pass: next step", "start", "#fff"))
    body.append(words(*axes.at(150, 0.0045), "hold", "start", QUIET))
    ticks = [(value / 1000, f"{value / 10:g} %") for value in (0, 5, 10, 15, 20)]
    return frame("Decision region", axes, ticks, body, "canary requests; share of faults in canary, 0.2 % in stable")


def even_course(share: float, most: int) -> Iterator[tuple[int, VerdictOutcome]]:
    """The verdict after each block, a decision kept; faults come as evenly as whole numbers can."""
    evidence, outcome, policy = Evidence(), VerdictOutcome.INSUFFICIENT, Policy()
    for number, requests in enumerate(range(0, most, REGION_BLOCK)):
        stable, canary = (
            Arm(REGION_BLOCK, round((requests + REGION_BLOCK) * of) - round(requests * of)) for of in (0.002, share)
        )
        if outcome is VerdictOutcome.INSUFFICIENT:
            block = Block("a", 5.0 * number, 5.0 * number + 5, 0.5, stable, canary)
            evidence, verdict = judge(evidence, Window((block,), block.end), policy, Stage(50, 0.0))
            outcome = verdict.outcome
        yield requests + REGION_BLOCK, outcome


def worst_on_equals(rows: Iterable[Row], group: str) -> dict[str, Row]:
    """By rule, the case of equal versions in which it rolls back most often: with latencies, or with faults alone."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.group == "A/A" and row.case.startswith("all metrics") == (group == "latency"):
            known = found.get(row.rule)
            found[row.rule] = row if known is None or _wrong(row) > _wrong(known) else known
    return found


def _wrong(row: Row) -> float:
    return row.figures["false rollback %"] or 0.0


def race(rows: Sequence[Row], case: str) -> str:
    """Median seconds until each rule finds tenfold harm, and how often it rolls back a sound canary at worst."""
    found = [row for row in rows if row.group == "faults" and row.case == case]
    worst = worst_on_equals(rows, "faults")
    body = [words(LEFT + 66, 20, f"{case}: median seconds; right: sound canaries rolled back, in its worst case")]
    for place, row in enumerate(found):
        seconds, y = row.figures["median s"], 36 + 26 * place
        long = 0.0 if seconds is None else 260 * log(1 + seconds / 5) / log(1 + 3600 / 5)
        colour = SOUND if row.rule in OURS else QUIET
        said = "never" if seconds is None else f"{seconds:,.0f} s"
        wrong = _wrong(worst[row.rule]) if row.rule in worst else None
        body += [
            words(LEFT + 58, y + 14, row.rule, "end"),
            f'<rect x="{LEFT + 66}" y="{y}" width="{long:.1f}" height="18" fill="{colour}"/>',
            words(LEFT + 72 + long, y + 14, said),
        ]
        if wrong is not None:
            body.append(words(WIDTH - 24, y + 14, f"{wrong:.3g} %", "end", HARMED if wrong > 1 else SOUND))
    return picture(48 + 26 * len(found), "Race against other rules", body)


def faster(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each other rule that is sooner than one of our policies somewhere: where, and at what price."""
    for group in ("faults", "latency"):
        timed = [row for row in rows if row.group == group and "median s" in row.figures]
        ours: dict[str, float] = {}
        for row in timed:
            if row.rule in OURS:
                ours[row.case] = max(_seconds(row), ours.get(row.case, 0.0))
        others = dict.fromkeys(row.rule for row in timed if row.rule not in {*OURS, ALONE})
        worst = worst_on_equals(rows, group)
        for rule in others:
            sooner = [row for row in timed if row.rule == rule and _seconds(row) < ours[row.case]]
            if sooner:
                yield _price(rule, [f"{row.case}: {_seconds(row):,.0f} s" for row in sooner], worst.get(rule))


def _seconds(row: Row) -> float:
    seconds = row.figures["median s"]
    return inf if seconds is None else seconds


def _price(rule: str, cases: Sequence[str], worst: Row | None) -> str:
    line = f"- *{rule}* is sooner than *default* or *strict* in {'; '.join(cases)}."
    if worst is None:
        return f"{line} How often it rolls back a sound canary was not measured."
    wrong = f"{_wrong(worst):.3g} % of sound canaries ({worst.case})"
    return f"{line} It rolls back {wrong}." + ("" if _wrong(worst) > 1 else " That is within 1 %: there it is better.")


def table(rows: Sequence[Row], asked: int, code: str) -> str:
    """The rows as Markdown, with how they were made, and where others look faster."""
    head = f"`python bench/judge.py --runs {asked}`, as far as it has come, judge and streams `{code}`:\n\n"
    columns = "| | case | rule | runs | measured | goal |\n|---|---|---|---|---|---|\n"
    sooner = "\n".join(faster(rows)) or "- No other rule is sooner anywhere."
    return (
        head + columns + "\n".join(as_text(row) for row in rows) + f"\n\nWhere other rules look faster:\n\n{sooner}\n"
    )


def with_table(page: str, text: str) -> str:
    """The page with what stands between its marks replaced."""
    before, rest = page.split("<!-- measured -->\n")
    return f"{before}<!-- measured -->\n{text}<!-- /measured -->{rest.split('<!-- /measured -->')[1]}"


def main() -> None:
    (IMAGES / "judge-evidence.svg").write_text(evidence(), encoding="utf-8")
    (IMAGES / "judge-region.svg").write_text(region(), encoding="utf-8")
    (IMAGES / "judge-difference.svg").write_text(difference(), encoding="utf-8")
    if len(sys.argv) > 1:
        bench = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Table)
        (IMAGES / "judge-race.svg").write_text(race(bench.rows, "0.1→1 %, ramp"), encoding="utf-8")
        page = IMAGES.parent / "how-a-verdict-is-reached.md"
        page.write_text(
            with_table(page.read_text(encoding="utf-8"), table(bench.rows, bench.asked, bench.code)), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
