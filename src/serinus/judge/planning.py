"""What a release can find out, before it begins. In: weights, a policy, traffic, what stable usually shows.
Out: per step how long it takes to pass, and how long to find harm of each size. From what one request is expected to
bring towards each claim; for harm the information in it (Wald's bound) times what the judge spends beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, log1p
from statistics import NormalDist

from msgspec import Struct

from serinus.errors import InvalidInput
from serinus.judge.fold import PASS_HEADROOM
from serinus.judge.latency import EQUAL, SEEN_BEYOND, beyond_at_most
from serinus.judge.metrics import FAULTS, PARTS, TAIL
from serinus.judge.needed import HOPELESS, expected_keeping_up, gate_place
from serinus.judge.policy import Gate, Policy, level
from serinus.judge.ripr import Line, growth, project
from serinus.judge.stakes import HALF_LIFE_S, KEPT

SPENT = 1.4
SIZES = (2.0, 5.0, 10.0, 100.0)
PER_MILLION_RECORDED = 5.0
PER_MILLION_READ = 0.5
EVERY = -1
Claim = tuple[str, int]
Claims = dict[Claim, float]


class Traffic(Struct, frozen=True):
    """`rate`: requests a second to both versions together, at one endpoint; `fault_share`: stable's usual one, 0…1;
    `p50`, `p99`: its usual latencies in seconds, taken to be lognormal.
    """

    rate: float
    fault_share: float
    p50: float = 0.1
    p99: float = 0.3

    def beyond(self, seconds: float) -> float:
        """The share of answers that take longer."""
        return NormalDist().cdf(-log(seconds / self.p50) / self._spread)

    def quantile(self, at: float) -> float:
        """In seconds."""
        return self.p50 * exp(self._spread * NormalDist().inv_cdf(at))

    @property
    def _spread(self) -> float:
        return log(self.p99 / self.p50) / NormalDist().inv_cdf(0.99)


class Found(Struct, frozen=True):
    """Harm of this size: the canary's share of faults, and seconds until it is found at the step's weight; None: it is
    tolerated, or nothing is compared.
    """

    share: float
    seconds: float | None


class StepPlan(Struct, frozen=True):
    """`passes_s`: seconds until an equally good canary passes, None: it cannot be shown; `longest`: what takes longest:
    faults, the tail, a quantile, or "" for the least number of requests; `harm`: by size.
    """

    weight: int
    passes_s: float | None
    canary_requests: int | None
    harm: tuple[Found, ...]
    longest: str = ""


class ReleasePlan(Struct, frozen=True):
    """`total_s`: all steps; `traces`: recorded meanwhile; `dollars`: X-Ray's price for recording and reading them once,
    without the free tier. `warnings`: sentences.
    """

    steps: tuple[StepPlan, ...]
    total_s: float | None
    traces: int | None
    dollars: float | None
    warnings: tuple[str, ...]


def plan(
    weights: Sequence[int], policy: Policy, traffic: Traffic, max_time: float, min_times: Sequence[float] = ()
) -> ReleasePlan:
    """`max_time`: seconds a step may take; `min_times`: must take, each by its own, 0 without. Raises InvalidInput for
    traffic that is none.
    """
    if not 0 < traffic.rate < inf:
        raise InvalidInput("rps", "must be requests a second, above 0", traffic.rate)
    if not 0 <= traffic.fault_share < 1:
        raise InvalidInput("faultRate", "must be a share from 0 to below 1", traffic.fault_share)
    if not 0 < traffic.p50 < traffic.p99 < inf:
        raise InvalidInput("p99", "must be seconds above p50, both above 0", traffic.p99)
    steps = _steps(weights, policy, traffic, min_times or (0.0,) * len(weights))
    times = [step.passes_s for step in steps]
    total = None if None in times else sum(time for time in times if time is not None)
    traces = None if total is None else round(total * traffic.rate)
    dollars = None if traces is None else traces * (PER_MILLION_RECORDED + PER_MILLION_READ) / 1e6
    return ReleasePlan(steps, total, traces, dollars, _warnings(steps, max_time))


def _steps(
    weights: Sequence[int], policy: Policy, traffic: Traffic, min_times: Sequence[float]
) -> tuple[StepPlan, ...]:
    """Step by step: what has been shown is carried on, as far as the judge lets it."""
    shown: Claims = {}
    steps = []
    for weight, least in zip(weights, min_times, strict=True):
        gains = _gains(weight / 100, policy, traffic) if weight < 100 else {}
        step = _step(weight, least, gains, shown, policy, traffic)
        steps.append(step)
        if step.canary_requests is not None:
            more = {claim: shown.get(claim, 0.0) + gain * step.canary_requests for claim, gain in gains.items()}
            shown = {claim: min(held, PASS_HEADROOM - log(policy.false_pass)) for claim, held in more.items()}
    return tuple(steps)


def _step(weight: int, least: float, gains: Claims, shown: Claims, policy: Policy, traffic: Traffic) -> StepPlan:
    place, rate = gate_place(policy, weight), traffic.rate * weight / 100
    asked = {claim: gain for claim, gain in gains.items() if claim[1] in (place, EVERY)}
    times = {claim[0]: _lasting(claim, gain, shown, rate, policy) for claim, gain in asked.items()}
    longest, seconds = max({"": max(least, policy.min_requests / rate), **times}.items(), key=lambda one: one[1])
    passes = None if seconds == inf else seconds
    harm = tuple(Found(share, _to_find(share, weight, policy, traffic)) for share in _shares(traffic.fault_share))
    return StepPlan(weight, passes, None if passes is None else round(passes * rate), harm, longest)


def _lasting(claim: Claim, gain: float, shown: Claims, rate: float, policy: Policy) -> float:
    """Seconds until the claim is shown, at `rate` canary requests a second; latencies count once the canary is warm.
    Chance spreads the time widely, and a step waits for the last of its claims: so as for harm, more is spent.
    """
    missing = max(0.0, -log(policy.false_pass) - shown.get(claim, 0.0))
    cold = 0.0 if claim[0] == FAULTS else policy.warm_up
    if not missing:
        return 0.0
    return inf if gain < HOPELESS else cold + SPENT * missing / gain / rate


def _gains(part: float, policy: Policy, traffic: Traffic) -> Claims:
    """Log e that one canary request, with its part of stable's, is expected to bring towards each claim."""
    found: Claims = {}
    for place, gate in enumerate(policy.gates):
        found[FAULTS, place] = _on_faults(part, gate, traffic)
        found[TAIL, place] = _on_tail(part, gate, policy, traffic)
    for name, ratio in policy.named:
        at = 1 - level(name)
        past = min(max(traffic.beyond(ratio * traffic.quantile(1 - at)), at / 50), 0.98 * at)
        found[name, EVERY] = growth(at, past, (at, past), part, EQUAL)
    return found


def _on_faults(part: float, gate: Gate, traffic: Traffic) -> float:
    line, usual = Line(gate.ratio, gate.difference), max(traffic.fault_share, 1e-6)
    return 0.0 if line.at(usual) >= 1 else growth(usual, usual, (usual, usual), part, line)


def _on_tail(part: float, gate: Gate, policy: Policy, traffic: Traffic) -> float:
    """Beside the quantile that the gate asks for, or the highest that what is remembered of stable can tell."""
    most, known = beyond_at_most(gate), max(KEPT, traffic.rate * (1 - part) * HALF_LIFE_S / log(2))
    edge = traffic.quantile(min(1 - most, 1 - SEEN_BEYOND / known))
    usual = traffic.beyond(policy.tolerated.ratio * edge + policy.tolerated.difference)
    return expected_keeping_up(usual, usual, most)


def _shares(usual: float) -> list[float]:
    shares = [min(1.0, max(usual, 0.0005) * size) for size in SIZES]
    return list(dict.fromkeys(shares))


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


def _warnings(steps: Sequence[StepPlan], max_time: float) -> tuple[str, ...]:
    said = []
    for step in steps:
        if step.passes_s is None:
            said.append(f"{step.weight} %: {_hopeless(step)}")
        elif step.passes_s > max_time:
            said.append(
                f"{step.weight} %: needs ≈ {step.passes_s / 60:,.0f} min{_for(step)}, maxTime is "
                f"{max_time / 60:,.0f} min: the traffic is too thin for this gate. Widen the gate, raise maxTime, or "
                "send synthetic traffic."
            )
    return tuple(said)


def _for(step: StepPlan) -> str:
    return f" for {_named(step)}" if step.longest else ""


def _hopeless(step: StepPlan) -> str:
    if step.longest == FAULTS:
        return "stable's own share of faults leaves no room below the gate."
    return (
        f"stable's own latencies leave no room to show {_named(step)} within what is tolerated: widen it, or the gate."
    )


def _named(step: StepPlan) -> str:
    return "the slowest requests" if step.longest == TAIL else step.longest
