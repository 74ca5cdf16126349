"""Rules are made, changed and removed within AWS's bounds; what is refused names the field, the rule and the value."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.errors import StoreError
from serinus.tracestore import rules
from serinus.tracestore.rules import DeleteSamplingRule, Record, SamplingRule, SamplingRuleUpdate
from serinus.tracestore.wire import Refused

A_RULE: Final[dict[str, Any]] = {
    "RuleName": "mine",
    "ResourceARN": "*",
    "Priority": 1,
    "FixedRate": 0.5,
    "ReservoirSize": 0,
    "ServiceName": "V?-shop",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
}
ONLY_DEFAULT: Final = {"Default": rules.default_rule(0.0)}


def a_rule(**changes: Any) -> SamplingRule:
    return msgspec.convert({**A_RULE, **changes}, SamplingRule)


def known(*names: str) -> dict[str, Record]:
    return ONLY_DEFAULT | {name: rules.created(ONLY_DEFAULT, a_rule(RuleName=name), 1.0) for name in names}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"RuleName": ""}, "SamplingRule.RuleName: must have 1 to 32 characters, got ''"),
        ({"RuleName": "x" * 33}, "RuleName: must have 1 to 32"),
        ({"RuleName": "Default"}, "named 'Default' already"),
        ({"RuleARN": "arn"}, "SamplingRule.RuleARN: is given by X-Ray, got 'arn'"),
        ({"Priority": 0}, "SamplingRule.Priority: must be between 1 and 9999, got 0"),
        ({"Priority": 10000}, "between 1 and 9999, got 10000"),
        ({"FixedRate": 1.5}, "SamplingRule.FixedRate: must be between 0 and 1, got 1.5"),
        ({"FixedRate": -0.1}, "between 0 and 1, got -0.1"),
        ({"ReservoirSize": -1}, "SamplingRule.ReservoirSize: must be at least 0, got -1"),
        ({"ServiceName": "s" * 65}, "SamplingRule.ServiceName: must have 0 to 64"),
        ({"HTTPMethod": "PROPPATCHED"}, "SamplingRule.HTTPMethod: must have 0 to 10 characters, got 'PROPPATCHED'"),
        ({"URLPath": "/" * 129}, "SamplingRule.URLPath: must have 0 to 128"),
        ({"ResourceARN": "a" * 501}, "SamplingRule.ResourceARN: must have 0 to 500"),
        ({"Version": 2}, "SamplingRule.Version: must be 1, got 2"),
        ({"Attributes": {str(key): "v" for key in range(6)}}, "Attributes: must hold at most 5, got 6"),
        ({"Attributes": {"key": ""}}, "Attributes: keys and values must have 1 to 32 characters, got ''"),
    ],
)
def test_what_is_out_of_bounds_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.created(ONLY_DEFAULT, a_rule(**changes), 1.0)
    assert message in refused.value.message
    assert refused.value.name == "InvalidRequestException"


def test_a_rule_gets_its_arn_and_its_times() -> None:
    record = rules.created(ONLY_DEFAULT, a_rule(), 7.0)
    assert record.sampling_rule.rule_arn.endswith(":sampling-rule/mine")
    assert (record.created_at, record.modified_at) == (7.0, 7.0)


def test_the_26th_rule_is_one_too_many() -> None:
    full = known(*(f"r{number}" for number in range(25)))
    with pytest.raises(Refused, match="25 sampling rules") as refused:
        rules.created(full, a_rule(), 1.0)
    assert refused.value.name == "RuleLimitExceededException"


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    before = known("mine")
    changed = rules.updated(before, SamplingRuleUpdate(rule_name="mine", fixed_rate=0.1), 9.0)
    assert changed.sampling_rule == msgspec.structs.replace(before["mine"].sampling_rule, fixed_rate=0.1)
    assert (changed.created_at, changed.modified_at) == (1.0, 9.0)


def test_an_update_is_bound_as_a_new_rule_is() -> None:
    with pytest.raises(Refused, match=r"SamplingRuleUpdate\.FixedRate: must be between 0 and 1, got 2"):
        rules.updated(known("mine"), SamplingRuleUpdate(rule_name="mine", fixed_rate=2.0), 9.0)


def test_default_takes_a_rate_and_a_reservoir_only() -> None:
    changed = rules.updated(ONLY_DEFAULT, SamplingRuleUpdate(rule_name="Default", fixed_rate=0.05), 9.0)
    assert changed.sampling_rule.fixed_rate == 0.05
    with pytest.raises(Refused, match=r"only FixedRate and ReservoirSize of the rule Default .* HTTPMethod"):
        rules.updated(ONLY_DEFAULT, SamplingRuleUpdate(rule_name="Default", http_method="GET"), 9.0)


def test_default_cannot_be_deleted_and_others_go_by_name_or_arn() -> None:
    with pytest.raises(Refused, match="Default cannot be deleted"):
        rules.removable(ONLY_DEFAULT, DeleteSamplingRule("Default"))
    present = known("mine")
    arn = present["mine"].sampling_rule.rule_arn
    assert rules.removable(present, DeleteSamplingRule("mine")) == present["mine"]
    assert rules.removable(present, DeleteSamplingRule(rule_arn=arn)) == present["mine"]


@pytest.mark.parametrize(("name", "arn"), [("", ""), ("mine", "arn")])
def test_one_of_name_and_arn_must_be_given(name: str, arn: str) -> None:
    with pytest.raises(Refused, match="give RuleName or RuleARN, one of them"):
        rules.found(known("mine"), name, arn)


def test_a_rule_that_does_not_exist_is_named() -> None:
    with pytest.raises(Refused, match="no sampling rule is named 'other'"):
        rules.found(known("mine"), "other", "")


@settings(deadline=None)
@given(
    st.floats(0, 1), st.integers(1, 9999), st.dictionaries(st.text(min_size=1, max_size=32), st.just("v"), max_size=5)
)
def test_what_is_stored_is_read_back(rate: float, priority: int, attributes: dict[str, str]) -> None:
    rule = a_rule(FixedRate=rate, Priority=priority, Attributes=attributes)
    record = rules.created(ONLY_DEFAULT, rule, 7.0)
    assert rules.stored(rules.storable(record)) == record


def test_a_stored_document_that_is_no_rule_is_said() -> None:
    with pytest.raises(StoreError, match="sampling rule in the trace store"):
        rules.stored("{}")
