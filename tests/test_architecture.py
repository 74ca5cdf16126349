"""The house rules that a machine can check: sizes, tests beside each module, named edges, fresh reference pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts import loaded

ROOT = Path(__file__).parent.parent
SOURCES = {
    "serinus": ROOT / "src/serinus",
    "serinus_xray": ROOT / "xray/src/serinus_xray",
    "omnitech_chassis": ROOT / "services/chassis/src/omnitech_chassis",
    "user_management": ROOT / "services/user-management/src/user_management",
    "notification": ROOT / "services/notification/src/notification",
}
EDGE_IMPORTS = {
    "socket",
    "subprocess",
    "duckdb",
    "boto3",
    "httpx2",
    "starlette",
    "uvicorn",
    "aiosmtpd",
    "asyncio",
    "signal",
}
LONGEST_FILE, LONGEST_FUNCTION = 400, 50


def modules(*names: str) -> Iterator[Path]:
    for name in names or SOURCES:
        yield from (path for path in SOURCES[name].rglob("*.py") if "migrations" not in path.parts)


def python_files() -> Iterator[Path]:
    yield from modules()
    yield from (ROOT / "tests").rglob("*.py")
    yield from (ROOT / "bench").rglob("*.py")
    yield from (ROOT / "docs").rglob("*.py")


@pytest.mark.parametrize("path", sorted(python_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    source = path.read_text()
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert source.count("\n") <= LONGEST_FILE
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", sorted(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_in_three_lines_what_flows_in_and_out(path: Path) -> None:
    if path.name in ("__init__.py", "__main__.py", "env.py"):
        return
    docstring = ast.get_docstring(ast.parse(path.read_text()))

    assert docstring, f"{path} has no docstring"


@pytest.mark.parametrize("path", sorted(modules("serinus")), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_that_touch_the_world_are_marked_as_edges(path: Path) -> None:
    tree = ast.parse(path.read_text())
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        alias.name.split(".")[0] if isinstance(node, ast.Import) else (node.module or "").split(".")[0]
        for node in top
        for alias in node.names
    }
    exempt = path.name == "controller.py" or "cli" in path.parts
    touching = names & EDGE_IMPORTS

    if touching and not exempt:
        assert (ast.get_docstring(tree) or "").startswith("EDGE"), f"{path} imports {touching}"


def test_reference_pages_are_what_the_program_would_write() -> None:
    for name, content in loaded(ROOT / "docs/generate.py").pages().items():
        assert (ROOT / "docs/reference" / name).read_text() == content, f"{name} is stale: python docs/generate.py"


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []
