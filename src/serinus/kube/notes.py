"""What the schema of CanaryRelease says beside the types: each field in a sentence, and the rules that span fields.
In: nothing. Out: descriptions for `kubectl explain`, CEL rules that repeat what msgspec checks, refused at admission.
"""

from __future__ import annotations

from typing import Final

from serinus.judge.policy import Gate, Margin, Objective, Slower
from serinus.kube.kinds import Json
from serinus.kube.schema import Notes
from serinus.release.spec import Analysis, Gateway, Reference, Replicas, Sampling, Spec, Step, Traces, Traffic

_DURATION: Final = "must be a duration such as 30s, 10m or 1h30m"


def _rule(rule: str, message: str) -> Json:
    return {"rule": rule, "message": message}


def _duration(default: str) -> Json:
    matches = _rule(r"self.matches('^([0-9]+([.][0-9]+)?(ms|s|m|h|d))+$')", _DURATION)
    return {"type": "string", "maxLength": 32, "default": default, "x-kubernetes-validations": [matches]}


def _rising(item: str, owner: str, last: str = "") -> str:
    """Each weight once, in order; `last` as a further condition."""
    weights = f"{owner}.map({item}, {item}.weight)"
    once = f"{owner}.all({item}, {owner}.exists_one(other, other.weight == {item}.weight))"
    return f"{weights}.isSorted() && {once}{last}"


DESCRIPTIONS: Final[dict[type, dict[str, str]]] = {
    Spec: {
        "stable": "The version that serves now. Leave `replicas` out of its manifest: the release sets them.",
        "canary": "The version to be released. A new image, command or environment in it begins a run.",
        "traffic": "How requests are shared between the two. Exactly one way.",
        "steps": "The canary's percentages, rising to 100. Each step is judged before the next one begins.",
        "analysis": "How the two versions are compared, and what is tolerated.",
        "traces": "How the versions are seen in X-Ray: under each Deployment's AWS_XRAY_TRACING_NAME.",
        "bake": "How long stable is kept, still judged, after all traffic has gone to the canary.",
        "progress_deadline": "How long pods may take to become ready and routes to take effect until the release says "
        "that it is held.",
    },
    Reference: {"deployment": "Name of the Deployment, in the namespace of the release."},
    Traffic: {
        "replicas": "By replica counts behind one Service: connections are shared, not requests.",
        "gateway": "By the weights of an HTTPRoute: requests are shared, any percent.",
    },
    Replicas: {
        "service": "Name of the Service that selects the pods of both Deployments.",
        "total": "Pods of both versions together; weights are rounded to what so many pods can give.",
    },
    Gateway: {
        "http_route": "Name of the HTTPRoute. Only the weights of the two Services in it are changed.",
        "stable_service": "Name of the Service that selects stable's pods alone.",
        "canary_service": "Name of the Service that selects the canary's pods alone.",
    },
    Step: {
        "weight": "Percent of the traffic on the canary.",
        "approval": "After this step has passed, wait for a person: serinus promote.",
        "min_time": "How long the step lasts at least, however soon the evidence is enough; below analysis.maxTime.",
    },
    Analysis: {
        "false_alarm": "Chance, at most, that a run is rolled back although the canary keeps within the margin.",
        "false_pass": "Chance, at most, that a step passes although the canary is worse than its gate.",
        "faults": "What the canary's share of faults may be, measured by stable's.",
        "gates": "How well the canary must be known to pass a step; the smaller its weight, the less.",
        "min_requests": "Requests of each version that a step needs before it can pass.",
        "latency": "Quantiles that must be shown to keep within this many times stable's, such as p99: 1.2.",
        "errors": "What the canary's share of errors (4xx) may be, measured by stable's.",
        "throttles": "What the canary's share of throttles (429) may be, measured by stable's.",
        "slower": "How much slower than stable the canary may be before it is rolled back.",
        "thresholds": "Latencies in seconds beyond which requests are counted beside the quantiles.",
        "objective": "What nobody may exceed: when both versions do, the cause is shared and the release holds.",
        "warm_up": "How long after a change of weight latencies are compared for neither version.",
        "tick": "Length of the blocks in which requests are counted.",
        "max_time": "How long a step may stay undecided.",
        "on_timeout": "What happens then: hold and say so, or rollBack.",
    },
    Margin: {
        "ratio": "The canary's share of faults may be this many times stable's …",
        "difference": "… plus this much.",
    },
    Slower: {
        "ratio": "The canary may need this many times what stable needs …",
        "difference": "… plus this many seconds, at every quantile.",
    },
    Objective: {
        "faults": "The largest share of faults.",
        "latency": "The largest latency in seconds by quantile, such as p95: 1.0.",
        "entry": "The same for the HTTP request that a trace begins with, at each endpoint; none: not looked at.",
    },
    Gate: {
        "weight": "Steps up to this percentage pass by this gate.",
        "difference": "Shown: the canary's share of faults is at most ratio times stable's plus this much.",
        "ratio": "See difference.",
    },
    Traces: {
        "delay": "How long X-Ray may take until a trace is complete; nothing younger is judged.",
        "called_as": "Host names by which others call the service: calls that no version answered are looked for.",
        "sampling": "How many requests are traced while a run lasts, by a rule of ours. Left out: X-Ray's stay as is.",
    },
    Sampling: {"rate": "The share of requests to trace, of both versions alike: 0.1 for 10 %, 1 for all."},
}

RULES: Final[dict[type, list[Json]]] = {
    Spec: [
        _rule(
            "self.stable.deployment != self.canary.deployment",
            "stable and canary must be two Deployments",
        ),
    ],
    Traffic: [_rule("has(self.replicas) != has(self.gateway)", "must name exactly one of replicas, gateway")],
    Gateway: [
        _rule(
            "self.stableService != '' && self.canaryService != '' && self.stableService != self.canaryService",
            "stableService and canaryService must be two Services",
        )
    ],
}

_STEPS: Final = _rule(
    f"size(self) > 0 && {_rising('step', 'self', ' && self[size(self) - 1].weight == 100')}",
    "weights must rise and end at 100",
)
_GATES: Final = _rule(
    f"size(self) > 0 && {_rising('gate', 'self')}", "must name at least one gate, each at a higher weight than the last"
)
LISTS: Final[dict[tuple[type, str], list[Json]]] = {(Spec, "steps"): [_STEPS], (Analysis, "gates"): [_GATES]}

NOTES: Final = Notes(
    descriptions=DESCRIPTIONS,
    rules=RULES,
    fields={
        (Spec, "bake"): _duration("10m"),
        (Spec, "progress_deadline"): _duration("10m"),
        (Analysis, "tick"): _duration("5s"),
        (Analysis, "warm_up"): _duration("10s"),
        (Analysis, "max_time"): _duration("30m"),
        (Traces, "delay"): _duration("90s"),
    },
    lists=LISTS,
)
