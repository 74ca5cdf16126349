"""What the images are built from: everything the services import is locked, at the versions the tests run with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMBERS = ["xray", "services/chassis", "services/notification", "services/user-management"]
OURS = {"serinus-xray", "omnitech-chassis"}


def locked(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / file).read_text(), re.MULTILINE))


def declared(member: str) -> set[str]:
    project = tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]
    return {re.split(r"[^A-Za-z0-9-]", dependency)[0] for dependency in project["dependencies"]} - OURS


@pytest.mark.parametrize("member", MEMBERS)
def test_every_dependency_is_locked_for_the_images(member: str) -> None:
    assert declared(member) <= set(locked("services/requirements.txt"))


def test_the_images_run_what_the_tests_ran() -> None:
    tested, shipped = locked("requirements/dev.txt"), locked("services/requirements.txt")

    assert {name: version for name, version in shipped.items() if tested.get(name, version) != version} == {}


@pytest.mark.parametrize("service", ["notification", "user-management"])
def test_an_image_runs_as_nobody_in_particular_without_shell_or_secret(service: str) -> None:
    image = (ROOT / "services" / service / "Dockerfile").read_text()

    assert "\nUSER 10001:10001\n" in image
    assert "\nHEALTHCHECK NONE\n" in image
    assert re.search(r"^ENTRYPOINT \[", image, re.MULTILINE)
    assert "PASSWORD" not in image
