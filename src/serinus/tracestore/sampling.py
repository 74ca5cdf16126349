"""Centralised sampling as SDKs ask for it: one rule, Default, that keeps everything, as a laptop's traces cost nothing.
In: statistics documents. Out: targets. ADOT for Python sends SampleCount for SampledCount; both are taken.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

from serinus.tracestore.wire import Request, invalid

MAX_DOCUMENTS: Final = 25
INTERVAL: Final = 10
QUOTA: Final = 100
_REGION_AND_ACCOUNT: Final = "us-east-1:000000000000"

DEFAULT_RULE: Final[dict[str, Any]] = {
    "RuleName": "Default",
    "RuleARN": f"arn:aws:xray:{_REGION_AND_ACCOUNT}:sampling-rule/Default",
    "ResourceARN": "*",
    "Priority": 10000,
    "FixedRate": 1.0,
    "ReservoirSize": 1,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
    "Attributes": {},
}


class Statistics(Request, frozen=True):
    """How one client used one rule since its last report."""

    rule_name: str
    client_id: str = field(name="ClientID", default="")
    request_count: int = 0
    sampled_count: int | None = None
    sample_count: int | None = None
    borrow_count: int = 0


class GetSamplingTargets(Request, frozen=True):
    sampling_statistics_documents: tuple[Statistics, ...] = ()


class Targets(Struct, frozen=True, rename="pascal"):
    """Under the API's names. Times in epoch seconds."""

    sampling_target_documents: list[dict[str, Any]]
    last_rule_modification: float
    unprocessed_statistics: list[dict[str, str]]


def rules(since: float) -> dict[str, Any]:
    """The answer of GetSamplingRules. `since`: epoch seconds from which the rule holds."""
    return {"SamplingRuleRecords": [{"SamplingRule": DEFAULT_RULE, "CreatedAt": since, "ModifiedAt": since}]}


def targets(asked: GetSamplingTargets, since: float, now: float) -> Targets:
    """A quota for each report on Default; other rules do not exist. Raises Refused beyond 25 reports."""
    reports = asked.sampling_statistics_documents
    if len(reports) > MAX_DOCUMENTS:
        raise invalid(f"SamplingStatisticsDocuments: must hold at most {MAX_DOCUMENTS}, got {len(reports)}")
    return Targets(
        sampling_target_documents=[_target(now) for report in reports if report.rule_name == "Default"],
        last_rule_modification=since,
        unprocessed_statistics=[_unknown(report.rule_name) for report in reports if report.rule_name != "Default"],
    )


def _target(now: float) -> dict[str, Any]:
    return {
        "RuleName": "Default",
        "FixedRate": 1.0,
        "ReservoirQuota": QUOTA,
        "ReservoirQuotaTTL": now + 60 * INTERVAL,
        "Interval": INTERVAL,
    }


def _unknown(rule_name: str) -> dict[str, str]:
    return {"RuleName": rule_name, "ErrorCode": "UnknownRule", "Message": f"no sampling rule is named {rule_name!r}"}
