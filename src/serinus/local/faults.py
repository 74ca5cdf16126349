"""Faults on demand. In: words such as v2=fault:5%. Out: a plan for each Deployment, written where its replicas look.
A plan replaces the Deployment's last one; v2=none ends it. Replicas see a change within a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from serinus.errors import InvalidInput
from serinus.local.names import CANARY, STABLE, USER_MANAGEMENT
from serinus.local.state import State, checked_name, write_file
from serinus.release.durations import seconds

Plan = dict[str, object]
Plans = dict[str, Plan]
FIELD = "--fault"
RULE = (
    "must be TARGET=KIND[:VALUE] with v1, v2 or both = fault:SHARE, latency:TIME, latency:p99+TIME, mail:SHARE, none; "
    "or db = latency:TIME, none"
)
TARGETS = {"v1": (STABLE,), "v2": (CANARY,), "both": (STABLE, CANARY), "db": (USER_MANAGEMENT,)}
SLOW_SHARE = 0.01  # what latency:p99 means: one request in a hundred
LONGEST_S = 60.0
SHARE = re.compile(r"(\d+(?:\.\d+)?)%")


def parse_faults(texts: Iterable[str]) -> Plans:
    """Deployment -> plan, in the services' format. InvalidInput names the word that cannot be taken, and the rule."""
    plans: Plans = {}
    for text in texts:
        target, _, wish = text.partition("=")
        if target not in TARGETS or not wish:
            raise InvalidInput(FIELD, RULE, text)
        fault = _parsed(target, wish, text)
        for deployment in TARGETS[target]:
            plans[deployment] = plans.get(deployment, {}) | fault
    return plans


def faults_file(state: State, deployment: str) -> Path:
    """Where this Deployment's replicas look for their plan."""
    return state.directory / "faults" / f"{checked_name(deployment)}.json"


def write_faults(state: State, plans: Mapping[str, Plan]) -> None:
    """Put the plans into force; Deployments without one keep theirs."""
    for deployment, plan in plans.items():
        write_file(faults_file(state, deployment), msgspec.json.encode(plan))


def _parsed(target: str, wish: str, text: str) -> Plan:
    kind, _, value = wish.partition(":")
    if wish == "none":
        return {}
    if target == "db" and kind == "latency":
        return {"db_latency_s": _time(value)}
    if target == "db" or kind not in KINDS:
        raise InvalidInput(FIELD, RULE, text)
    return KINDS[kind](value)


def _latency(value: str) -> Plan:
    if value.startswith("p99+"):
        return {"slow": {"share": SLOW_SHARE, "latency_s": _time(value.removeprefix("p99+"))}}
    return {"latency_s": _time(value)}


def _share(value: str) -> float:
    """5% -> 0.05."""
    match = SHARE.fullmatch(value)
    share = float(match.group(1)) / 100 if match else -1.0
    if not 0 <= share <= 1:
        raise InvalidInput(FIELD, "a share must be a percentage from 0% to 100%", value)
    return share


def _time(value: str) -> float:
    time = seconds(value, FIELD)
    if time > LONGEST_S:
        raise InvalidInput(FIELD, "a latency must be at most 60s", value)
    return time


KINDS: dict[str, Callable[[str], Plan]] = {
    "fault": lambda value: {"fault": _share(value)},
    "mail": lambda value: {"mail": _share(value)},
    "latency": _latency,
}
