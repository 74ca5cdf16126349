"""Sampling rules as the X-Ray API makes, changes and removes them. In: a request, the rules so far, now. Out: a record.
Source: botocore's service model data/xray/2016-04-12 and the X-Ray quotas: 25 rules beside Default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace

from serinus.errors import StoreError
from serinus.tracestore.wire import Refused, Request, invalid

MAX_RULES: Final = 25
DEFAULT: Final = "Default"
_ARN: Final = "arn:aws:xray:us-east-1:000000000000:sampling-rule/"
_LENGTHS: Final = {
    "rule_name": (1, 32),
    "resource_arn": (0, 500),
    "service_name": (0, 64),
    "service_type": (0, 64),
    "host": (0, 64),
    "http_method": (0, 10),
    "url_path": (0, 128),
}
_MAX_PRIORITY: Final = 9999
_MAX_ATTRIBUTES: Final = 5
_MAX_ATTRIBUTE_LENGTH: Final = 32
_OF_DEFAULT: Final = {"fixed_rate", "reservoir_size"}


class SamplingRule(Request, frozen=True):
    """Lower priorities are looked at first; patterns know * and ?."""

    priority: int
    fixed_rate: float
    reservoir_size: int
    service_name: str
    service_type: str
    host: str
    version: int
    http_method: str = field(name="HTTPMethod")
    url_path: str = field(name="URLPath")
    resource_arn: str = field(name="ResourceARN")
    rule_name: str = ""
    rule_arn: str = field(name="RuleARN", default="")
    attributes: dict[str, str] = field(default_factory=dict)
    sampling_rate_boost: dict[str, Any] | UnsetType = UNSET


class SamplingRuleUpdate(Request, frozen=True):
    """What is UNSET stays as it is."""

    rule_name: str = ""
    rule_arn: str = field(name="RuleARN", default="")
    priority: int | UnsetType = UNSET
    fixed_rate: float | UnsetType = UNSET
    reservoir_size: int | UnsetType = UNSET
    service_name: str | UnsetType = UNSET
    service_type: str | UnsetType = UNSET
    host: str | UnsetType = UNSET
    http_method: str | UnsetType = field(name="HTTPMethod", default=UNSET)
    url_path: str | UnsetType = field(name="URLPath", default=UNSET)
    resource_arn: str | UnsetType = field(name="ResourceARN", default=UNSET)
    attributes: dict[str, str] | UnsetType = UNSET
    sampling_rate_boost: dict[str, Any] | UnsetType = UNSET


class CreateSamplingRule(Request, frozen=True):
    sampling_rule: SamplingRule


class UpdateSamplingRule(Request, frozen=True):
    sampling_rule_update: SamplingRuleUpdate


class DeleteSamplingRule(Request, frozen=True):
    rule_name: str = ""
    rule_arn: str = field(name="RuleARN", default="")


class Record(Struct, frozen=True, rename="pascal"):
    """A rule and when it was made and changed, in epoch seconds."""

    sampling_rule: SamplingRule
    created_at: float
    modified_at: float


Records = Mapping[str, Record]


def default_rule(since: float) -> Record:
    """Keeps everything, as a laptop's traces cost nothing."""
    rule = SamplingRule(
        rule_name=DEFAULT,
        rule_arn=_ARN + DEFAULT,
        resource_arn="*",
        priority=10000,
        fixed_rate=1.0,
        reservoir_size=1,
        service_name="*",
        service_type="*",
        host="*",
        http_method="*",
        url_path="*",
        version=1,
    )
    return Record(rule, since, since)


def created(known: Records, asked: SamplingRule, now: float) -> Record:
    """`known`: all rules by name, Default among them. Raises Refused: a bad field, a name taken, more than 25."""
    _check(asked)
    if asked.rule_arn:
        raise invalid(f"SamplingRule.RuleARN: is given by X-Ray, got {asked.rule_arn!r}")
    if asked.rule_name in known:
        raise invalid(f"SamplingRule.RuleName: a sampling rule is named {asked.rule_name!r} already")
    if len([name for name in known if name != DEFAULT]) >= MAX_RULES:
        raise Refused(400, "RuleLimitExceededException", f"there are {MAX_RULES} sampling rules already: delete one")
    return Record(replace(asked, rule_arn=_ARN + asked.rule_name), now, now)


def updated(known: Records, asked: SamplingRuleUpdate, now: float) -> Record:
    """Raises Refused: a bad field, no such rule, or more of Default than its rate and reservoir."""
    record = found(known, asked.rule_name, asked.rule_arn)
    names = [each for each in asked.__struct_fields__ if each not in ("rule_name", "rule_arn")]
    changes = {name: value for name in names if (value := getattr(asked, name)) is not UNSET}
    if record.sampling_rule.rule_name == DEFAULT and (more := sorted(changes.keys() - _OF_DEFAULT)):
        raise invalid(f"only FixedRate and ReservoirSize of the rule Default can be changed, got {_wire(more[0])} too")
    rule = replace(record.sampling_rule, **changes)
    _check(rule, "SamplingRuleUpdate")
    return Record(rule, record.created_at, now)


def removable(known: Records, asked: DeleteSamplingRule) -> Record:
    """The rule that may go. Raises Refused for Default, and where there is no such rule."""
    record = found(known, asked.rule_name, asked.rule_arn)
    if record.sampling_rule.rule_name == DEFAULT:
        raise invalid("RuleName: the rule Default cannot be deleted")
    return record


def found(known: Records, name: str, arn: str) -> Record:
    """By name or ARN, one of them. Raises Refused."""
    if bool(name) == bool(arn):
        raise invalid(f"give RuleName or RuleARN, one of them, got {name!r} and {arn!r}")
    record = known.get(name or arn.removeprefix(_ARN))
    if record is None:
        raise invalid(f"RuleName: no sampling rule is named {name or arn!r}")
    return record


def storable(record: Record) -> str:
    """As the store keeps it."""
    return msgspec.json.encode(record).decode()


def stored(document: str) -> Record:
    """Raises StoreError for what is no record."""
    try:
        return msgspec.json.decode(document, type=Record)
    except msgspec.DecodeError as error:
        raise StoreError(f"a sampling rule in the trace store cannot be read: {error}") from error


def _check(rule: SamplingRule, where: str = "SamplingRule") -> None:
    if complaint := _range(rule) or _length(rule) or _attributes(rule):
        raise invalid(f"{where}.{complaint}")


def _range(rule: SamplingRule) -> str:
    if not 1 <= rule.priority <= _MAX_PRIORITY and rule.rule_name != DEFAULT:
        return f"Priority: must be between 1 and {_MAX_PRIORITY}, got {rule.priority}"
    if not 0 <= rule.fixed_rate <= 1:
        return f"FixedRate: must be between 0 and 1, got {rule.fixed_rate:g}"
    if rule.reservoir_size < 0:
        return f"ReservoirSize: must be at least 0, got {rule.reservoir_size}"
    return "" if rule.version == 1 else f"Version: must be 1, got {rule.version}"


def _length(rule: SamplingRule) -> str:
    for name, (least, most) in _LENGTHS.items():
        value: str = getattr(rule, name)
        if not least <= len(value) <= most:
            return f"{_wire(name)}: must have {least} to {most} characters, got {value!r}"
    return ""


def _attributes(rule: SamplingRule) -> str:
    if len(rule.attributes) > _MAX_ATTRIBUTES:
        return f"Attributes: must hold at most {_MAX_ATTRIBUTES}, got {len(rule.attributes)}"
    for text in (*rule.attributes, *rule.attributes.values()):
        if not 1 <= len(text) <= _MAX_ATTRIBUTE_LENGTH:
            return f"Attributes: keys and values must have 1 to {_MAX_ATTRIBUTE_LENGTH} characters, got {text!r}"
    return ""


def _wire(name: str) -> str:
    return next(each.encode_name for each in msgspec.structs.fields(SamplingRule) if each.name == name)
