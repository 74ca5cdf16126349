from __future__ import annotations

from typing import Any

import pytest

from serinus.errors import InvalidInput
from serinus.release.spec import OnTimeout, parse_release
from tests.release.builders import REPLICAS, a_document


def test_a_name_is_at_most_as_long_as_the_label_that_its_runs_carry() -> None:
    document = a_document()
    assert parse_release(document | {"metadata": {"name": "n" * 63}}).metadata.name == "n" * 63
    with pytest.raises(InvalidInput, match=r"^metadata\.name: .*63"):
        parse_release(document | {"metadata": {"name": "n" * 64}})


def test_a_release_has_the_documented_defaults() -> None:
    document = a_document()
    del document["spec"]["steps"], document["spec"]["bake"]

    spec = parse_release(document).spec

    assert [step.weight for step in spec.steps] == [5, 10, 25, 50, 100]
    assert spec.analysis.on_timeout is OnTimeout.HOLD
    assert spec.bake == "10m"
    assert spec.analysis.policy().false_alarm == 0.01


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"steps": [{"weight": 0}, {"weight": 100}]}, "spec.steps[0].weight", ">= 1"),
        ({"steps": [{"weight": 50}, {"weight": 25}, {"weight": 100}]}, "spec", "steps must rise"),
        ({"steps": [{"weight": 50}]}, "spec", "end at weight 100"),
        ({"steps": []}, "spec", "steps must rise"),
        ({"traffic": {}}, "spec.traffic", "exactly one of replicas, gateway"),
        ({"traffic": {**REPLICAS, "gateway": {"httpRoute": "n"}}}, "spec.traffic", "exactly one"),
        ({"traffic": {"replicas": {"service": "n", "total": 1}}}, "spec.traffic.replicas.total", ">= 2"),
        ({"canary": {"deployment": "v1-notification-microservice"}}, "spec", "two Deployments"),
        ({"stable": {"deployment": "Not A Name"}}, "spec.stable.deployment", "matching regex"),
        ({"steps": [{"weight": 100, "minTime": "soon"}]}, "spec.steps[0].minTime", "duration"),
        (
            {"steps": [{"weight": 5}, {"weight": 100, "minTime": "1h"}], "analysis": {"maxTime": "1h"}},
            "spec.steps[1].minTime",
            "shorter than analysis.maxTime, 1h",
        ),
        ({"bake": "soon"}, "spec.bake", "duration"),
        ({"analysis": {"maxTime": "long"}}, "spec.analysis.maxTime", "duration"),
        ({"analysis": {"tick": "x"}}, "spec.analysis.tick", "duration"),
        ({"analysis": {"falseAlarm": 1.5}}, "spec.analysis.falseAlarm", "< 1"),
        ({"analysis": {"onTimeout": "panic"}}, "spec.analysis.onTimeout", "invalid enum value"),
        ({"analysis": {"faultz": {}}}, "spec.analysis", "unknown field `faultz`"),
        ({"traces": {"sampling": {"rate": 0}}}, "spec.traces.sampling.rate", "> 0"),
        ({"traces": {"sampling": {"rate": 1.5}}}, "spec.traces.sampling.rate", "<= 1"),
        ({"traces": {"sampling": {}}}, "spec.traces.sampling", "missing required field `rate`"),
        ({"colour": "blue"}, "spec", "unknown field `colour`"),
    ],
)
def test_bad_specs_are_refused_with_the_field_and_the_rule(change: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_release(a_document(**change))

    assert refused.value.field == field
    assert rule in refused.value.rule


def test_the_offending_value_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"spec\.steps\[1\]\.weight: .* got 150"):
        parse_release(a_document(steps=[{"weight": 50}, {"weight": 150}]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": [{"weight": 25}, {"weight": 50}]}, "spec: steps must rise and end at weight 100, got [25, 50]"),
        ({"traffic": {}}, "spec.traffic: must name exactly one of replicas, gateway, got none"),
        (
            {"analysis": {"faultz": {"ratio": 2}}},
            "spec.analysis: object contains unknown field `faultz`, got {'ratio': 2}",
        ),
        ({"analysis": {"tick": 5}}, "spec.analysis.tick: expected `str`, got 5"),
        ({"bake": None}, "spec.bake: expected `str`, got None"),
        ({"traces": {"sampling": {}}}, "spec.traces.sampling: object missing required field `rate`"),
    ],
)
def test_the_value_is_said_once_and_is_the_fields_own(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_release(a_document(**change))

    assert str(refused.value) == said


def test_of_a_long_value_the_beginning_is_said() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_release(a_document(bake={"minutes": list(range(1000))}))

    assert str(refused.value).startswith("spec.bake: expected `str`, got {'minutes': [0, 1, 2")
    assert str(refused.value).endswith("…")
    assert len(str(refused.value)) < 140


@pytest.mark.parametrize("document", [None, [], "text", {}, {"metadata": {"name": "x"}}])
def test_what_is_no_release_at_all_is_refused(document: Any) -> None:
    with pytest.raises(InvalidInput):
        parse_release(document)
