"""A person at a browser: Debian's Chromium with an empty profile, and `serinus ui` as a process of its own.
In: a demo's state directory. Out: pages signed in, what axe finds on them, and the console to be hurt.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

REQUIRED = os.environ.get("SERINUS_REQUIRE", "")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
needs_chromium = pytest.mark.skipif(
    not Path(CHROMIUM).exists() and "chromium" not in REQUIRED, reason="needs chromium (apt-get install chromium)"
)
needs_axe = pytest.mark.skipif(not AXE.exists() and "node" not in REQUIRED, reason="needs axe-core (npm ci in web/)")
COLOURS = ["color-contrast", "link-in-text-block"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Console:
    """`serinus ui`, running."""

    def __init__(self, process: subprocess.Popen[str], link: str) -> None:
        self.process = process
        self.link = link
        self.base = link.split("/login", maxsplit=1)[0]

    def freeze(self) -> None:
        """It neither answers nor hangs up."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def console(directory: Path, *options: str) -> Iterator[Console]:
    """The console over this demo until the end of the block."""
    command = (sys.executable, "-m", "serinus.cli.ui", "--state", str(directory), "--no-open", *options)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("console http://127.0.0.1:"), line
        yield Console(process, line.removeprefix("console ").strip())
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
        process.stdout.close()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """It is given half a minute for whatever is expected of it: the machine may be busy."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()


class Opened(Protocol):
    """A console with a link that signs in."""

    @property
    def link(self) -> str:
        """Good for one session."""


def signed_in(browser: Browser, opened: Opened) -> Page:
    """A page that came in by the printed link, errors of its script kept in `page_errors`."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(opened.link)
    page.get_by_role("heading", name="Releases").wait_for()
    return page


def asked(page: Page, button: str, reason: str) -> None:
    """Press, say why, confirm."""
    page.get_by_role("button", name=f"{button}…").click()
    confirmed(page, button, reason)


def confirmed(page: Page, button: str, reason: str) -> None:
    """In the dialog: why, and confirm."""
    page.get_by_role("textbox", name="Why?").fill(reason)
    page.get_by_role("dialog").get_by_role("button", name=button).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def violations(page: Page) -> list[str]:
    """What axe-core objects to, one line each; the page's own security policy stays in force."""
    page.evaluate(AXE.read_text())
    return _objections(page, RULES)


def violations_in_both_themes(page: Page) -> list[str]:
    """All rules in light, then in dark those about colours: nothing else depends on the theme."""
    page.emulate_media(color_scheme="light")
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    return found + [f"dark {one}" for one in _objections(page, {"type": "rule", "values": COLOURS})]


def _objections(page: Page, only: object) -> list[str]:
    found: dict[str, Any] = page.evaluate("(only) => axe.run(document, {runOnly: only})", only)
    return [
        f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']][:4])} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
    ]
