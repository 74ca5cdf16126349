"""Samplers get the rules and a quota for each; rules are kept as long as the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from serinus.tracestore.sampling import QUOTA, GetSamplingTargets, SamplingRules, Statistics
from serinus.tracestore.store import open_store
from serinus.tracestore.wire import Refused
from tests.tracestore.test_rules import A_RULE


def body(**fields: object) -> bytes:
    return msgspec.json.encode(fields)


def in_memory() -> SamplingRules:
    return SamplingRules(open_store(None), 5.0)


def names(rules: SamplingRules) -> list[str]:
    return [each.sampling_rule.rule_name for each in rules.listed()["SamplingRuleRecords"]]


def test_without_others_the_rule_default_keeps_everything() -> None:
    (record,) = in_memory().listed()["SamplingRuleRecords"]
    assert (record.sampling_rule.fixed_rate, record.created_at) == (1.0, 5.0)


def test_a_quota_outlives_the_next_report() -> None:
    answer = in_memory().targets(GetSamplingTargets((Statistics("Default"), Statistics("x"))), now=100.0)
    (target,) = answer.sampling_target_documents
    assert target["ReservoirQuotaTTL"] > 100.0 + target["Interval"]
    assert [one["RuleName"] for one in answer.unprocessed_statistics] == ["x"]


def test_more_than_25_reports_are_refused() -> None:
    with pytest.raises(Refused, match="at most 25, got 26"):
        in_memory().targets(GetSamplingTargets((Statistics("Default"),) * 26), 0.0)


def test_a_rule_without_reservoir_has_no_quota_and_its_own_rate() -> None:
    rules = in_memory()
    rules.create(body(SamplingRule=A_RULE), 7.0)
    answer = rules.targets(GetSamplingTargets((Statistics("mine"), Statistics("Default"))), 8.0)
    quotas = [(each["FixedRate"], each["ReservoirQuota"]) for each in answer.sampling_target_documents]
    assert quotas == [(0.5, 0), (1.0, QUOTA)]
    assert answer.last_rule_modification == 7.0


def test_rules_are_listed_as_samplers_look_at_them() -> None:
    rules = in_memory()
    for name, priority in (("c", 2), ("b", 1), ("a", 2)):
        rules.create(body(SamplingRule={**A_RULE, "RuleName": name, "Priority": priority}), 7.0)
    assert names(rules) == ["b", "a", "c", "Default"]


def test_rules_survive_with_the_file_and_default_does_not_change_its_place(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    store = open_store(path)
    before = SamplingRules(store, 5.0)
    changes: Any = {"RuleName": "mine", "FixedRate": 0.25}
    before.create(body(SamplingRule=A_RULE), 7.0)
    before.create(body(SamplingRule={**A_RULE, "RuleName": "gone"}), 7.0)
    before.update(body(SamplingRuleUpdate=changes), 8.0)
    before.delete(body(RuleName="gone"), 9.0)
    store.close()
    store = open_store(path)
    after = SamplingRules(store, 50.0)
    assert names(after) == ["mine", "Default"]
    mine = after.listed()["SamplingRuleRecords"][0]
    assert (mine.sampling_rule.fixed_rate, mine.created_at, mine.modified_at) == (0.25, 7.0, 8.0)
    store.close()
