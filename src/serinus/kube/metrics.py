"""What Prometheus sees of every release. In: plans. Out: metrics in base units, ratios in 0…1.
Labels are namespaces, names and words of small sets; never a trace id, an endpoint or a version without end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from serinus.judge.verdict import Check, Verdict, VerdictOutcome
from serinus.release.plan import Plan
from serinus.release.status import Phase

_NAMES: Final = ("namespace", "name")
Calls = Callable[[], Mapping[tuple[str, str], int]]


class Metrics:
    """A registry of its own: what it shows is what was given."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        self._under_way: dict[tuple[str, str], int] = {}
        gauge = self._gauge
        self._info = gauge("release_info", "Versions of a release", "stable_version", "canary_version")
        self._phase = gauge("release_phase", "1 for the phase a release is in", "phase")
        self._desired = gauge("release_weight_desired_ratio", "Share asked for on the canary")
        self._measured = gauge("release_weight_measured_ratio", "The canary's share of requests, from traces", "bound")
        self._difference = gauge("release_check_difference", "Canary's share minus stable's", "check", "bound")
        self._check_evidence = gauge("release_check_evidence", "E-value of a comparison", "check", "against")
        self._evidence = gauge("release_evidence", "E-value against the canary, of all comparisons together")
        self._decisive = gauge("release_evidence_decisive", "The e-value that rolls back")
        self._needed = gauge("release_needed_requests", "Canary requests still to come until the step can be decided")
        self._verdict = gauge("release_check_verdict", "1 for what the judge says", "verdict")
        self._traces = gauge("release_traces", "Requests judged in this run", "version")
        self._lag = gauge("telemetry_lag_seconds", "Age of the newest evidence")
        self._split_error = gauge("release_split_error_ratio", "Measured minus desired share of the canary")
        self._decisions = Counter(
            "serinus_decisions", "Changes of phase", (*_NAMES, "outcome", "reason"), registry=self.registry
        )
        self._runs = Counter(
            "serinus_runs", "Runs that are over", (*_NAMES, "outcome", "reason"), registry=self.registry
        )
        self._asked = Counter(
            "serinus_kubernetes_api_requests",
            "Questions to the Kubernetes API",
            ("verb", "kind", "outcome"),
            registry=self.registry,
        )
        self._errors = Counter(
            "serinus_reconcile_errors", "Passes that failed", (*_NAMES, "kind"), registry=self.registry
        )
        self._duration = Histogram("serinus_decision_duration_seconds", "Length of a pass", registry=self.registry)
        self._leader = Gauge("serinus_leader", "1 while this operator acts", registry=self.registry)

    def counts_calls(self, calls: Calls) -> None:
        """`calls`: X-Ray API calls so far, by operation and outcome."""
        self.registry.register(_Calls(calls))

    def asked(self, verb: str, kind: str, outcome: str) -> None:
        """After each question to the Kubernetes API."""
        self._asked.labels(verb, kind, outcome).inc()

    def leads(self, value: bool) -> None:
        self._leader.set(int(value))

    def failed(self, namespace: str, name: str, kind: str) -> None:
        self._errors.labels(namespace, name, kind).inc()

    def passed(self, namespace: str, name: str, plan: Plan, took: float, now: float) -> None:
        """After each pass. `took`: s. `now`: epoch s."""
        names, status = (namespace, name), plan.status
        self._duration.observe(took)
        self._one_of(self._phase, names, [str(each) for each in Phase], str(status.phase))
        self._versions(names, status.stable_version, status.canary_version)
        self._desired.labels(*names).set(status.weight / 100)
        self._judged(names, plan, now)
        self._ended(names, plan)

    def decided(self, namespace: str, name: str, plan: Plan) -> None:
        """At each change of phase."""
        self._decisions.labels(namespace, name, str(plan.status.phase), plan.status.reason).inc()

    def forget(self, namespace: str, name: str) -> None:
        """Nothing of a release that is gone stays."""
        gauges = (self._info, self._phase, self._desired, self._measured, self._difference, self._verdict)
        evidence = (self._check_evidence, self._evidence, self._decisive, self._needed)
        for gauge in (*gauges, *evidence, self._traces, self._lag, self._split_error):
            gauge.remove_by_labels({"namespace": namespace, "name": name})
        self._known.pop((namespace, name), None)
        self._under_way.pop((namespace, name), None)

    def _judged(self, names: tuple[str, str], plan: Plan, now: float) -> None:
        verdict = plan.run.verdict
        if verdict is None:
            return
        self._one_of(self._verdict, names, [str(each) for each in VerdictOutcome], str(verdict.outcome))
        if verdict.complete_to:
            self._lag.labels(*names).set(max(0.0, now - verdict.complete_to))
        if split := verdict.split:
            for bound, value in (("estimate", split.share), ("lower", split.low), ("upper", split.high)):
                self._measured.labels(*names, bound).set(value)
            self._split_error.labels(*names).set(split.share - split.desired)
        self._weighed(names, verdict)
        for check in verdict.checks[:1]:
            self._traces.labels(*names, "stable").set(check.stable.requests)
            self._traces.labels(*names, "canary").set(check.canary.requests)

    def _weighed(self, names: tuple[str, str], verdict: Verdict) -> None:
        """The evidence; of comparisons those of all endpoints together, so that labels stay few."""
        for gauge in (self._difference, self._check_evidence, self._needed):
            gauge.remove_by_labels({"namespace": names[0], "name": names[1]})
        self._evidence.labels(*names).set(verdict.e_total)
        self._decisive.labels(*names).set(1 / verdict.false_alarm)
        if verdict.needed is not None:
            self._needed.labels(*names).set(verdict.needed)
        for check in verdict.checks:
            if not check.stratum:
                self._compared(names, check)

    def _compared(self, names: tuple[str, str], check: Check) -> None:
        called = f"{check.name} {check.quantiles.name}" if check.quantiles else check.name
        difference = check.difference
        for bound, value in (("estimate", difference.estimate), ("lower", difference.low), ("upper", difference.high)):
            self._difference.labels(*names, called, bound).set(value)
        for against, value in (("canary", check.e_fail), ("harm", check.e_pass)):
            self._check_evidence.labels(*names, called, against).set(value)

    def _ended(self, names: tuple[str, str], plan: Plan) -> None:
        """A run counts once, in the pass that ends it; one that was over when this operator came is not counted."""
        run = plan.run
        if plan.former:
            self._under_way.pop(names, None)
            self._runs.labels(*names, plan.former.outcome, "NewVersion").inc()
        if run.number and not run.outcome:
            self._under_way[names] = run.number
        elif self._under_way.get(names) == run.number:
            del self._under_way[names]
            self._runs.labels(*names, run.outcome, plan.status.reason).inc()

    def _versions(self, names: tuple[str, str], stable: str, canary: str) -> None:
        if self._known.get(names) != (stable, canary):
            self._info.remove_by_labels({"namespace": names[0], "name": names[1]})
            self._known[names] = (stable, canary)
        self._info.labels(*names, stable, canary).set(1)

    def _one_of(self, gauge: Gauge, names: tuple[str, str], values: list[str], now: str) -> None:
        for value in values:
            gauge.labels(*names, value).set(int(value == now))

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"serinus_{name}", says, (*_NAMES, *labels), registry=self.registry)


class _Calls(Collector):
    """What somebody else counts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def collect(self) -> Iterator[CounterMetricFamily]:
        told = CounterMetricFamily(
            "serinus_xray_api_requests", "X-Ray API calls, retries not counted", labels=("operation", "outcome")
        )
        for labels, count in sorted(self._calls().items()):
            told.add_metric(labels, count)
        yield told
