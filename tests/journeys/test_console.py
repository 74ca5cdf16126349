"""The console on a running demo, by a real browser: watch, understand, act; with the keyboard alone; in both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from serinus.release.status import Status
from tests.console.browser import (
    Console,
    asked,
    chromium,
    confirmed,
    console,
    needs_axe,
    needs_chromium,
    signed_in,
    violations_in_both_themes,
)
from tests.journeys.laptop import Running, running_demo

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(400),
    needs_chromium,
]
RELEASE = "/r/default/notification"
TABS = ("verdict", "traffic", "map", "traces", "timeline", "config", "history", "report")
SETS = "/compare?sets=1&fb=fault"
PATIENCE_MS = 120_000
# What is wider than what holds it, but for the map and code, which are scrolled; and drawings shrunk below their size.
CUT = """() => [document.documentElement, ...document.querySelectorAll('.plot, .scroll, .tabs, .card, form')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1)
    .map((box) => `${box.className} ${box.getAttribute('aria-label')} ${box.scrollWidth} > ${box.clientWidth}`)
    .concat([...document.querySelectorAll('.plot > svg')]
        .filter((drawn) => drawn.getBoundingClientRect().width < drawn.viewBox.baseVal.width - 1)
        .map((drawn) => `${drawn.getAttribute('aria-label')} is drawn too small`))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A canary that fails every tenth request; watched from its first moment."""
    with running_demo(tmp_path_factory.mktemp("bad") / "state", "--fault", "v2=fault:10%") as demo:
        yield demo


@pytest.fixture(scope="module")
def opened(bad: Running) -> Iterator[Console]:
    bad.until("a first step", bad.phase("Analysing", "RollingBack", "RolledBack"))
    with console(bad.directory) as running:
        yield running


@pytest.fixture(scope="module")
def rolled_back(bad: Running, opened: Console) -> Status:
    del opened
    return bad.until("the end", bad.phase("RolledBack"), 150)


@pytest.fixture(scope="module")
def entered(browser: Browser, opened: Console) -> Page:
    """Signed in once: the link is spent then."""
    return signed_in(browser, opened)


@pytest.fixture
def page(entered: Page) -> Page:
    entered.emulate_media(color_scheme="light")
    entered.set_viewport_size({"width": 1280, "height": 800})
    return entered


def worst_trace(page: Page, opened: Console) -> str:
    """The address of the worst trace, from the verdict's proof."""
    page.goto(opened.base + RELEASE)
    return str(page.get_by_role("heading", name="Worst").locator("xpath=..").get_by_role("link").get_attribute("href"))


def test_a_bad_canary_is_watched_until_it_is_rolled_back_and_the_sentence_leads_to_the_failing_span(
    page: Page, opened: Console, bad: Running
) -> None:
    page.goto(opened.base)
    page.get_by_role("link", name="default/notification", exact=True).click()
    verdict = page.get_by_role("region", name="Verdict")

    expect(verdict).to_contain_text("Rolled back", timeout=PATIENCE_MS)
    expect(verdict).to_contain_text("Harm found")
    assert bad.status().message in verdict.inner_text()
    expect(page.get_by_role("region", name="Causes")).to_contain_text("InjectedFault")

    page.get_by_role("heading", name="Worst").locator("xpath=..").get_by_role("link").click()
    expect(page.get_by_text("Fault begins in V2-Notification-Microservice")).to_be_visible()
    span = page.locator(".span[aria-expanded=true]")
    expect(span).to_contain_text("V2-Notification-Microservice")
    expect(page.locator(".detail")).to_contain_text("InjectedFault")


def test_the_worst_trace_is_compared_with_stables_answer_to_the_same_request(
    page: Page, opened: Console, rolled_back: Status
) -> None:
    del rolled_back
    page.goto(opened.base + RELEASE)
    page.get_by_role("link", name="Compare with stable's answer").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("fails")
    expect(page.get_by_role("region", name="Comparison")).to_contain_text("InjectedFault")


def test_all_traces_of_both_versions_are_compared_as_sets(page: Page, opened: Console, rolled_back: Status) -> None:
    """A mail that V2 did not send and V1 then sent is a trace of both."""
    del rolled_back
    page.goto(opened.base + RELEASE)
    page.get_by_role("link", name="All traces of both versions").click()
    numbers = page.get_by_role("region", name="In numbers")

    expect(numbers.get_by_role("row").filter(has_text="Faults")).to_contain_text(
        re.compile(r"0\.\d %"), timeout=PATIENCE_MS
    )
    services = page.get_by_role("region", name="Services")
    mostly = {"V2": r"only in B|9\d\.\d pp of the traces", "V1": r"only in A|9\d\.\d pp of the traces"}
    for version, told in mostly.items():
        row = services.get_by_role("row").filter(has_text=f"{version}-Notification-Microservice")
        expect(row).to_contain_text(re.compile(told))


def test_the_report_is_kept_as_a_file_and_opens_without_the_console(
    page: Page, opened: Console, browser: Browser, rolled_back: Status, tmp_path: Path
) -> None:
    page.goto(f"{opened.base}{RELEASE}/runs/{rolled_back.run}/report")
    with page.expect_download() as download:
        page.get_by_role("link", name="HTML").click()
    download.value.save_as(tmp_path / "report.html")

    offline = browser.new_context(offline=True).new_page()
    offline.goto((tmp_path / "report.html").as_uri())
    expect(offline.get_by_role("heading", level=1)).to_have_text(f"default/notification run {rolled_back.run}")
    expect(offline.get_by_text("InjectedFault").first).to_be_visible()
    offline.context.close()


def test_the_run_is_judged_again_by_another_policy(page: Page, opened: Console, rolled_back: Status) -> None:
    del rolled_back
    page.goto(opened.base + RELEASE)
    page.get_by_role("link", name="Would another policy have decided otherwise?").click()
    page.get_by_label("Faults: plus").fill("90")
    page.get_by_role("button", name="Judge run 1 by it").click()
    result = page.get_by_role("region", name="Result")

    expect(result).to_contain_text("Would not have rolled back", timeout=PATIENCE_MS)
    expect(result).to_contain_text("The run's own policy did roll back.")

    page.get_by_role("button", name="As the release has it").click()
    expect(result).to_have_count(0)
    page.get_by_role("button", name="Judge run 1 by it").click()
    expect(result).to_contain_text("At the same look as the run's own policy.", timeout=PATIENCE_MS)


def test_a_page_whose_line_is_cut_says_so_and_recovers(page: Page, opened: Console, rolled_back: Status) -> None:
    del rolled_back
    page.goto(opened.base)
    badge = page.locator(".line")
    expect(badge).to_contain_text("live")

    opened.freeze()
    try:
        expect(badge).to_contain_text("stale since", timeout=60_000)
        expect(page.get_by_role("alert")).to_contain_text("What you see is old")
    finally:
        opened.thaw()
    expect(badge).to_contain_text("live", timeout=60_000)
    expect(page.get_by_role("link", name="default/notification", exact=True)).to_be_visible()


@needs_axe
def test_axe_finds_nothing_on_any_route_in_either_theme(page: Page, opened: Console, rolled_back: Status) -> None:
    worst = worst_trace(page, opened)
    tabs = [f"{RELEASE}/{tab}" for tab in TABS]
    compare = f"/compare?a={worst.rsplit('/', 1)[1]}&b={worst.rsplit('/', 1)[1]}"
    routes = [
        "/",
        *tabs,
        f"{RELEASE}/runs/{rolled_back.run}",
        "/traces",
        worst,
        "/map",
        "/policies",
        compare,
        SETS,
        "/system",
    ]
    found = []
    for route in (*routes, "/settings", "/login", "/nowhere"):
        page.goto(opened.base + route)
        page.locator("h1").first.wait_for()
        expect(page.locator(".skeleton")).to_have_count(0)
        found += [f"{route} {one}" for one in violations_in_both_themes(page)]

    assert found == []


def test_every_route_fits_a_narrow_screen(page: Page, opened: Console, rolled_back: Status) -> None:
    worst = worst_trace(page, opened)
    page.set_viewport_size({"width": 320, "height": 640})
    tabs = [f"{RELEASE}/{tab}" for tab in TABS]
    compare = f"/compare?a={worst.rsplit('/', 1)[1]}&b={worst.rsplit('/', 1)[1]}"
    others = ("/traces", worst, "/map", "/policies", SETS, compare, "/compare", "/system", "/settings")
    wide = []
    for route in ("/", *tabs, *others):
        page.goto(opened.base + route)
        page.locator("h1").first.wait_for()
        expect(page.locator(".skeleton")).to_have_count(0)
        wide += [f"{route} {one}" for one in page.evaluate(CUT)]

    assert wide == []


def test_the_check_of_narrow_screens_sees_a_chart_that_is_cut(page: Page, opened: Console, rolled_back: Status) -> None:
    del rolled_back
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{opened.base}{RELEASE}/traffic")
    page.locator(".plot svg").wait_for()
    assert page.evaluate(CUT) == []

    page.locator(".plot svg").evaluate("drawn => { drawn.style.minWidth = '500px'; }")
    assert page.evaluate(CUT) != []
    page.locator(".plot svg").evaluate("drawn => { drawn.style.minWidth = ''; drawn.style.width = '150px'; }")
    assert page.evaluate(CUT) != []


def test_the_keyboard_alone_leads_from_the_list_to_the_failing_span(
    page: Page, opened: Console, rolled_back: Status
) -> None:
    del rolled_back
    page.goto(opened.base)
    page.get_by_role("link", name="default/notification", exact=True).wait_for()
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("link", name="Compare with stable's answer").wait_for()
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Compare")
    page.go_back()
    page.get_by_role("heading", name="Worst").wait_for()
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("Fault begins in V2-Notification-Microservice").wait_for()
    page.keyboard.press("j")
    expect(page.locator(".span").first).to_be_focused()

    for key in ("g", "o"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Releases")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Overview")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("nothing like this")
    expect(page.get_by_label("Filter releases")).to_have_value("nothing like this")
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()

    page.goto(f"{opened.base}{RELEASE}/traffic")
    page.get_by_role("region", name="Weight over time").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status").filter(has_text="Weight asked for")).to_contain_text("In force after")


def test_the_first_paint_comes_within_its_budget(page: Page, opened: Console, rolled_back: Status) -> None:
    del rolled_back
    page.goto(opened.base)
    page.get_by_role("heading", name="Releases").wait_for()
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")

    assert painted <= 800


@pytest.mark.usefixtures("entered")
def test_the_demo_says_first_where_its_console_is_and_the_link_opens_it(
    browser: Browser, bad: Running, rolled_back: Status
) -> None:
    said = [line.split() for line in bad.said().splitlines() if "://" in line]
    page = browser.new_context().new_page()

    assert said[0][0] == "console"
    page.goto(said[0][1])
    page.get_by_role("link", name="default/notification", exact=True).click()
    expect(page.get_by_role("region", name="Verdict")).to_contain_text(rolled_back.message)


def test_the_link_opens_one_session_only(browser: Browser, opened: Console) -> None:
    stranger = browser.new_context().new_page()
    stranger.goto(opened.link)
    expect(stranger.get_by_role("alert")).to_contain_text("The link is spent")
    stranger.goto(opened.base + RELEASE)
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    stranger.context.close()


def test_who_may_not_act_sees_why(browser: Browser, bad: Running, rolled_back: Status) -> None:
    del rolled_back
    with console(bad.directory, "--read-only") as shown:
        page = signed_in(browser, shown)
        page.goto(shown.base + RELEASE)
        expect(page.locator(".actions")).to_contain_text("--read-only")
        expect(page.get_by_role("button", name="Retry…")).to_have_attribute("aria-disabled", "true")
        page.context.close()


def runs_one_after_the_other(page: Page) -> None:
    """From the history, by its keys: both side by side, then each with what a person asked in it."""
    page.keyboard.press("h")
    expect(page.get_by_role("region", name="Runs").get_by_role("link", name="run 1")).to_be_visible()
    page.get_by_role("button", name="mark run 1").click()
    page.get_by_role("button", name="with run 1").click()
    pair = page.get_by_role("region", name="Two runs").get_by_role("row")
    expect(pair.filter(has_text="Outcome")).to_contain_text(re.compile("aborted.*Promoted", re.IGNORECASE))
    expect(pair.filter(has_text="Asked by people")).to_contain_text("it was the right one")
    page.keyboard.press("[")
    expect(page.get_by_text("Run 1 is over")).to_be_visible()
    page.get_by_role("link", name="Timeline").click()
    for reason in ("lunch", "back", "known to be good", "wrong build"):
        expect(page.locator(".timeline")).to_contain_text(reason)
    page.keyboard.press("]")
    expect(page.get_by_text("Run 1 is over")).to_have_count(0)
    expect(page.locator(".timeline")).to_contain_text("it was the right one")


def test_a_release_is_paused_resumed_promoted_aborted_and_retried_with_reasons_that_the_record_keeps(
    browser: Browser, tmp_path: Path
) -> None:
    """And the keys [ ] h lead from one of its runs to the other."""
    with (
        running_demo(tmp_path / "state", "--steps", "25,100", "--bake", "1s") as demo,
        console(demo.directory) as shown,
    ):
        page = signed_in(browser, shown)
        page.goto(shown.base + RELEASE)
        verdict = page.get_by_role("region", name="Verdict")
        demo.until("the first step", demo.phase("Analysing"))
        expect(page.get_by_role("region", name="Checks")).to_be_visible(timeout=PATIENCE_MS)

        asked(page, "Pause", "lunch")
        expect(verdict).to_contain_text("Paused", timeout=30_000)
        expect(verdict).to_contain_text("needs you")
        expect(verdict).to_contain_text("pause: lunch")
        asked(page, "Resume", "back")
        expect(verdict).not_to_contain_text("Paused", timeout=30_000)
        asked(page, "Promote", "known to be good")
        demo.until("the last step", lambda: demo.status().step == 1)
        asked(page, "Abort", "wrong build")
        expect(verdict).to_contain_text("Aborted", timeout=60_000)
        expect(verdict).to_contain_text("wrong build")

        asked(page, "Retry", "it was the right one")
        demo.until("another run", lambda: demo.status().run == 2 and demo.phase("Analysing")())
        page.get_by_role("button", name="Promote…").click()
        page.get_by_role("checkbox", name="Skip all steps left").check()
        confirmed(page, "Promote", "known to be good")
        expect(verdict).to_contain_text("Promoted", timeout=PATIENCE_MS)

        runs_one_after_the_other(page)
        page.context.close()

    assert demo.run().outcome == "promoted"
