"""Our sampling rule around a run: there while it lasts, gone afterwards, and never in a pass's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from serinus.errors import TracesError, TracesUnavailable
from serinus.judge.judge import Evidence
from serinus.release.decide import decide
from serinus.release.plan import Plan
from serinus.release.status import Phase
from serinus.release.telemetry import Remark
from serinus.release.world import World
from serinus.traces import upkeep
from serinus.traces.background import Background
from serinus.traces.client import XRayClient
from serinus.traces.sampling import Rule
from serinus.traces.upkeep import AGAIN_S, CONFIRMED_S, Upkeep
from tests.contracts.servers import boto, free, running
from tests.release.builders import UNDECIDED, a_release, a_world

KEY = ("default", "notification")
NAME = "serinus-default-notification"
Json = dict[str, Any]


class Rules:
    """An account's rules; `fails`, if set, is raised by every change. `calls`: what was asked, in order."""

    def __init__(self, *names: str) -> None:
        self.present: dict[str, Json] = {name: {"RuleName": name} for name in ("Default", *names)}
        self.fails: TracesError | None = None
        self.calls: list[str] = []
        self.answers = threading.Event()
        self.answers.set()

    def sampling_rules(self) -> list[Json]:
        self._called("list")
        return list(self.present.values())

    def create_sampling_rule(self, rule: Json) -> None:
        self._called("create")
        self.present[rule["RuleName"]] = rule

    def update_sampling_rule(self, rule: Json) -> None:
        self._called("update")
        self.present[rule["RuleName"]] |= rule

    def delete_sampling_rule(self, name: str) -> None:
        self._called("delete")
        del self.present[name]

    def _called(self, verb: str) -> None:
        self.answers.wait(20)
        self.calls.append(verb)
        if self.fails and verb != "list":
            raise self.fails


def at(phase: Phase, rate: float | None = 0.5, **changes: Any) -> tuple[World, Plan]:
    traces = {} if rate is None else {"traces": {"sampling": {"rate": rate}}}
    world = replace(a_world(a_release(**traces)), **changes)
    plan = decide(world, Evidence(), UNDECIDED, 1000.0)
    return world, replace(plan, status=replace(plan.status, phase=phase))


class Kept(Upkeep):
    """With the background at hand."""

    def __init__(self, rules: Any, cluster: str = "") -> None:
        self.background = Background()
        super().__init__(rules, self.background, cluster)


async def seen(kept: Kept, pass_: tuple[World, Plan], now: float) -> Remark | None:
    """What the pass after this one knows."""
    kept.attend(*pass_, now)
    await kept.background.idle()
    return kept.attend(*pass_, now)


async def test_the_rule_is_there_while_the_run_lasts_and_gone_afterwards() -> None:
    rules = Rules()
    kept = Kept(rules)
    await seen(kept, at(Phase.IDLE), 0.0)
    assert set(rules.present) == {"Default"}
    await seen(kept, at(Phase.SCALING), 1.0)
    rule = rules.present[NAME]
    assert (rule["FixedRate"], rule["ReservoirSize"], rule["ServiceName"]) == (0.5, 0, "V?-Notification-Microservice")
    for phase in (Phase.ROUTING, Phase.ANALYSING, Phase.AWAITING_APPROVAL, Phase.BAKING):
        await seen(kept, at(phase), 2.0)
        assert NAME in rules.present
    await seen(kept, at(Phase.RETIRING), 3.0)
    assert set(rules.present) == {"Default"}
    assert rules.calls == ["list", "list", "create", "list", "delete"]


async def test_what_x_ray_has_confirmed_is_asked_again_only_now_and_then() -> None:
    rules = Rules()
    kept = Kept(rules)
    for second in range(int(CONFIRMED_S)):
        await seen(kept, at(Phase.ANALYSING), float(second))
    assert rules.calls == ["list", "create"]
    del rules.present[NAME]
    await seen(kept, at(Phase.ANALYSING), CONFIRMED_S)
    assert NAME in rules.present


async def test_another_rate_changes_the_rule_and_without_one_it_goes() -> None:
    rules = Rules()
    kept = Kept(rules)
    for rate, found in ((0.5, 0.5), (1.0, 1.0)):
        await seen(kept, at(Phase.ANALYSING, rate), 0.0)
        assert rules.present[NAME]["FixedRate"] == found
    await seen(kept, at(Phase.ANALYSING, None), 0.0)
    assert NAME not in rules.present


async def test_a_rule_that_an_operator_before_us_left_is_taken_back() -> None:
    rules = Rules(NAME, "serinus-default-another", "theirs")
    await seen(Kept(rules), at(Phase.PROMOTED, None), 0.0)
    assert set(rules.present) == {"Default", "serinus-default-another", "theirs"}


async def test_a_refusal_is_told_with_its_remedy_and_tried_again_later() -> None:
    rules = Rules()
    rules.fails = TracesError("not allowed", "AccessDeniedException")
    kept = Kept(rules)
    found = await seen(kept, at(Phase.ANALYSING), 0.0)
    assert found is not None
    assert (found.reason, "xray:CreateSamplingRule" in found.message) == ("SamplingDenied", True)
    await seen(kept, at(Phase.ANALYSING), AGAIN_S - 1)
    assert rules.calls == ["list", "create"]
    rules.fails = None
    assert (await seen(kept, at(Phase.ANALYSING), AGAIN_S)) is None
    assert NAME in rules.present


async def test_names_without_anything_in_common_are_told_and_x_ray_is_not_asked_for_a_rule() -> None:
    world, plan = at(Phase.ANALYSING)
    assert world.stable is not None
    rules = Rules()
    found = await seen(Kept(rules), (replace(world, stable=replace(world.stable, service="red")), plan), 0.0)
    assert found is not None
    assert found.reason == "NamesTooDifferent"
    assert rules.calls == ["list"]


async def test_an_x_ray_that_is_away_is_asked_again_later() -> None:
    rules = Rules()
    rules.fails = TracesUnavailable("nobody there")
    kept = Kept(rules)
    assert (await seen(kept, at(Phase.ANALYSING), 0.0)) is None
    rules.fails = None
    await seen(kept, at(Phase.ANALYSING), AGAIN_S)
    assert NAME in rules.present


async def test_where_nobody_asks_for_a_rule_a_lack_of_permission_troubles_nobody() -> None:
    rules = Rules(NAME)
    rules.fails = TracesError("not allowed", "AccessDeniedException")
    kept = Kept(rules)
    for second in (0.0, AGAIN_S, CONFIRMED_S):
        assert (await seen(kept, at(Phase.ANALYSING, None), second)) is None
    assert rules.calls == ["list", "delete"]


async def test_no_pass_waits_for_x_ray() -> None:
    rules = Rules()
    rules.answers.clear()
    kept = Kept(rules)
    for second in range(3):
        assert kept.attend(*at(Phase.ANALYSING), float(second)) is None
    rules.answers.set()
    await kept.background.idle()
    assert rules.calls == ["list", "create"]


async def test_leaving_takes_the_rule_back() -> None:
    rules = Rules()
    kept = Kept(rules)
    await seen(kept, at(Phase.ANALYSING), 0.0)
    await kept.leave(*KEY)
    assert set(rules.present) == {"Default"}
    await kept.leave(*KEY)


async def test_leaving_does_not_ask_where_no_rule_is() -> None:
    rules = Rules()
    kept = Kept(rules)
    await seen(kept, at(Phase.PROMOTED), 0.0)
    asked = len(rules.calls)
    await kept.leave(*KEY)
    assert len(rules.calls) == asked


@pytest.mark.parametrize("error", [TracesUnavailable("away"), TracesError("denied", "AccessDeniedException"), None])
async def test_leaving_goes_on_without_x_ray(
    error: TracesError | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upkeep, "LEAVE_S", 0.05)
    rules = Rules()
    kept = Kept(rules)
    await seen(kept, at(Phase.ANALYSING), 0.0)
    rules.fails = error
    if error is None:
        rules.answers.clear()
    await kept.leave(*KEY)
    rules.answers.set()
    assert f"delete-sampling-rule --rule-name {NAME}" in caplog.text


@pytest.fixture
def xray() -> Iterator[tuple[XRayClient, Any]]:
    """Our client beside an unmodified one."""
    with running(free()) as addresses, boto(addresses.url) as other:
        client = XRayClient(addresses.url)
        yield client, other
        client.close()


async def test_an_unmodified_client_sees_the_rule_of_a_run_and_of_no_other_cluster(
    xray: tuple[XRayClient, Any],
) -> None:
    client, other = xray
    kept = Kept(client, "blue")

    def listed() -> list[Rule]:
        records = other.get_sampling_rules()["SamplingRuleRecords"]
        rules = (record["SamplingRule"] for record in records)
        return [
            Rule(each["RuleName"], each["FixedRate"], each["ServiceName"], each["Priority"], each["ReservoirSize"])
            for each in rules
            if each["RuleName"] != "Default"
        ]

    await seen(kept, at(Phase.SCALING), 0.0)
    (rule,) = listed()
    assert (rule.fixed_rate, rule.service_name, rule.reservoir_size) == (0.5, "V?-Notification-Microservice", 0)
    assert rule.rule_name.startswith("serinus-default-notific")
    await Kept(client, "green").leave(*KEY)
    assert listed() == [rule]
    await seen(kept, at(Phase.DRAINING), 1.0)
    assert listed() == []
