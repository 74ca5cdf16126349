# ruff: noqa: INP001  a program beside what it writes
"""Alerts and panels flow in, dashboard.json for Grafana and prometheusrule.yaml for the Prometheus operator flow out:
`python deploy/monitoring/generate.py` rewrites both. Tests refuse stale copies, and queries for what is not exposed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
Json = dict[str, Any]
ONE = 'namespace=~"$namespace", name=~"$release"'
IN_RUN = "Scaling|Routing|Analysing|AwaitingApproval|Baking"
SOURCE = {"type": "prometheus", "uid": "${source}"}
PHASES = {
    "Idle": "text",
    "Scaling": "super-light-blue",
    "Routing": "light-blue",
    "Analysing": "blue",
    "AwaitingApproval": "purple",
    "Baking": "semi-dark-blue",
    "Retiring": "light-green",
    "Promoted": "green",
    "Restoring": "light-orange",
    "RollingBack": "orange",
    "Draining": "light-red",
    "RolledBack": "red",
}
VERDICTS = {"pass": "green", "insufficient": "purple", "fail": "red", "error": "text"}
STABLE, CANARY = "#0b5cad", "#b45309"


def panel(kind: str, title: str, says: str, queries: Json, at: tuple[int, int, int, int], **fields: Any) -> Json:
    """`queries`: legend -> PromQL. `at`: x, y, width, height on Grafana's grid of 24 columns."""
    x, y, wide, high = at
    targets = [
        {"refId": chr(65 + number), "datasource": SOURCE, "expr": expr, "legendFormat": legend}
        for number, (legend, expr) in enumerate(queries.items())
    ]
    place = {"x": x, "y": y, "w": wide, "h": high}
    told = {"type": kind, "title": title, "description": says, "datasource": SOURCE, "gridPos": place}
    return told | {"targets": targets} | fields


def field(unit: str = "short", **more: Any) -> Json:
    """How values are drawn."""
    return {"defaults": {"unit": unit, **more}, "overrides": []}


def coloured(unit: str, colours: dict[str, str]) -> Json:
    """As `field`, with a colour for each legend."""
    overrides = [
        {
            "matcher": {"id": "byName", "options": legend},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
        }
        for legend, colour in colours.items()
    ]
    return {"defaults": {"unit": unit}, "overrides": overrides}


def states(names: dict[str, str]) -> Json:
    """One band a release: the numbers of `coded` as words and colours."""
    told = {str(code): {"text": name, "color": colour} for code, (name, colour) in enumerate(names.items(), 1)}
    config = field("none", mappings=[{"type": "value", "options": told}], custom={"fillOpacity": 85, "lineWidth": 0})
    config["defaults"]["color"] = {"mode": "fixed", "fixedColor": "text"}
    return config


def coded(metric: str, label: str, names: dict[str, str]) -> str:
    """One series a release, whose value is the place, from 1, of its state among `names`."""
    one = f'max by (namespace, name, {label}) ({metric}{{{ONE}, {label}="%s"}}) * %d'
    return f"sum by (namespace, name) ({' or '.join(one % (name, code) for code, name in enumerate(names, 1))})"


def stat(title: str, says: str, expr: str, x: int, unit: str = "short", bad_from: float | None = None) -> Json:
    """One number of the top row."""
    steps: list[Json] = [{"color": "text", "value": None}]
    if bad_from is not None:
        steps.append({"color": "red", "value": bad_from})
    config = field(unit, thresholds={"mode": "absolute", "steps": steps}, noValue="0")
    return panel("stat", title, says, {"": expr}, (x, 0, 4, 4), fieldConfig=config)


def fleet() -> list[Json]:
    """All releases in one look."""
    phase = "serinus_release_phase"
    leader = stat("Leading operators", "One, always", "sum(serinus_leader)", 0)
    steps = [{"color": "red", "value": None}, {"color": "green", "value": 1}, {"color": "red", "value": 2}]
    leader["fieldConfig"]["defaults"]["thresholds"]["steps"] = steps
    running = f'sum(max by (namespace, name, phase) ({phase}{{phase=~"{IN_RUN}"}}))'
    waiting = f'sum(max by (namespace, name) ({phase}{{phase="AwaitingApproval"}}))'
    back = f'sum(max by (namespace, name) ({phase}{{phase="RolledBack"}}))'
    blind = 'sum(max by (namespace, name) (serinus_release_check_verdict{verdict="error"}))'
    return [
        leader,
        stat("Running", "Releases in a run", running, 4),
        stat("Wait for a person", "Steps that passed and want approval", waiting, 8),
        stat("Rolled back", "Releases whose newest version was rejected", back, 12),
        stat("Without evidence", "Releases whose traces cannot be read", blind, 16, bad_from=1),
        stat("X-Ray calls", "Each is paid for", "sum(rate(serinus_xray_api_requests_total[5m]))", 20, "reqps"),
        bands("Phase", coded(phase, "phase", PHASES), PHASES, (0, 4, 12, 9)),
        bands("Verdict", coded("serinus_release_check_verdict", "verdict", VERDICTS), VERDICTS, (12, 4, 12, 9)),
    ]


def bands(title: str, expr: str, names: dict[str, str], at: tuple[int, int, int, int]) -> Json:
    """Which state each release was in, over time."""
    options = {"showValue": "auto", "rowHeight": 0.8, "mergeValues": True, "legend": {"showLegend": False}}
    config = states(names)
    says = "Of each release; its message says more"
    return panel(
        "state-timeline", title, says, {"{{namespace}}/{{name}}": expr}, at, fieldConfig=config, options=options
    )


def release() -> list[Json]:
    """What the judge sees of the chosen release."""
    measured = f'serinus_release_weight_measured_ratio{{{ONE}, bound="%s"}}'
    share = {
        "desired": _most(f"serinus_release_weight_desired_ratio{{{ONE}}}"),
        "measured": _most(measured % "estimate"),
        "low": _most(measured % "lower"),
        "high": _most(measured % "upper"),
    }
    faults = f'serinus_release_check_difference{{{ONE}, check="faults"}}'
    harm = {"{{bound}}": f"max by (namespace, name, bound) ({faults})"}
    weighed = {
        "against the canary": _most(f"serinus_release_evidence{{{ONE}}}"),
        "rolls back": _most(f"serinus_release_evidence_decisive{{{ONE}}}"),
    }
    traces = {
        "{{version}}": f"max by (namespace, name, version) (serinus_release_traces{{{ONE}}})",
        "still needed": _most(f"serinus_release_needed_requests{{{ONE}}}"),
    }
    lag = {"{{namespace}}/{{name}}": _most(f"serinus_telemetry_lag_seconds{{{ONE}}}")}
    split = {"desired": "text", "measured": CANARY, "low": "#e0a878", "high": "#e0a878"}
    bounds = {"estimate": CANARY, "lower": "#e0a878", "upper": "#e0a878"}
    sides = {"stable": STABLE, "canary": CANARY}
    plot = "timeseries"
    return [
        panel(plot, "The canary's share", "Asked for, and measured from traces", share, (0, 13, 12, 8)) | _drawn(split),
        panel(plot, "More faults than stable", "With its interval", harm, (12, 13, 12, 8)) | _drawn(bounds),
        panel(plot, "Evidence", "Of all comparisons; it multiplies", weighed, (0, 21, 8, 8)) | _multiplied(),
        panel(plot, "Requests judged", "In this run, by version", traces, (8, 21, 8, 8)) | _drawn(sides, "short"),
        panel(plot, "Age of the newest evidence", "Grows when a run is over", lag, (16, 21, 8, 8)) | _drawn({}, "s"),
    ]


def operator() -> list[Json]:
    """Is the operator itself well, and those whom it asks?"""
    buckets = "sum by (le) (rate(serinus_decision_duration_seconds_bucket[5m]))"
    took = {"half": f"histogram_quantile(0.5, {buckets})", "nine of ten": f"histogram_quantile(0.9, {buckets})"}
    passes = {"passes": "sum(rate(serinus_decision_duration_seconds_count[5m]))"}
    errors = {"{{kind}}": f"sum by (kind) (rate(serinus_reconcile_errors_total{{{ONE}}}[5m]))"}
    decided = {
        "{{outcome}} {{reason}}": f"sum by (outcome, reason) (increase(serinus_decisions_total{{{ONE}}}[$__interval]))"
    }
    xray = {"{{operation}}": "sum by (operation) (rate(serinus_xray_api_requests_total[5m]))"}
    unanswered = 'sum by (outcome) (rate(serinus_xray_api_requests_total{outcome!="answered"}[5m]))'
    kubernetes = {"{{outcome}}": "sum by (outcome) (rate(serinus_kubernetes_api_requests_total[5m]))"}
    runs = f"sum by (outcome, reason) (increase(serinus_runs_total{{{ONE}}}[$__range]))"
    plot = "timeseries"
    return [
        panel(plot, "A pass takes", "Observe, collect, judge, decide, apply", took, (0, 29, 6, 7)) | _drawn({}, "s"),
        panel(plot, "Passes", "Of all releases", passes, (6, 29, 6, 7)) | _drawn({}, "ops"),
        panel(plot, "Passes that failed", "By kind of error", errors, (12, 29, 6, 7)) | _drawn({}, "ops"),
        panel(plot, "Changes of phase", "With their reason", decided, (18, 29, 6, 7)) | _drawn({}, "short"),
        panel(plot, "Calls to X-Ray", "Each is paid for", xray, (0, 36, 6, 7)) | _drawn({}, "reqps"),
        panel(plot, "X-Ray did not answer", "How it went", {"{{outcome}}": unanswered}, (6, 36, 6, 7))
        | _drawn({}, "reqps"),
        panel(plot, "Questions to Kubernetes", "How they went", kubernetes, (12, 36, 6, 7)) | _drawn({}, "reqps"),
        panel("bargauge", "Runs that ended", "In the time shown", {"{{outcome}} {{reason}}": runs}, (18, 36, 6, 7)),
    ]


def _most(selector: str) -> str:
    return f"max by (namespace, name) ({selector})"


def _drawn(colours: dict[str, str], unit: str = "percentunit") -> Json:
    return {"fieldConfig": coloured(unit, colours), "options": {"tooltip": {"mode": "multi"}}}


def _multiplied() -> Json:
    """A logarithmic axis."""
    told = _drawn({"against the canary": CANARY, "rolls back": "red"}, "none")
    told["fieldConfig"]["defaults"]["custom"] = {"scaleDistribution": {"type": "log", "log": 10}}
    return told


def variables() -> list[Json]:
    """Which Prometheus, which namespaces, which releases."""
    source = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    common = {"type": "query", "datasource": SOURCE, "refresh": 2, "includeAll": True, "multi": True, "sort": 1}
    every = {"current": {"text": "All", "value": "$__all"}}
    namespaces = "label_values(serinus_release_phase, namespace)"
    names = 'label_values(serinus_release_phase{namespace=~"$namespace"}, name)'
    return [
        source,
        common | every | {"name": "namespace", "label": "Namespace", "query": namespaces},
        common | every | {"name": "release", "label": "Release", "query": names},
    ]


def rollbacks() -> Json:
    """A line through every plot where a release began to roll back."""
    expr = f'max by (namespace, name) (changes(serinus_release_phase{{{ONE}, phase="Restoring"}}[1m])) > 0'
    said = {"name": "Rollbacks", "enable": True, "iconColor": "red", "titleFormat": "{{namespace}}/{{name}}"}
    return said | {"datasource": SOURCE, "expr": expr, "step": "30s"}


def dashboard() -> Json:
    """As Grafana 10 and later import it."""
    panels = [one | {"id": number} for number, one in enumerate([*fleet(), *release(), *operator()], 1)]
    return {
        "uid": "serinus",
        "title": "Serinus",
        "tags": ["serinus"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": variables()},
        "annotations": {"list": [rollbacks()]},
        "panels": panels,
    }


def prometheusrule() -> Json:
    """The alerts as the Prometheus operator takes them."""
    labels = {"app.kubernetes.io/name": "serinus", "app.kubernetes.io/part-of": "serinus"}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "serinus", "namespace": "serinus", "labels": labels},
        "spec": yaml.safe_load((HERE / "alerts.yaml").read_text()),
    }


def files() -> dict[str, str]:
    """Name -> content."""
    head = "# Generated by `python deploy/monitoring/generate.py` from alerts.yaml: change that instead.\n"
    rule = yaml.safe_dump(prometheusrule(), sort_keys=False, width=110)
    return {"prometheusrule.yaml": head + rule, "dashboard.json": json.dumps(dashboard(), indent=1) + "\n"}


if __name__ == "__main__":
    for name, content in files().items():
        (HERE / name).write_text(content)
