"""EDGE. One sampling rule of ours for a run: both versions at one rate. In: a release's name, its two names in X-Ray.
Out: the rule wanted, what to do about the rules there are, and that done. Only rules under our prefix are touched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from serinus.errors import TracesError

Json = dict[str, Any]

PREFIX: Final = "serinus-"
MAX_RULES: Final = 25
_MAX_NAME: Final = 32
_MAX_SERVICE: Final = 64
_DIGEST: Final = 8
_ALIKE: Final = 3  # literal characters a pattern needs, so that it does not match half the account
_PRIORITY: Final = 1
_PARTS: Final = ("ServiceType", "Host", "HTTPMethod", "URLPath", "ResourceARN")
_DEFAULT: Final = "Default"
INVALID: Final = "InvalidRequestException"
DENIED: Final = ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation")
_NEEDED: Final = "allow the operator's role xray:CreateSamplingRule, UpdateSamplingRule, DeleteSamplingRule"
_TAKEN: Final = "delete it, or start this operator with another --cluster-name"
_FULL: Final = "delete one (aws xray delete-sampling-rule) or leave spec.traces.sampling out"


class Rule(Struct, frozen=True, rename="pascal"):
    """As the X-Ray API takes it. A reservoir would sample the version with less traffic more: it is 0."""

    rule_name: str
    fixed_rate: float
    service_name: str
    priority: int = _PRIORITY
    reservoir_size: int = 0
    service_type: str = "*"
    host: str = "*"
    http_method: str = msgspec.field(name="HTTPMethod", default="*")
    url_path: str = msgspec.field(name="URLPath", default="*")
    resource_arn: str = msgspec.field(name="ResourceARN", default="*")
    version: int = 1


class Create(Struct, frozen=True):
    """There is no such rule yet."""

    rule: Rule


class Update(Struct, frozen=True):
    """Ours differs from what is wanted."""

    rule: Rule


class Remove(Struct, frozen=True):
    """Ours is wanted no more."""

    name: str


class Keep(Struct, frozen=True):
    """Everything is as wanted."""


class Refused(Struct, frozen=True):
    """It cannot be done: `reason` in a word, `message` with what to change. The release goes on without the rule."""

    reason: str
    message: str


Step = Create | Update | Remove | Keep | Refused


class Rules(Protocol):
    """The X-Ray API, as far as rules go. Every method raises TracesError."""

    def sampling_rules(self) -> list[Json]: ...

    def create_sampling_rule(self, rule: Json) -> None: ...

    def update_sampling_rule(self, rule: Json) -> None: ...

    def delete_sampling_rule(self, name: str) -> None: ...


def rule_name(namespace: str, release: str, cluster: str = "") -> str:
    """`serinus-NAMESPACE-RELEASE`; with a digest where that is longer than X-Ray allows or could be another's name, and
    where the cluster is named: an account and region may serve several.
    """
    plain = f"{PREFIX}{namespace}-{release}"
    if len(plain) <= _MAX_NAME and "-" not in namespace and not cluster:
        return plain
    named = f"{cluster}/{namespace}/{release}" if cluster else f"{namespace}/{release}"
    digest = hashlib.sha256(named.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: _MAX_NAME - _DIGEST - 1]}-{digest}"


def pattern(stable: str, canary: str) -> str:
    """What matches both names, by X-Ray's * and ?, in at most 64 characters: `V?-Shop` for V1-Shop and V2-Shop."""
    if len(stable) == len(canary) <= _MAX_SERVICE:
        return "".join(one if one == other else "?" for one, other in zip(stable, canary, strict=True))
    before = _shared(stable, canary)
    rest = min(len(stable), len(canary)) - len(before)
    after = _shared(stable[::-1], canary[::-1])[:rest][::-1]
    before = before[: _MAX_SERVICE - 1]
    return f"{before}*{after[max(0, len(after) - (_MAX_SERVICE - 1 - len(before))) :]}"


def _shared(one: str, other: str) -> str:
    """The beginning of both."""
    return "".join(left for left, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def rule_for(name: str, services: tuple[str, str], rate: float) -> Rule | Refused:
    """One rule for both, so that their rates are equal at every moment. `name`: as of `rule_name`. `services`: stable's
    and the canary's names in X-Ray. `rate`: 0 to 1. Refused where the names have too little in common.
    """
    matching = pattern(*services)
    if len(matching.replace("?", "").replace("*", "")) < _ALIKE:
        return Refused(
            "NamesTooDifferent",
            f"no pattern matches {services[0]!r} and {services[1]!r} without matching much else: give the Deployments "
            "values of AWS_XRAY_TRACING_NAME that have more in common, or leave spec.traces.sampling out",
        )
    return Rule(name, rate, matching)


def applied(rules: Sequence[Json], service: str) -> Json | None:
    """The rule that decides for all requests to this name in X-Ray; those for single hosts, methods or paths are left
    out of account. None: there is none.
    """
    fitting = [each for each in rules if _whole(each) and _matches(each.get("ServiceName", "*"), service)]
    return min(fitting, key=lambda each: (each.get("Priority", 0), each["RuleName"]), default=None)


def _matches(pattern: str, name: str) -> bool:
    """X-Ray's * and ?, in any case of letters."""
    wild = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wild.get(each, re.escape(each)) for each in pattern), name, re.IGNORECASE) is not None


def planned(existing: Sequence[Json], wanted: Rule) -> Create | Update | Keep | Refused:
    """`existing`: all rules as the API lists them."""
    present = {each["RuleName"]: each for each in existing}
    same = present.get(wanted.rule_name)
    if same is not None and not _ours(same):
        return Refused("SamplingNameTaken", f"X-Ray holds another rule named {wanted.rule_name!r}: {_TAKEN}")
    if same is not None:
        fields = on_wire(wanted)
        return Keep() if {**same, **fields} == same else Update(wanted)
    if len(present.keys() - {_DEFAULT}) >= MAX_RULES:
        return Refused("SamplingQuota", f"X-Ray holds {MAX_RULES} sampling rules, all it allows: {_FULL}")
    return Create(wanted)


def planned_end(existing: Sequence[Json], name: str) -> Remove | Keep:
    """The rule may be gone already; one that is not ours stays."""
    ours = name.startswith(PREFIX) and any(each["RuleName"] == name and _ours(each) for each in existing)
    return Remove(name) if ours else Keep()


def _ours(rule: Json) -> bool:
    """Whether it looks as all of ours do; rates, reservoirs and names of services may have been changed since."""
    return rule.get("Priority", _PRIORITY) == _PRIORITY and _whole(rule)


def _whole(rule: Json) -> bool:
    """For all requests to its services, not for single hosts, methods or paths."""
    return not rule.get("Attributes") and all(rule.get(key, "*") == "*" for key in _PARTS)


def on_wire(rule: Rule) -> Json:
    """As the API takes it."""
    fields: Json = msgspec.to_builtins(rule)
    return fields


def ensure(rules: Rules, wanted: Rule) -> Step:
    """Make it so. What was done, or why X-Ray refuses; raises TracesError only where asking again may help."""
    try:
        step = planned(rules.sampling_rules(), wanted)
        _do(rules, step)
    except TracesError as error:
        return _refusal(error)
    return step


def end(rules: Rules, name: str) -> Step:
    """Take our rule back, if it is there. As `ensure` otherwise."""
    try:
        step = planned_end(rules.sampling_rules(), name)
        _do(rules, step)
    except TracesError as error:
        if error.code != INVALID:
            return _refusal(error)
        # X-Ray has no error of its own for a rule that somebody else removed meanwhile
        return Keep() if planned_end(rules.sampling_rules(), name) == Keep() else _refusal(error)
    return step


def _do(rules: Rules, step: Step) -> None:
    match step:
        case Create(rule):
            rules.create_sampling_rule(on_wire(rule))
        case Update(rule):
            rules.update_sampling_rule({key: value for key, value in on_wire(rule).items() if key != "Version"})
        case Remove(name):
            rules.delete_sampling_rule(name)
        case _:
            pass


def _refusal(error: TracesError) -> Refused:
    """Raises the error itself where X-Ray was only busy or away."""
    match error.code:
        case "RuleLimitExceededException":
            return Refused("SamplingQuota", f"{error}: {_FULL}")
        case code if code in DENIED:
            return Refused("SamplingDenied", f"{error}: {_NEEDED}, or leave spec.traces.sampling out")
        case code if code == INVALID:
            return Refused("SamplingRefused", str(error))
        case _:
            raise error
