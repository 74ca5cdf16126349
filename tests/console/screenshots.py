"""Draws docs/images/console-*.png. In: the state directory of a running demo. Out: pages as a person sees them.
Run as `python -m tests.console.screenshots STATE` beside a `serinus demo` that has rolled back; or with the URL of
`serinus xray --store STATE/data/traces.duckdb` after it, once the demo has ended.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.console.browser import chromium, console, signed_in

IMAGES = Path(__file__).parents[2] / "docs" / "images"
RELEASE = "/r/default/notification"


def taken(page: Page, base: str, images: Path) -> None:
    """The verdict in both themes, the trace it leads to, and the map; each when everything on it is there."""
    page.goto(base + RELEASE)
    worst = page.get_by_role("heading", name="Worst")
    worst.wait_for()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=images / f"console-verdict-{theme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    worst.locator("xpath=..").get_by_role("link").click()
    page.get_by_text("Fault begins in").wait_for()
    page.screenshot(path=images / "console-trace.png", full_page=True)
    page.goto(f"{base}{RELEASE}/map")
    page.get_by_role("button", name="V2-Notification-Microservice").wait_for()
    page.screenshot(path=images / "console-map.png", full_page=True)


def main(state: Path, images: Path, *urls: str) -> None:
    """A console and a browser of its own, both gone afterwards."""
    with chromium() as browser, console(state, *(f"--endpoint-url={url}" for url in urls)) as opened:
        taken(signed_in(browser, opened), opened.base, images)


if __name__ == "__main__":
    main(Path(sys.argv[1]), IMAGES, *sys.argv[2:])
