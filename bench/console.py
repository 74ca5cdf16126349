"""How quickly the console shows much, in Debian's Chromium. In: --runs, --output. Out: a table or JSON, with budgets.
Releases and X-Ray are in memory: the figures are those of the console's server, of its page and of the browser.
Run as `python -m bench.console`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import msgspec
from playwright.sync_api import Browser, Page
from tests.console.browser import chromium, signed_in
from tests.console.large import LONG, SERVICES, Served, a_large_desk, served

# from before the page's own scripts: long tasks, and when the first element of a kind stands in the page
WATCH = """
window.seen = {}; window.tasks = [0];
new PerformanceObserver((list) => list.getEntries().forEach((one) => tasks.push(one.duration)))
  .observe({type: "longtask", buffered: true});
const kinds = {rows: "[data-row]", nodes: ".node", spans: ".span"};
new MutationObserver(() => requestAnimationFrame(() => {
  for (const [kind, selector] of Object.entries(kinds))
    if (!(kind in seen) && document.querySelector(selector)) seen[kind] = performance.now();
})).observe(document, {subtree: true, childList: true});
"""
SCROLL = """
async (box) => {
  const frames = [], frame = () => new Promise((done) => requestAnimationFrame(done));
  let before = await frame();
  for (let step = 1; step <= 200; step += 1) {
    box.scrollTo(0, (box.scrollHeight - box.clientHeight) * step / 200);
    const now = await frame();
    frames.push(now - before);
    before = now;
  }
  return frames.sort((a, b) => a - b);
}
"""
CHOOSE = """
async () => {
  const begun = performance.now();
  document.querySelectorAll(".node")[2].dispatchEvent(new MouseEvent("click", {bubbles: true}));
  while (!document.querySelector(".node.chosen")) await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - begun;
}
"""


class Row(msgspec.Struct, frozen=True):
    """One figure of all runs; `budget` None: nothing is promised."""

    case: str
    unit: str
    median: float
    worst: float
    budget: float | None


class Figure(msgspec.Struct, frozen=True):
    """One figure of one run."""

    case: str
    unit: str
    value: float
    budget: float | None = None


def longest_task(page: Page) -> float:
    return float(page.evaluate("Math.max(...tasks)"))


def elements(page: Page) -> float:
    return float(page.evaluate("document.querySelectorAll('*').length"))


def overview(page: Page, opened: Served) -> Iterator[Figure]:
    """A thousand releases, and some seconds of their news."""
    page.goto(opened.base)
    page.locator("[data-row]").first.wait_for()
    page.wait_for_function("'rows' in seen")
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    yield Figure("overview: first contentful paint", "ms", page.evaluate(paint), 800)
    yield Figure("overview, 1,000 releases: first rows", "ms", page.evaluate("seen.rows"), 1000)
    page.wait_for_timeout(3000)
    yield Figure("overview, 1,000 releases: longest task", "ms", longest_task(page), 200)
    yield Figure("overview, 1,000 releases: elements", "", elements(page))


def service_map(page: Page, opened: Served) -> Iterator[Figure]:
    """From the address to a node that has been chosen."""
    page.goto(f"{opened.base}/map?all=1")
    page.locator(".node").nth(SERVICES - 1).wait_for()
    page.wait_for_function("'nodes' in seen")
    yield Figure("map, 200 services: drawn", "ms", page.evaluate("seen.nodes"), 1500)
    yield Figure("map, 200 services: a choice is shown", "ms", page.evaluate(CHOOSE))
    yield Figure("map, 200 services: longest task", "ms", longest_task(page))
    yield Figure("map, 200 services: elements", "", elements(page))


def trace(page: Page, opened: Served) -> Iterator[Figure]:
    """Through all of it, two hundred frames."""
    page.goto(f"{opened.base}/traces/{LONG}")
    page.locator(".span").first.wait_for()
    page.wait_for_function("'spans' in seen")
    yield Figure("trace, 5,000 spans: first spans", "ms", page.evaluate("seen.spans"))
    page.get_by_role("button", name="Critical path and faults only").click()
    frames: list[float] = page.get_by_role("region", name="Spans").evaluate(SCROLL)
    yield Figure("trace, 5,000 spans: median frame while scrolling", "ms", median(frames))
    yield Figure("trace, 5,000 spans: 95 % of frames within", "ms", frames[int(len(frames) * 0.95)])
    yield Figure("trace, 5,000 spans: longest task", "ms", longest_task(page))
    yield Figure("trace, 5,000 spans: elements", "", elements(page))


def measured(browser: Browser, opened: Served, runs: int) -> Iterator[Row]:
    """Each page in turn, each run in the same signed-in profile, after one run to warm up."""
    page = signed_in(browser, opened)
    page.add_init_script(WATCH)
    cases: tuple[Callable[[Page, Served], Iterator[Figure]], ...] = (overview, service_map, trace)
    for case in cases:
        taken = [list(case(page, opened)) for _ in range(runs + 1)][1:]
        for figures in zip(*taken, strict=True):
            values = [figure.value for figure in figures]
            one = figures[0]
            yield Row(one.case, one.unit, median(values), max(values), one.budget)


def line(row: Row) -> str:
    """For a person: over the budget is said."""
    budget = "" if row.budget is None else f"≤ {row.budget:g}{'' if row.median <= row.budget else ' MISSED'}"
    return f"{row.case:52}{row.median:10.0f}{row.worst:10.0f} {row.unit:3} {budget}"


def main() -> None:
    """Print rows as they are measured, or all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--output", choices=["text", "json"], default="text")
    asked: Any = parser.parse_args()
    with served(a_large_desk()) as opened, chromium() as browser:
        rows = measured(browser, opened, asked.runs)
        if asked.output == "json":
            print(msgspec.json.encode(list(rows)).decode())
            return
        print(f"{'case':52}{'median':>10}{'worst':>10}     budget")
        for row in rows:
            print(line(row), flush=True)


if __name__ == "__main__":
    main()
