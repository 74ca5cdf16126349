"""What the user wrote: the CanaryRelease resource. In: JSON or its plain objects. Out: frozen values, or InvalidInput.
Durations stay the strings that were written; `durations.seconds` reads them.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from serinus.errors import InvalidInput
from serinus.judge.policy import Gate, Margin, Objective, Policy, Slower
from serinus.release.durations import seconds

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", description="a Kubernetes object name")]
LONGEST_NAME = 63  # of a release, which labels its runs: the longest value of a label
ReleaseName = Annotated[Name, Meta(max_length=LONGEST_NAME)]
Percent = Annotated[int, Meta(ge=1, le=100)]
Probability = Annotated[float, Meta(gt=0, lt=1)]


class Reference(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One version's Deployment."""

    deployment: Name


class Replicas(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Split by replica counts behind one Service: connections are split, not requests."""

    service: Name
    total: Annotated[int, Meta(ge=2, le=1000)] = 4


class Gateway(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Split requests by the weights of an HTTPRoute, any percent."""

    http_route: Name
    stable_service: str = ""
    canary_service: str = ""


class Traffic(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Exactly one way to split."""

    replicas: Replicas | None = None
    gateway: Gateway | None = None

    def __post_init__(self) -> None:
        if (self.replicas is None) == (self.gateway is None):
            raise ValueError(f"must name exactly one of replicas, gateway, got {'both' if self.replicas else 'none'}")

    @property
    def route(self) -> str:
        """The name of the Service or HTTPRoute that splits."""
        if self.replicas:
            return self.replicas.service
        return self.gateway.http_route if self.gateway else ""


class Step(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Send `weight` percent to the canary, for `minTime` at least, however soon the evidence is enough; with `approval`
    a person must agree before the next step.
    """

    weight: Percent
    approval: bool = False
    min_time: str = "0s"


class OnTimeout(StrEnum):
    """What happens when a step stays undecided for `maxTime`."""

    HOLD = "hold"
    ROLL_BACK = "rollBack"


class Analysis(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """How the versions are compared; judge.policy says what each number means."""

    false_alarm: Probability = 0.01
    false_pass: Probability = 0.01
    faults: Margin = Margin()
    gates: tuple[Gate, ...] = Policy().gates
    min_requests: Annotated[int, Meta(ge=1)] = 50
    latency: dict[str, float] = field(default_factory=dict)
    errors: Margin = Policy().errors
    throttles: Margin = Policy().throttles
    slower: Slower = Slower()
    thresholds: tuple[float, ...] = Policy().thresholds
    objective: Objective = Objective()
    warm_up: str = "10s"
    tick: str = "5s"
    max_time: str = "30m"
    on_timeout: OnTimeout = OnTimeout.HOLD

    def policy(self) -> Policy:
        """The part the judge needs, times in seconds."""
        return Policy(
            false_alarm=self.false_alarm,
            false_pass=self.false_pass,
            faults=self.faults,
            gates=self.gates,
            min_requests=self.min_requests,
            latency=self.latency,
            errors=self.errors,
            throttles=self.throttles,
            slower=self.slower,
            thresholds=self.thresholds,
            objective=self.objective,
            warm_up=seconds(self.warm_up, "spec.analysis.warmUp"),
            tick=seconds(self.tick, "spec.analysis.tick"),
        )


class Sampling(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One sampling rule in X-Ray for both versions while a run lasts; it is taken back afterwards."""

    rate: Annotated[float, Meta(gt=0, le=1)]


class Traces(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Where the versions are seen. `delay`: how long X-Ray may take until a trace is complete. `sampling`: None leaves
    X-Ray's sampling alone. `called_as`: host names by which others call the service; their calls that left no trace
    of either version are looked for.
    """

    delay: str = "90s"
    called_as: tuple[str, ...] = ()
    sampling: Sampling | None = None


class Spec(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The release as its owner describes it."""

    stable: Reference
    canary: Reference
    traffic: Traffic
    steps: tuple[Step, ...] = (Step(5), Step(10), Step(25), Step(50), Step(100))
    analysis: Analysis = Analysis()
    traces: Traces = Traces()
    bake: str = "10m"
    progress_deadline: str = "10m"

    def __post_init__(self) -> None:
        weights = [step.weight for step in self.steps]
        if weights != sorted(set(weights)) or not weights or weights[-1] != 100:
            raise ValueError(f"steps must rise and end at weight 100, got {weights}")
        if self.stable.deployment == self.canary.deployment:
            raise ValueError(f"stable and canary must be two Deployments, both are {self.stable.deployment!r}")


class Metadata(Struct, frozen=True, rename="camel"):
    """The resource's name."""

    name: ReleaseName
    namespace: Name = "default"


class CanaryRelease(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The resource."""

    metadata: Metadata
    spec: Spec
    api_version: Literal["serinus.dev/v1alpha1"] = "serinus.dev/v1alpha1"
    kind: Literal["CanaryRelease"] = "CanaryRelease"


def parse_release(document: Any) -> CanaryRelease:
    """A CanaryRelease from plain objects (as JSON or YAML loads them); InvalidInput names the field, rule and value."""
    try:
        release = msgspec.convert(document, CanaryRelease)
    except msgspec.ValidationError as error:
        raise _invalid(error, document) from error
    spec = release.spec
    spec.analysis.policy()
    for text, name in (
        (spec.analysis.max_time, "analysis.maxTime"),
        (spec.traces.delay, "traces.delay"),
        (spec.bake, "bake"),
        (spec.progress_deadline, "progressDeadline"),
    ):
        seconds(text, f"spec.{name}")
    _check_times(spec)
    return release


def _check_times(spec: Spec) -> None:
    most = seconds(spec.analysis.max_time, "spec.analysis.maxTime")
    for place, step in enumerate(spec.steps):
        name = f"spec.steps[{place}].minTime"
        if seconds(step.min_time, name) >= most:
            raise InvalidInput(name, f"must be shorter than analysis.maxTime, {spec.analysis.max_time}", step.min_time)


def _invalid(error: msgspec.ValidationError, document: Any) -> InvalidInput:
    """Msgspec says `rule - at `$.path``; the value is looked up in what was given. A rule of ours, and that a field is
    missing, say all themselves.
    """
    found = re.fullmatch(r"(?P<rule>.*?)(?:, got `\w+`)?(?: - at `\$?\.?(?P<path>[^`]*)`)?", str(error), re.DOTALL)
    assert found is not None
    path, rule = found["path"] or "", found["rule"][:1].lower() + found["rule"][1:]
    missing = rule.startswith("object missing required field")
    if missing or isinstance(error.__cause__, ValueError):
        return InvalidInput(path or "document", rule)
    unknown = re.search(r"unknown field `(.*)`", rule)
    return InvalidInput(path or "document", rule, _at(document, f"{path}.{unknown[1]}" if unknown else path))


def _at(document: Any, path: str) -> Any:
    value = document
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and index and int(index) < len(value):
            value = value[int(index)]
    return value
