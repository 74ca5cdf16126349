"""Sampling rules through an unmodified boto3: made, changed, listed, removed, and refused as AWS refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contracts.documents import now
from tests.contracts.servers import boto, free, running
from tests.tracestore.test_rules import A_RULE


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    found: str = error.value.response["Error"]["Code"]
    return found


def names(client: Any) -> list[str]:
    pages = client.get_paginator("get_sampling_rules").paginate()
    return [record["SamplingRule"]["RuleName"] for page in pages for record in page["SamplingRuleRecords"]]


def test_a_rule_lives_from_its_creation_to_its_deletion(client: Any) -> None:
    made = client.create_sampling_rule(SamplingRule=A_RULE)["SamplingRuleRecord"]
    assert {**A_RULE, **made["SamplingRule"]} == made["SamplingRule"]
    assert abs(made["CreatedAt"].timestamp() - now()) < 60
    assert names(client) == ["mine", "Default"]
    changed = client.update_sampling_rule(SamplingRuleUpdate={"RuleName": "mine", "FixedRate": 0.25})
    assert changed["SamplingRuleRecord"]["SamplingRule"]["FixedRate"] == 0.25
    report = {"RuleName": "mine", "ClientID": "a" * 24, "Timestamp": now(), "RequestCount": 9, "SampledCount": 3}
    (target,) = client.get_sampling_targets(SamplingStatisticsDocuments=[report])["SamplingTargetDocuments"]
    assert (target["FixedRate"], target["ReservoirQuota"]) == (0.25, 0)
    gone = client.delete_sampling_rule(RuleARN=made["SamplingRule"]["RuleARN"])["SamplingRuleRecord"]
    assert gone["SamplingRule"]["RuleName"] == "mine"
    assert names(client) == ["Default"]


def test_refusals_carry_awss_names(client: Any) -> None:
    for number in range(25):
        client.create_sampling_rule(SamplingRule={**A_RULE, "RuleName": f"r{number}"})
    with pytest.raises(ClientError) as error:
        client.create_sampling_rule(SamplingRule=A_RULE)
    assert code(error) == "RuleLimitExceededException"
    with pytest.raises(ClientError, match="FixedRate: must be between 0 and 1, got 7") as error:
        client.create_sampling_rule(SamplingRule={**A_RULE, "FixedRate": 7})
    assert code(error) == "InvalidRequestException"
    with pytest.raises(ClientError, match="Default cannot be deleted") as error:
        client.delete_sampling_rule(RuleName="Default")
    assert code(error) == "InvalidRequestException"
    with pytest.raises(ClientError, match="no sampling rule is named 'mine'") as error:
        client.update_sampling_rule(SamplingRuleUpdate={"RuleName": "mine", "FixedRate": 0.1})
    assert code(error) == "InvalidRequestException"


def test_rules_in_a_file_are_there_after_a_restart(tmp_path: Path) -> None:
    store = tmp_path / "traces.duckdb"
    with running(free(store)) as xray, boto(xray.url) as client:
        client.create_sampling_rule(SamplingRule=A_RULE)
    with running(free(store)) as xray, boto(xray.url) as client:
        assert names(client) == ["mine", "Default"]
