"""The built page: small enough, loading nothing from elsewhere, fresh. What needs Node is skipped by name."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from web.generate import WEB

from serinus.console.page import built

FIRST_ROUTE, WHOLE, STYLES = 110_000, 200_000, 20_000
needs_node = pytest.mark.skipif(
    not (shutil.which("npm") and (WEB / "node_modules").is_dir())
    and "node" not in os.environ.get("SERINUS_REQUIRE", ""),
    reason="needs Node and `npm ci` in web/",
)


def packed(ending: str) -> dict[str, int]:
    return {name: len(file.packed) for name, file in built().items() if name.endswith(ending)}


def test_the_first_route_and_the_whole_application_keep_their_budgets() -> None:
    scripts, index = packed(".js"), built()["index.html"].plain.decode()
    first = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', index)

    assert first
    assert sum(scripts[name] for name in first) <= FIRST_ROUTE
    assert sum(scripts.values()) <= WHOLE
    assert sum(packed(".css").values()) <= STYLES


def test_the_page_has_no_inline_script_and_asks_no_other_server() -> None:
    for name, file in built().items():
        text = file.plain.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text) or not name.endswith(".html")
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text), name


def test_names_are_hashed_and_types_are_told() -> None:
    for name, file in built().items():
        assert name == "index.html" or re.fullmatch(r"assets/[\w.-]+-[\w-]{8}\.(js|css)", name)
        assert file.media_type in ("text/html", "text/javascript", "text/css")


def test_few_packages_go_into_the_page_and_the_lock_names_no_host() -> None:
    assert len(json.loads((WEB / "package.json").read_text())["dependencies"]) <= 12
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


@needs_node
def test_the_built_page_is_what_its_source_gives(tmp_path: Path) -> None:
    command = ("npx", "vite", "build", "--outDir", str(tmp_path / "static"), "--logLevel", "error")
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=110, check=False)

    assert done.returncode == 0, done.stderr
    fresh = {str(path.relative_to(tmp_path / "static")) for path in (tmp_path / "static").rglob("*") if path.is_file()}
    assert fresh == set(built()), "run: npm run build (in web/)"


@needs_node
@pytest.mark.parametrize("script", ["types", "test"])
def test_the_pages_own_checks_pass(script: str) -> None:
    done = subprocess.run(("npm", "run", script), cwd=WEB, capture_output=True, text=True, timeout=110, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
