"""Who stands back when two releases steer the same."""

from __future__ import annotations

from typing import Any

from serinus.kube.claims import contested
from serinus.kube.kinds import Json
from tests.kube.stage import a_release


def aged(name: str, second: int, **spec: Any) -> Json:
    document = a_release(name, **spec)
    document["metadata"]["creationTimestamp"] = f"2026-11-24T10:00:{second:02}Z"
    return document


OTHER = {"stable": {"deployment": "x1"}, "canary": {"deployment": "x2"}, "traffic": {"replicas": {"service": "x"}}}


def test_the_younger_stands_back_and_is_told_for_whom() -> None:
    old, young = aged("z-old", 1), aged("a-young", 2)
    assert contested(old, [young, old]) == ""
    message = contested(young, [young, old])
    assert "service/notification" in message
    assert "'z-old'" in message


def test_of_one_age_the_name_decides() -> None:
    first, second = aged("a", 1), aged("b", 1)
    assert contested(first, [first, second]) == ""
    assert contested(second, [first, second])


def test_one_deployment_in_common_is_enough() -> None:
    other = aged("other", 2, **(OTHER | {"canary": {"deployment": "v2"}}))
    assert "deployment/v2" in contested(other, [aged("first", 1), other])


def test_releases_of_different_things_go_side_by_side() -> None:
    other = aged("other", 2, **OTHER)
    assert contested(other, [aged("first", 1), other]) == ""


def test_a_release_nobody_can_read_claims_nothing() -> None:
    broken = aged("broken", 1, steps=[])
    assert contested(aged("good", 2), [broken]) == ""
    assert contested(broken, [aged("good", 0)]) == ""
