"""The names and labels that dashboards rely on."""

from __future__ import annotations

from msgspec.structs import replace
from prometheus_client import generate_latest

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Check, Interval, Quantiles, Share
from serinus.kube.metrics import Metrics
from serinus.release.decide import decide
from serinus.release.plan import Plan
from serinus.release.status import Phase
from tests.release.builders import FAIL, a_world


def a_plan() -> Plan:
    check = Check(
        name="faults",
        stratum="",
        stable=Share(1, 300),
        canary=Share(9, 100),
        difference=Interval(0.02, 0.08, 0.14),
        limit=0.01,
        e_fail=200.0,
        e_pass=0.1,
        outcome=FAIL.outcome,
    )
    plan = decide(a_world(), Evidence(), FAIL, 1000.0)
    return replace(plan, run=replace(plan.run, verdict=replace(FAIL, checks=(check,), complete_to=990.0)))


def told(metrics: Metrics) -> list[str]:
    return [line for line in generate_latest(metrics.registry).decode().splitlines() if not line.startswith("#")]


def test_a_pass_is_seen_whole() -> None:
    metrics = Metrics()
    metrics.passed("shop", "notification", a_plan(), 0.01, 1000.0)
    seen = told(metrics)
    names = 'name="notification",namespace="shop"'
    assert f'serinus_release_weight_measured_ratio{{bound="estimate",{names}}} 0.25' in seen
    assert f'serinus_release_check_difference{{bound="upper",check="faults",{names}}} 0.14' in seen
    assert f"serinus_release_split_error_ratio{{{names}}} 0.0" in seen
    assert f'serinus_release_check_verdict{{{names},verdict="fail"}} 1.0' in seen
    assert f'serinus_release_traces{{{names},version="canary"}} 100.0' in seen
    assert f"serinus_telemetry_lag_seconds{{{names}}} 10.0" in seen


def test_a_new_version_takes_the_place_of_the_one_before() -> None:
    metrics, plan = Metrics(), a_plan()
    metrics.passed("shop", "n", plan, 0.01, 1000.0)
    metrics.passed("shop", "n", replace(plan, status=replace(plan.status, canary_version="V3")), 0.01, 1001.0)
    assert [line for line in told(metrics) if "release_info" in line] == [
        'serinus_release_info{canary_version="V3",name="n",namespace="shop",stable_version="V1"} 1.0'
    ]


def test_nothing_of_a_release_that_is_gone_stays_but_its_counters() -> None:
    metrics = Metrics()
    metrics.passed("shop", "n", a_plan(), 0.01, 1000.0)
    metrics.failed("shop", "n", "ClusterError")
    metrics.forget("shop", "n")
    assert [line for line in told(metrics) if 'name="n"' in line and "_created" not in line] == [
        'serinus_reconcile_errors_total{kind="ClusterError",name="n",namespace="shop"} 1.0'
    ]


def test_calls_to_x_ray_are_counted_where_they_are_made() -> None:
    metrics = Metrics()
    metrics.counts_calls(lambda: {("batch_get_traces", "answered"): 7, ("batch_get_traces", "throttled"): 1})
    seen = told(metrics)
    assert 'serinus_xray_api_requests_total{operation="batch_get_traces",outcome="answered"} 7.0' in seen
    assert 'serinus_xray_api_requests_total{operation="batch_get_traces",outcome="throttled"} 1.0' in seen


def test_a_run_is_counted_once_when_it_is_over_by_outcome_and_reason() -> None:
    metrics, plan = Metrics(), a_plan()
    over = replace(
        plan,
        run=replace(plan.run, outcome="rolled back"),
        status=replace(plan.status, reason="HarmFound", phase=Phase.ROLLED_BACK),
    )
    metrics.passed("shop", "n", over, 0.01, 1000.0)
    assert not [line for line in told(metrics) if "serinus_runs_total" in line]
    for each in (plan, over, over):
        metrics.passed("shop", "n", each, 0.01, 1000.0)
    (line,) = [line for line in told(metrics) if "serinus_runs_total" in line]
    assert line == 'serinus_runs_total{name="n",namespace="shop",outcome="rolled back",reason="HarmFound"} 1.0'


def test_the_evidence_is_told_beside_what_would_be_decisive() -> None:
    metrics, plan = Metrics(), a_plan()
    assert plan.run.verdict is not None
    latency = replace(plan.run.verdict.checks[0], name="latency", quantiles=Quantiles("p99", 0.1, 0.2))
    single = replace(plan.run.verdict.checks[0], stratum="GET /slow")
    verdict = replace(plan.run.verdict, e_total=31.0, needed=12, checks=(*plan.run.verdict.checks, latency, single))
    metrics.passed("shop", "n", replace(plan, run=replace(plan.run, verdict=verdict)), 0.01, 1000.0)
    seen = [line.removeprefix("serinus_release_") for line in told(metrics) if 'name="n"' in line]
    names = 'name="n",namespace="shop"'
    assert f"evidence{{{names}}} 31.0" in seen
    assert f"evidence_decisive{{{names}}} 100.0" in seen
    assert f"needed_requests{{{names}}} 12.0" in seen
    assert f'check_evidence{{against="canary",check="faults",{names}}} 200.0' in seen
    assert f'check_evidence{{against="harm",check="latency p99",{names}}} 0.1' in seen
    assert len([line for line in seen if line.startswith("check_evidence{")]) == 4


def test_questions_to_kubernetes_are_counted_by_verb_and_kind() -> None:
    metrics = Metrics()
    for _ in range(2):
        metrics.asked("get", "deployments", "answered")
    line = 'serinus_kubernetes_api_requests_total{kind="deployments",outcome="answered",verb="get"} 2.0'
    assert line in told(metrics)
