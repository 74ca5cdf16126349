"""Dashboard and alerts ask for what the operator exposes, and say where to read on. promtool may be missing."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from serinus.kube.metrics import Metrics
from tests.kube.promql import Exposed, complaints, exposed, query
from tests.kube.test_metrics import a_plan
from tests.manifests.documents import built, parse
from tests.manifests.tools import tool
from tests.scripts import loaded

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy/monitoring"
LABEL_VALUES = re.compile(r"label_values\((.+), (\w+)\)")
SEVERITIES = {"critical", "warning", "info"}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def known() -> Exposed:
    """Of an operator that has met everything once."""
    metrics, plan = Metrics(), a_plan()
    assert plan.run.verdict is not None
    undecided = replace(plan, run=replace(plan.run, verdict=replace(plan.run.verdict, needed=12)))
    metrics.leads(True)
    metrics.counts_calls(lambda: {("batch_get_traces", "answered"): 7, ("batch_get_traces", "throttled"): 1})
    metrics.asked("get", "deployments", "answered")
    metrics.failed("shop", "notification", "ClusterError")
    for each in (undecided, replace(undecided, run=replace(undecided.run, outcome="rolled back"))):
        metrics.passed("shop", "notification", each, 0.01, 1000.0)
    metrics.decided("shop", "notification", plan)
    return exposed(metrics.registry)


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    return loaded(MONITORING / "generate.py")


def rules() -> list[Json]:
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> Json:
    found: Json = json.loads((MONITORING / "dashboard.json").read_text())
    return found


def drawn() -> Iterator[tuple[str, str]]:
    """(legend, PromQL) of every panel, annotation and variable."""
    told = dashboard()
    for panel in told["panels"]:
        yield from ((target["legendFormat"], target["expr"]) for target in panel["targets"])
    yield from ((one["titleFormat"], one["expr"]) for one in told["annotations"]["list"])
    for one in told["templating"]["list"]:
        if matched := LABEL_VALUES.fullmatch(one["query"]):
            yield "", f"group by ({matched[2]}) ({matched[1]})"


def test_the_generated_files_are_fresh(generate: ModuleType) -> None:
    for name, content in generate.files().items():
        assert (MONITORING / name).read_text() == content, f"{name} is stale: python deploy/monitoring/generate.py"


def test_alerts_ask_for_what_the_operator_exposes(known: Exposed) -> None:
    assert {rule["alert"]: complaints(rule["expr"], known) for rule in rules()} == {r["alert"]: [] for r in rules()}


def test_panels_ask_for_what_the_operator_exposes(known: Exposed) -> None:
    asked = list(drawn())

    assert len(asked) > 20
    assert [(expr, wrong) for _, expr in asked if (wrong := complaints(expr, known))] == []


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("sum(serinus_leadr) == 0", "no metric serinus_leadr"),
        ("rate(serinus_decisions[5m])", "no metric serinus_decisions"),
        ('serinus_release_phase{phase="Analyzing"} == 1', "serinus_release_phase is never phase=Analyzing"),
        ('serinus_release_phase{phase=~"Baking|Gone"}', "serinus_release_phase is never phase=Gone"),
        ('serinus_leader{pod="a"}', "serinus_leader has no label pod"),
        ("max by (namespace, nam) (serinus_release_phase)", "no label nam to group by"),
        ("serinus_leader and on (name) serinus_leader", "no label name to group by"),
    ],
)
def test_a_slip_of_the_pen_is_told(known: Exposed, expression: str, wrong: str) -> None:
    assert complaints(expression, known) == [wrong]


def test_words_about_a_series_name_labels_that_it_has() -> None:
    said = [(rule["expr"], " ".join(rule["annotations"].values())) for rule in rules()]
    for expression, text in [*said, *((expr, legend) for legend, expr in drawn())]:
        named = set(re.findall(r"\$labels\.(\w+)|\{\{(\w+)\}\}", text))
        assert {one or other for one, other in named} <= query(expression).grouped, expression


def test_each_alert_has_a_severity_words_and_a_section_to_read() -> None:
    headings = re.findall(r"^### (\w+)$", (ROOT / "docs/monitoring.md").read_text(), flags=re.MULTILINE)

    assert [rule["alert"] for rule in rules()] == headings
    for rule in rules():
        assert rule["labels"]["severity"] in SEVERITIES
        assert set(rule["annotations"]) == {"summary", "description", "runbook"}
        assert rule["annotations"]["runbook"] == f"docs/monitoring.md#{rule['alert'].lower()}"


def test_panels_have_places_of_their_own_and_say_what_they_show() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        assert panel["title"]
        assert panel["description"]
        assert place["x"] + place["w"] <= 24
        cells = [(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])]
        assert [taken[cell] for cell in cells if cell in taken] == []
        taken |= dict.fromkeys(cells, panel["title"])


def test_what_is_applied_scrapes_the_operators_service_and_keeps_the_releases_labels() -> None:
    objects = {each["kind"]: each for each in parse(built(MONITORING))}
    service = next(
        each
        for each in parse((ROOT / "deploy/base/operator.yaml").read_text())
        if each["kind"] == "Service" and each["metadata"]["name"] == "serinus-metrics"
    )
    (endpoint,) = objects["ServiceMonitor"]["spec"]["endpoints"]

    assert set(objects) == {"ServiceMonitor", "PrometheusRule", "ConfigMap"}
    assert {each["metadata"]["namespace"] for each in objects.values()} == {service["metadata"]["namespace"]}
    selected = objects["ServiceMonitor"]["spec"]["selector"]["matchLabels"]
    assert selected.items() <= service["metadata"]["labels"].items()
    assert endpoint["port"] in [port["name"] for port in service["spec"]["ports"]]
    assert endpoint["honorLabels"] is True
    assert json.loads(objects["ConfigMap"]["data"]["serinus.json"]) == dashboard()
    assert len(objects["PrometheusRule"]["spec"]["groups"]) == 2


def promtool(*words: str) -> str:
    """What it says when it is content."""
    done = subprocess.run((str(tool("promtool")), *words), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_takes_the_alerts() -> None:
    assert f"{len(rules())} rules found" in promtool("check", "rules", str(MONITORING / "alerts.yaml"))


def test_prometheus_takes_the_panels_queries(tmp_path: Path) -> None:
    plain = [expr.replace("$__interval", "5m").replace("$__range", "3h") for _, expr in drawn()]
    recorded = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(plain)]
    (tmp_path / "panels.yaml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}))

    assert f"{len(plain)} rules found" in promtool("check", "rules", str(tmp_path / "panels.yaml"))


def test_alerts_fire_when_they_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", str(Path(__file__).parent / "alerts.test.yaml"))
