"""The console's budgets in a real browser: what is drawn stays bounded however much there is, and all of it is reached.
What a machine's speed decides is not tested here but measured, by bench/console.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import chromium, needs_axe, needs_chromium, signed_in, violations_in_both_themes
from tests.console.large import LONG, RELEASES, SERVICES, SPANS, Served, a_large_desk, a_numbered, served

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(300),
    needs_chromium,
]
ROWS_A_LIST, LISTS = 50, 3
MOST_ELEMENTS = 4000
MOST_SPANS_DRAWN = 60
NEWS, PROMOTED = 400, 1
MOST_CALLS = 4  # who, the list, the stream, and the list once more when the stream begins


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def opened() -> Iterator[Served]:
    with served(a_large_desk()) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, opened: Served) -> Page:
    return signed_in(browser, opened)


@pytest.fixture
def calls(page: Page) -> Iterator[list[str]]:
    """What the page asks of the API from here on."""
    asked: list[str] = []

    def heard(request: object) -> None:
        url = str(getattr(request, "url", ""))
        asked.extend([url.split("/api/v1/")[1]] if "/api/v1/" in url else [])

    page.on("request", heard)
    yield asked
    page.remove_listener("request", heard)


def elements(page: Page) -> int:
    return int(page.evaluate("document.querySelectorAll('*').length"))


def test_a_thousand_releases_are_counted_and_the_first_of_each_list_drawn(
    page: Page, opened: Served, calls: list[str]
) -> None:
    page.goto(opened.base)
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(ROWS_A_LIST * LISTS)
    headings = page.get_by_role("heading", level=2).all_inner_texts()

    assert sum(int(text.split("(")[1].rstrip(")")) for text in headings) == RELEASES
    assert elements(page) <= MOST_ELEMENTS
    expect(page.locator(".line")).to_contain_text("live")
    assert sorted(set(calls)) == ["me", "releases?limit=1000", "stream"]
    assert len(calls) <= MOST_CALLS


def test_a_release_that_is_not_drawn_is_found_by_the_filter_and_by_asking_for_more(page: Page, opened: Served) -> None:
    page.goto(opened.base)
    running = page.get_by_role("region", name="Running", exact=True)
    rows = running.locator("[data-row]")
    expect(rows).to_have_count(ROWS_A_LIST)
    while (more := running.get_by_role("button", name="more")).count():
        before = rows.count()
        more.click()
        expect(rows.nth(before)).to_be_visible()
    expect(rows).to_have_count(RELEASES // 5)

    page.get_by_role("searchbox", name="Filter releases").fill("service-0999")
    expect(page.locator("[data-row]")).to_have_text(["team-19/service-0999"])


def test_a_namespace_is_kept_in_the_address_and_favourites_in_the_browser(page: Page, opened: Served) -> None:
    mine = "team-19/service-0999"
    page.goto(opened.base)
    page.get_by_label("Namespace").select_option("team-19")
    expect(page.locator("[data-row]")).to_have_count(RELEASES // 20)
    expect(page).to_have_url(f"{opened.base}/?ns=team-19")
    page.get_by_role("button", name=f"Favourite {mine}").click()

    page.goto(opened.base)
    shown = page.locator("section").filter(has=page.get_by_role("link", name=mine, exact=True)).locator("[data-row]")
    expect(shown.first).to_have_text(mine)
    page.get_by_role("button", name="Favourites only").click()
    expect(page.locator("[data-row]")).to_have_text([mine])
    expect(page).to_have_url(f"{opened.base}/?stars=1")
    page.get_by_role("button", name=f"Favourite {mine}").click()
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()


def test_a_storm_of_news_is_drawn_without_asking_for_the_list_again(
    page: Page, opened: Served, calls: list[str]
) -> None:
    page.goto(opened.base)
    expect(page.locator(".line")).to_contain_text("live")
    opened.tell(*(a_numbered(number, standing=PROMOTED) for number in range(NEWS)))

    left = (RELEASES - NEWS) // 5
    lists = [f"Needs you ({2 * left})", f"Running ({left})", f"Recent ({2 * left + NEWS})"]
    expect(page.get_by_role("heading", level=2)).to_have_text(lists)
    assert len(calls) <= MOST_CALLS


def test_a_map_of_two_hundred_services_is_placed_beside_the_page_and_opens_on_the_release(
    page: Page, opened: Served, calls: list[str]
) -> None:
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    page.goto(f"{opened.base}/map")
    canary = page.get_by_role("button", name="V2-Notification-Microservice")
    expect(canary).to_be_in_viewport()
    assert page.locator(".node").count() < SERVICES / 4

    page.get_by_role("button", name=f"All {SERVICES} services").click()
    expect(page.locator(".node")).to_have_count(SERVICES)
    expect(canary).to_be_in_viewport()
    assert elements(page) <= MOST_ELEMENTS

    page.get_by_role("button", name="Versions apart").click()
    page.get_by_role("button", name="Differences only").click()
    expect(page).to_have_url(f"{opened.base}/map?all=1&apart=1&diff=1")
    expect(page.locator(".node")).to_have_count(SERVICES)
    expect(page.locator(".node:not([opacity='1'])").first).to_be_attached()

    page.get_by_role("searchbox", name="Find a service").fill("service-199")
    last = page.get_by_role("button", name="service-199")
    expect(last).to_be_in_viewport()
    last.click()
    expect(page.get_by_role("heading", name="service-199")).to_be_visible()
    assert any("layout.worker" in url for url in workers)
    assert [call for call in calls if call.startswith("map")] == ["map?"]


@pytest.mark.parametrize("width", [1280, 320])
def test_a_trace_of_thousands_of_spans_scrolls_to_its_last_and_draws_only_what_is_in_view(
    page: Page, opened: Served, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{opened.base}/traces/{LONG}")
    expect(page.get_by_role("heading", name=f"{SPANS:,} spans")).to_be_visible()
    expect(page.locator(".span")).to_have_count(3)
    page.get_by_role("button", name="Critical path and faults only").click()
    spans = page.get_by_role("region", name="Spans")
    for share in (0.25, 0.5, 0.75, 1.0, 1.0):
        spans.evaluate("(box, share) => box.scrollTo(0, box.scrollHeight * share)", share)
        expect(page.locator(".span").filter(has_text=f"call {int(SPANS * share) - 1}").first).to_be_attached()
        assert page.locator(".span").count() <= MOST_SPANS_DRAWN
    expect(page.locator(".span").last).to_contain_text(f"call {SPANS - 1}")
    page.locator(".span").last.scroll_into_view_if_needed()
    expect(page.locator(".span").last).to_be_in_viewport()
    assert elements(page) <= MOST_ELEMENTS


@needs_axe
def test_axe_finds_nothing_where_there_is_much(page: Page, opened: Served) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    found = []
    for route in ("/", "/map", f"/traces/{LONG}"):
        page.goto(opened.base + route)
        page.locator("[data-row], .node").first.wait_for()
        found += [f"{route} {one}" for one in violations_in_both_themes(page)]

    assert found == []
