"""Samplers get the rule Default and a quota for it."""

from __future__ import annotations

import pytest

from serinus.tracestore import sampling
from serinus.tracestore.sampling import GetSamplingTargets, Statistics
from serinus.tracestore.wire import Refused


def test_default_is_the_only_rule_and_keeps_everything() -> None:
    (record,) = sampling.rules(5.0)["SamplingRuleRecords"]
    assert (record["SamplingRule"]["FixedRate"], record["CreatedAt"]) == (1.0, 5.0)


def test_a_quota_outlives_the_next_report() -> None:
    answer = sampling.targets(GetSamplingTargets((Statistics("Default"), Statistics("x"))), since=5.0, now=100.0)
    (target,) = answer.sampling_target_documents
    assert target["ReservoirQuotaTTL"] > 100.0 + target["Interval"]
    assert [one["RuleName"] for one in answer.unprocessed_statistics] == ["x"]


def test_more_than_25_reports_are_refused() -> None:
    with pytest.raises(Refused, match="at most 25, got 26"):
        sampling.targets(GetSamplingTargets((Statistics("Default"),) * 26), 0.0, 0.0)
