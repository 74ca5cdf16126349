"""Centralised sampling as SDKs ask for it: rules, and targets for them. In: request bodies. Out: answers, or Refused.
Rules stand in the store; Default is there from the start. ADOT for Python sends SampleCount for SampledCount.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from msgspec import Struct, field

from serinus.tracestore import rules, wire
from serinus.tracestore.rules import DEFAULT, Record
from serinus.tracestore.store import Store
from serinus.tracestore.wire import Request, invalid

MAX_DOCUMENTS: Final = 25
INTERVAL: Final = 10
QUOTA: Final = 100


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


class SamplingRules:
    """The rules, from any thread. `since`: epoch seconds from which Default holds."""

    def __init__(self, store: Store, since: float) -> None:
        self._store = store
        self._changing = threading.Lock()
        kept = (rules.stored(document) for document in store.rules())
        self._known = {each.sampling_rule.rule_name: each for each in (rules.default_rule(since), *kept)}
        self._changed = max(each.modified_at for each in self._known.values())

    def listed(self) -> dict[str, Any]:
        """The answer of GetSamplingRules, in the order in which samplers look at them."""
        ordered = sorted(
            self._known.values(), key=lambda each: (each.sampling_rule.priority, each.sampling_rule.rule_name)
        )
        return {"SamplingRuleRecords": ordered}

    def create(self, body: bytes, now: float) -> dict[str, Any]:
        """CreateSamplingRule."""
        asked = wire.read(body, rules.CreateSamplingRule).sampling_rule
        with self._changing:
            return self._keep(rules.created(self._known, asked, now))

    def update(self, body: bytes, now: float) -> dict[str, Any]:
        """UpdateSamplingRule."""
        asked = wire.read(body, rules.UpdateSamplingRule).sampling_rule_update
        with self._changing:
            return self._keep(rules.updated(self._known, asked, now))

    def delete(self, body: bytes, now: float) -> dict[str, Any]:
        """DeleteSamplingRule."""
        asked = wire.read(body, rules.DeleteSamplingRule)
        with self._changing:
            gone = rules.removable(self._known, asked)
            name = gone.sampling_rule.rule_name
            self._store.drop_rule(name)
            self._known = {each: record for each, record in self._known.items() if each != name}
            self._changed = now
        return {"SamplingRuleRecord": gone}

    def targets(self, asked: GetSamplingTargets, now: float) -> Targets:
        """A quota for each report on a rule that exists. Raises Refused beyond 25 reports."""
        reports, known = asked.sampling_statistics_documents, self._known
        if len(reports) > MAX_DOCUMENTS:
            raise invalid(f"SamplingStatisticsDocuments: must hold at most {MAX_DOCUMENTS}, got {len(reports)}")
        return Targets(
            sampling_target_documents=[
                _target(known[report.rule_name], now) for report in reports if report.rule_name in known
            ],
            last_rule_modification=self._changed,
            unprocessed_statistics=[_unknown(report.rule_name) for report in reports if report.rule_name not in known],
        )

    def _keep(self, record: Record) -> dict[str, Any]:
        """A new mapping each time: readers need no lock."""
        name = record.sampling_rule.rule_name
        self._store.keep_rule(name, rules.storable(record))
        self._known = {**self._known, name: record}
        self._changed = record.modified_at
        return {"SamplingRuleRecord": record}


def _target(record: Record, now: float) -> dict[str, Any]:
    """Default gives a quota beyond its reservoir: a laptop has one client, and nothing to save."""
    rule = record.sampling_rule
    return {
        "RuleName": rule.rule_name,
        "FixedRate": rule.fixed_rate,
        "ReservoirQuota": QUOTA if rule.rule_name == DEFAULT else rule.reservoir_size,
        "ReservoirQuotaTTL": now + 60 * INTERVAL,
        "Interval": INTERVAL,
    }


def _unknown(rule_name: str) -> dict[str, str]:
    return {"RuleName": rule_name, "ErrorCode": "UnknownRule", "Message": f"no sampling rule is named {rule_name!r}"}
