"""What the user wrote: the CanaryRelease resource. In: YAML or JSON. Out: frozen values, or InvalidInput with the field.
Durations are strings such as 30s, 10m, 1h30m and become seconds.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from serinus.judge.policy import Gate, Margin

Duration = str


class Reference(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One version's Deployment."""

    deployment: str


class Replicas(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Split by replica counts behind one Service: connections are split, not requests."""

    service: str
    total: int = 4


class Gateway(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Split requests by the weights of an HTTPRoute, any percent."""

    http_route: str
    stable_service: str = ""
    canary_service: str = ""


class Traffic(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Exactly one way to split."""

    replicas: Replicas | None = None
    gateway: Gateway | None = None


class Step(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Send `weight` percent to the canary; with `approval` a person must agree before the next step."""

    weight: int
    approval: bool = False


class OnTimeout(StrEnum):
    """What happens when a step stays undecided for `maxTime`."""

    HOLD = "hold"
    ROLL_BACK = "rollBack"


class Analysis(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """How the versions are compared; see judge.policy for the meaning of each number."""

    false_alarm: float = 0.01
    false_pass: float = 0.01
    faults: Margin = Margin()
    gates: tuple[Gate, ...] = ()
    min_requests: int = 50
    latency: dict[str, float] = field(default_factory=dict)
    tick: Duration = "5s"
    max_time: Duration = "30m"
    on_timeout: OnTimeout = OnTimeout.HOLD


class Traces(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Where the versions are seen. `delay`: how long X-Ray may take until a trace is complete."""

    delay: Duration = "90s"


class Spec(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The release as its owner describes it."""

    stable: Reference
    canary: Reference
    traffic: Traffic
    steps: tuple[Step, ...] = (Step(5), Step(10), Step(25), Step(50), Step(100))
    analysis: Analysis = Analysis()
    traces: Traces = Traces()
    bake: Duration = "10m"
    progress_deadline: Duration = "10m"


class Metadata(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The resource's name."""

    name: str
    namespace: str = "default"


class CanaryRelease(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The resource."""

    metadata: Metadata
    spec: Spec
    api_version: Literal["serinus.dev/v1alpha1"] = "serinus.dev/v1alpha1"
    kind: Literal["CanaryRelease"] = "CanaryRelease"
