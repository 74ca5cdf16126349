"""One rule for both versions: its name and pattern, what to do about it, and that done through boto3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.errors import TracesError, TracesThrottled, TracesUnavailable
from serinus.traces import sampling
from serinus.traces.client import XRayClient
from serinus.traces.sampling import Create, Keep, Refused, Remove, Rule, Update
from tests.contracts.servers import boto, free, running

NAMES = ("V1-Shop", "V2-Shop")
WANTED = Rule("serinus-shop-notification", 0.5, "V?-Shop")
KUBERNETES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?", fullmatch=True)
SERVICES = st.text("ab-1", min_size=1, max_size=90)


def matches(pattern: str, name: str) -> bool:
    """As X-Ray reads * and ?."""
    wild = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wild.get(each, re.escape(each)) for each in pattern), name) is not None


def listed(*names: str) -> list[dict[str, Any]]:
    return [{"RuleName": name} for name in names]


@settings(deadline=None)
@given(SERVICES, SERVICES)
def test_the_pattern_matches_both_names_within_what_x_ray_allows(stable: str, canary: str) -> None:
    pattern = sampling.pattern(stable, canary)
    assert matches(pattern, stable)
    assert matches(pattern, canary)
    assert len(pattern) <= 64


@settings(deadline=None)
@given(st.tuples(KUBERNETES, KUBERNETES), st.tuples(KUBERNETES, KUBERNETES))
def test_each_release_has_a_name_of_its_own_within_what_x_ray_allows(
    one: tuple[str, str], two: tuple[str, str]
) -> None:
    names = [sampling.rule_name(*each) for each in (one, two)]
    assert all(name.startswith("serinus-") and len(name) <= 32 for name in names)
    assert (names[0] == names[1]) == (one == two)


def test_names_are_plain_where_they_can_be() -> None:
    assert sampling.rule_name("shop", "notification") == "serinus-shop-notification"
    assert sampling.rule_name("a-b", "c") != sampling.rule_name("a", "b-c")


def test_two_clusters_that_are_named_do_not_share_a_rule() -> None:
    names = {sampling.rule_name("shop", "notification", cluster) for cluster in ("", "blue", "green")}
    assert len(names) == 3
    assert all(name.startswith("serinus-shop-notif") and len(name) <= 32 for name in names)


@pytest.mark.parametrize(
    ("services", "pattern"),
    [
        (NAMES, "V?-Shop"),
        (("shop", "shop-canary"), "shop*"),
        (("v9-shop", "v10-shop"), "v*-shop"),
        (("aXa", "aa"), "a*a"),
    ],
)
def test_the_pattern_is_narrow(services: tuple[str, str], pattern: str) -> None:
    assert sampling.pattern(*services) == pattern


def test_the_rule_has_no_reservoir_and_the_rate_asked_for() -> None:
    rule = sampling.rule_for("serinus-shop-notification", NAMES, 0.5)
    assert rule == WANTED
    assert (rule.reservoir_size, rule.fixed_rate, rule.priority) == (0, 0.5, 1)


def test_names_without_anything_in_common_are_refused_with_the_remedy() -> None:
    refused = sampling.rule_for("serinus-shop-notification", ("red", "blue"), 1.0)
    assert isinstance(refused, Refused)
    assert refused.reason == "NamesTooDifferent"
    assert "AWS_XRAY_TRACING_NAME" in refused.message


def test_what_is_not_there_is_created_what_differs_updated_what_is_right_kept() -> None:
    present = sampling.on_wire(WANTED) | {"RuleARN": "arn", "Attributes": {}}
    assert sampling.planned(listed("Default"), WANTED) == Create(WANTED)
    assert sampling.planned([present], WANTED) == Keep()
    assert sampling.planned([present | {"ReservoirSize": 1}], WANTED) == Update(WANTED)
    assert sampling.planned([present | {"FixedRate": 0.05}], WANTED) == Update(WANTED)


def test_default_does_not_count_for_the_quota_and_a_rule_there_is_needs_none() -> None:
    others = [f"r{number}" for number in range(25)]
    assert sampling.planned(listed("Default", *others[:24]), WANTED) == Create(WANTED)
    refused = sampling.planned(listed("Default", *others), WANTED)
    assert isinstance(refused, Refused)
    assert refused.reason == "SamplingQuota"
    assert "delete" in refused.message
    assert sampling.planned([*listed(*others[:24]), sampling.on_wire(WANTED)], WANTED) == Keep()


@pytest.mark.parametrize("change", [{"Priority": 7}, {"Host": "a.example"}, {"Attributes": {"tier": "gold"}}])
def test_a_rule_of_our_name_that_somebody_else_made_is_neither_changed_nor_removed(change: dict[str, Any]) -> None:
    theirs = sampling.on_wire(WANTED) | change
    refused = sampling.planned([theirs], WANTED)
    assert isinstance(refused, Refused)
    assert (refused.reason, "--cluster-name" in refused.message) == ("SamplingNameTaken", True)
    assert sampling.planned_end([theirs], WANTED.rule_name) == Keep()


def test_only_a_rule_of_ours_is_removed() -> None:
    assert sampling.planned_end(listed("serinus-a-b", "theirs"), "serinus-a-b") == Remove("serinus-a-b")
    assert sampling.planned_end(listed("theirs"), "theirs") == Keep()
    assert sampling.planned_end(listed("Default"), "serinus-a-b") == Keep()


@pytest.fixture
def xray() -> Iterator[tuple[XRayClient, Any]]:
    """Our client beside an unmodified one."""
    with running(free()) as addresses, boto(addresses.url) as other:
        client = XRayClient(addresses.url)
        yield client, other
        client.close()


def test_a_rule_is_made_changed_and_removed_and_each_may_be_said_twice(xray: tuple[XRayClient, Any]) -> None:
    client, _ = xray
    changed = Rule(WANTED.rule_name, 1.0, WANTED.service_name)
    assert [sampling.ensure(client, WANTED) for _ in range(2)] == [Create(WANTED), Keep()]
    assert [sampling.ensure(client, changed) for _ in range(2)] == [Update(changed), Keep()]
    assert {each["RuleName"]: each["FixedRate"] for each in client.sampling_rules()}[WANTED.rule_name] == 1.0
    assert [sampling.end(client, WANTED.rule_name) for _ in range(2)] == [Remove(WANTED.rule_name), Keep()]
    assert [each["RuleName"] for each in client.sampling_rules()] == ["Default"]


def test_a_full_x_ray_refuses_and_others_rules_stay(xray: tuple[XRayClient, Any]) -> None:
    client, other = xray
    for number in range(25):
        other.create_sampling_rule(SamplingRule=sampling.on_wire(Rule(f"r{number}", 0.1, "*")))
    refused = sampling.ensure(client, WANTED)
    assert isinstance(refused, Refused)
    assert refused.reason == "SamplingQuota"
    with pytest.raises(TracesError) as error:
        client.create_sampling_rule(sampling.on_wire(WANTED))
    assert error.value.code == "RuleLimitExceededException"
    assert len(client.sampling_rules()) == 26


class Raising:
    """Every change fails; our rule is there for the first `looks`."""

    def __init__(self, error: TracesError, looks: int = 9) -> None:
        self._error = error
        self._looks = looks

    def sampling_rules(self) -> list[dict[str, Any]]:
        self._looks -= 1
        return listed(WANTED.rule_name) if self._looks >= 0 else []

    def create_sampling_rule(self, rule: dict[str, Any]) -> None:
        raise self._error

    def update_sampling_rule(self, rule: dict[str, Any]) -> None:
        raise self._error

    def delete_sampling_rule(self, name: str) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("code", "reason", "remedy"),
    [
        ("AccessDeniedException", "SamplingDenied", "xray:CreateSamplingRule"),
        ("RuleLimitExceededException", "SamplingQuota", "delete one"),
        ("InvalidRequestException", "SamplingRefused", "said X-Ray"),
    ],
)
def test_a_refusal_is_a_value_with_its_remedy(code: str, reason: str, remedy: str) -> None:
    refused = sampling.ensure(Raising(TracesError("said X-Ray", code)), WANTED)
    assert isinstance(refused, Refused)
    assert refused.reason == reason
    assert remedy in refused.message


def test_a_rule_that_somebody_else_removed_meanwhile_is_gone() -> None:
    gone = TracesError("no such rule", "InvalidRequestException")
    assert sampling.end(Raising(gone, looks=1), WANTED.rule_name) == Keep()
    assert isinstance(sampling.end(Raising(gone), WANTED.rule_name), Refused)


@pytest.mark.parametrize("error", [TracesThrottled("later", "ThrottledException"), TracesUnavailable("nobody")])
def test_where_asking_again_may_help_the_error_is_raised(error: TracesError) -> None:
    with pytest.raises(type(error)):
        sampling.ensure(Raising(error), WANTED)
    with pytest.raises(type(error)):
        sampling.end(Raising(error), WANTED.rule_name)
