"""Of locked requirements for several Pythons, one Python's remain, each with its hashes."""

from __future__ import annotations

import pytest

from tests.node import image, layout
from tests.node.requirements import for_python

LOCKED = """\
# made by uv
attrs==26.1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via aiohttp
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:ba
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:ca
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:da
"""


@pytest.mark.parametrize(("version", "numpy"), [("3.11", "2.4.6 "), ("3.13", "2.5.5 ")])
def test_each_python_has_its_version(version: str, numpy: str) -> None:
    lines = for_python(LOCKED, version).splitlines()
    assert [line.rstrip("\\") for line in lines if not line.startswith(" ")] == ["attrs==26.1.0 ", f"numpy=={numpy}"]


def test_hashes_stay_with_what_they_prove() -> None:
    assert "--hash=sha256:ab" in for_python(LOCKED, "3.13")
    assert "--hash=sha256:ba" not in for_python(LOCKED, "3.13")


@pytest.mark.parametrize(
    "path", sorted({each.requirements for each in image.IMAGES.values() if isinstance(each, image.Image)})
)
def test_our_own_files_come_out_with_one_version_a_name(path: str) -> None:
    chosen = for_python((layout.REPOSITORY / path).read_text(encoding="utf-8"), "3.13")
    names = [line.partition("==")[0] for line in chosen.splitlines() if not line.startswith(" ")]
    assert len(names) == len(set(names)) > 20
    assert ";" not in chosen
