"""What a release can find out, before it begins. In: weights, a policy, traffic, stable's usual share of faults.
Out: per step how long it takes to pass, and how long to find harm of each size. From the information in one request
(Wald's bound) times what the judge spends beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log, log1p

from msgspec import Struct

from serinus.errors import InvalidInput
from serinus.judge.metrics import FAULTS, PARTS
from serinus.judge.needed import gate_place
from serinus.judge.policy import Policy
from serinus.judge.ripr import Line, growth, project

SPENT = 1.4
SIZES = (2.0, 5.0, 10.0, 100.0)
PER_MILLION_RECORDED = 5.0
PER_MILLION_READ = 0.5


class Traffic(Struct, frozen=True):
    """`rate`: requests a second to both versions together; `fault_share`: stable's usual one, 0…1."""

    rate: float
    fault_share: float


class Found(Struct, frozen=True):
    """Harm of this size: the canary's share of faults, and seconds until it is found at the step's weight; None: it is
    tolerated, or nothing is compared.
    """

    share: float
    seconds: float | None


class StepPlan(Struct, frozen=True):
    """`passes_s`: seconds until an equally good canary passes, None: it cannot be shown; `harm`: by size."""

    weight: int
    passes_s: float | None
    canary_requests: int | None
    harm: tuple[Found, ...]


class ReleasePlan(Struct, frozen=True):
    """`total_s`: all steps; `traces`: recorded meanwhile; `dollars`: X-Ray's price for recording and reading them once,
    without the free tier. `warnings`: sentences.
    """

    steps: tuple[StepPlan, ...]
    total_s: float | None
    traces: int | None
    dollars: float | None
    warnings: tuple[str, ...]


def plan(weights: Sequence[int], policy: Policy, traffic: Traffic, max_time: float) -> ReleasePlan:
    """`max_time`: seconds a step may take. Raises InvalidInput for traffic that is none."""
    if not 0 < traffic.rate < inf:
        raise InvalidInput("rps", "must be requests a second, above 0", traffic.rate)
    if not 0 <= traffic.fault_share < 1:
        raise InvalidInput("faultRate", "must be a share from 0 to below 1", traffic.fault_share)
    steps = tuple(_step(weight, policy, traffic) for weight in weights)
    times = [step.passes_s for step in steps]
    total = None if None in times else sum(time for time in times if time is not None)
    traces = None if total is None else round(total * traffic.rate)
    dollars = None if traces is None else traces * (PER_MILLION_RECORDED + PER_MILLION_READ) / 1e6
    return ReleasePlan(steps, total, traces, dollars, _warnings(steps, policy, traffic, max_time))


def _step(weight: int, policy: Policy, traffic: Traffic) -> StepPlan:
    needed = _to_pass(weight, policy, traffic)
    seconds = None if needed is None else needed / (traffic.rate * weight / 100)
    harm = tuple(Found(share, _to_find(share, weight, policy, traffic)) for share in _shares(traffic.fault_share))
    return StepPlan(weight, seconds, needed, harm)


def _shares(usual: float) -> list[float]:
    shares = [min(1.0, max(usual, 0.0005) * size) for size in SIZES]
    return list(dict.fromkeys(shares))


def _to_pass(weight: int, policy: Policy, traffic: Traffic) -> int | None:
    """Canary requests until an equally good canary is shown to be within the step's gate."""
    if weight >= 100:
        return policy.min_requests
    gate = policy.gates[gate_place(policy, weight)]
    line, usual = Line(gate.ratio, gate.difference), max(traffic.fault_share, 1e-6)
    if line.at(usual) >= 1:
        return None
    gained = growth(usual, usual, (usual, usual), weight / 100, line)
    return max(policy.min_requests, round(-log(policy.false_pass) / gained))


def _to_find(share: float, weight: int, policy: Policy, traffic: Traffic) -> float | None:
    """Seconds until harm of this size is found: the bound, times what is spent beyond it."""
    line, usual, part = Line(policy.faults.ratio, policy.faults.difference), traffic.fault_share, weight / 100
    if not 0 < part < 1 or share <= line.at(usual):
        return None
    a, b = project(usual, share, part, line)
    gained = (1 - part) * _divergence(usual, a) + part * _divergence(share, b)
    return (-log(policy.false_alarm) * SPENT - log(PARTS[FAULTS])) / (gained * traffic.rate)


def _divergence(one: float, other: float) -> float:
    fault = one * log(one / other) if one else 0.0
    return fault + ((1 - one) * (log1p(-one) - log1p(-other)) if one < 1 else 0.0)


def _warnings(steps: Sequence[StepPlan], policy: Policy, traffic: Traffic, max_time: float) -> tuple[str, ...]:
    said = []
    for step in steps:
        if step.passes_s is None:
            said.append(f"{step.weight} %: stable's own share of faults leaves no room below the gate.")
        elif step.passes_s > max_time:
            said.append(
                f"{step.weight} %: needs ≈ {step.passes_s / 60:,.0f} min, maxTime is {max_time / 60:,.0f} min: the "
                "traffic is too thin for this gate. Widen the gate, raise maxTime, or send synthetic traffic."
            )
    if policy.latency and traffic.rate < 1:
        said.append("Latency is to be shown too; below one request a second that takes hours.")
    return tuple(said)
