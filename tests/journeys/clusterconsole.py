"""EDGE. `serinus console` as a process of this machine, and people at its door.
In: the kubeconfig of its account, a token. Out: where it answers; pages of people who are in.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

PATIENCE_MS = 60_000


@contextmanager
def cluster_console(kubeconfig: Path, log: Path, *options: str) -> Iterator[str]:
    """Its address until the end of the block, by the name under which browsers keep its cookie."""
    words = ("console", "--kubeconfig", str(kubeconfig), "--port", "0", *options)
    with log.open("wb") as errors:
        process = subprocess.Popen(
            (sys.executable, "-m", "serinus.cli.main", *words), stdout=subprocess.PIPE, stderr=errors, text=True
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("console http://127.0.0.1:"), log.read_text()
            yield line.removeprefix("console ").strip().replace("127.0.0.1", "localhost").rstrip("/")
        finally:
            process.terminate()
            process.wait(timeout=20)
            process.stdout.close()


def opened(browser: Browser, base: str) -> Page:
    """A page in front of the door."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(base)
    page.get_by_role("heading", name="Sign in").wait_for()
    return page


def signed_in(browser: Browser, base: str, token: str) -> Page:
    """With the keyboard alone: from the top of the page to the field, and Enter."""
    page = opened(browser, base)
    page.get_by_label("Token").wait_for()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "INPUT":
            break
    page.keyboard.insert_text(token)
    page.keyboard.press("Enter")
    return page
