"""What the images are built from: everything the services import is locked, at the versions the tests run with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGES = ["services/notification", "services/user-management"]
SHARED = ["xray", "services/chassis"]
OURS = {"serinus-xray", "omnitech-chassis"}


def locked(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / file).read_text(), re.MULTILINE))


def declared(member: str) -> set[str]:
    project = tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]
    return {re.split(r"[^A-Za-z0-9-]", dependency)[0] for dependency in project["dependencies"]} - OURS


@pytest.mark.parametrize("image", IMAGES)
def test_every_dependency_is_locked_for_the_image(image: str) -> None:
    needed = {dependency for member in (*SHARED, image) for dependency in declared(member)}

    assert needed - set(locked(f"{image}/requirements.txt")) == set()


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_what_the_tests_ran(image: str) -> None:
    tested, shipped = locked("requirements/dev.txt"), locked(f"{image}/requirements.txt")

    assert {name: version for name, version in shipped.items() if tested.get(name, version) != version} == {}


def test_an_image_carries_nothing_that_the_other_service_alone_needs() -> None:
    needs = [declared(image) for image in IMAGES]
    carried = [set(locked(f"{image}/requirements.txt")) for image in IMAGES]

    assert carried[0] & (needs[1] - needs[0]) == set()
    assert carried[1] & (needs[0] - needs[1]) == set()


@pytest.mark.parametrize("service", ["notification", "user-management"])
def test_an_image_runs_as_nobody_in_particular_without_shell_or_secret(service: str) -> None:
    image = (ROOT / "services" / service / "Dockerfile").read_text()

    assert "\nUSER 10001:10001\n" in image
    assert "\nHEALTHCHECK NONE\n" in image
    assert re.search(r"^ENTRYPOINT \[", image, re.MULTILINE)
    assert "PASSWORD" not in image
