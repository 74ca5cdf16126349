"""EDGE. Can this X-Ray carry evidence at all? In: what it says of itself. Out: findings, each with its remedy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol

from msgspec import Struct

from serinus.errors import TracesError
from serinus.traces.collect import expression
from serinus.traces.sampling import DENIED, INVALID, applied
from serinus_xray import ids

MAX_SKEW: Final = 5.0
LOOKED_BACK: Final = 600.0
NEEDED: Final = (
    "a reachable endpoint and xray:GetTraceSegmentDestination, GetIndexingRules, GetSamplingRules, "
    "GetTraceSummaries, BatchGetTraces are needed"
)
_INDEX_ALL: Final = (
    "aws xray update-indexing-rule --name Default --rule 'Probabilistic={DesiredSamplingPercentage=100}' for the run"
)
_ONE_RULE: Final = "spec.traces.sampling.rate asks for one rule for both"
REASONS: Final = {
    "access": "XRayUnreachable",
    "permissions": "XRayDenied",
    "destination": "SegmentsElsewhere",
    "indexing": "IndexedInPart",
    "clock": "ClocksDiffer",
    "sampling": "SamplingUnequal",
    "versions": "VersionNotTraced",
}

Json = dict[str, Any]


class Finding(Struct, frozen=True):
    """`ok` False: a run would see too little, too late or nothing. `message` says what was found and the remedy."""

    check: str
    ok: bool
    message: str


class Account(Struct, frozen=True):
    """What holds for all releases of an account and region. `rules`: its sampling rules. `answers`: False, X-Ray gave
    none, and the only finding is why.
    """

    findings: tuple[Finding, ...]
    rules: tuple[Json, ...] = ()
    answers: bool = False


class Examined(Protocol):
    """The X-Ray API, as far as it is asked. Every method blocks and raises TracesError."""

    def destination(self) -> tuple[str, str]: ...

    def indexed_percent(self) -> float: ...

    def sampling_rules(self) -> list[Json]: ...

    def server_date(self) -> str: ...

    def any_trace(self, start: float, end: float, expression: str) -> bool: ...

    def batch_get(self, ids: Sequence[str]) -> list[Json]: ...


def destination(where: str, status: str) -> Finding:
    """Segments must be where the API looks."""
    if where == "XRay" and status == "ACTIVE":
        return Finding("destination", ok=True, message="segments go to X-Ray")
    remedy = "aws xray update-trace-segment-destination --destination XRay"
    return Finding("destination", ok=False, message=f"segments go to {where} ({status}), hidden from the API: {remedy}")


def indexing(percent: float) -> Finding:
    """Every trace must be indexed."""
    if percent >= 100:
        return Finding("indexing", ok=True, message="every trace is indexed")
    return Finding("indexing", ok=False, message=f"only {percent:g} % of the traces are indexed: {_INDEX_ALL}")


def sampling(rules: Sequence[Json], services: Sequence[str]) -> Finding:
    """Both versions must be sampled, and alike. `rules`: as the API lists them. `services`: names in X-Ray, or none."""
    found = {name: applied(rules, name) for name in services or ("*",)}
    rates = {name: (rule["FixedRate"], rule.get("ReservoirSize", 0)) for name, rule in found.items() if rule}
    told = "; ".join(f"{name}: {_rate(rule)}" if services else _rate(rule) for name, rule in found.items() if rule)
    if not rates:
        return Finding("sampling", ok=True, message="no sampling rule applies")
    if blind := [name for name, (rate, reservoir) in rates.items() if rate == 0 and reservoir == 0]:
        return Finding("sampling", ok=False, message=f"{blind[0]} is not traced at all ({told}): {_ONE_RULE}")
    if len(set(rates.values())) > 1:
        return Finding("sampling", ok=False, message=f"the versions are not sampled alike ({told}): {_ONE_RULE}")
    if any(rate < 1 and reservoir for rate, reservoir in rates.values()):
        outside = f"where requests come from outside, the version with fewer is sampled more; {_ONE_RULE}"
        return Finding("sampling", ok=True, message=f"{told}; {outside}")
    return Finding("sampling", ok=True, message=told)


def clock(date: str, asked: float, answered: float) -> Finding:
    """`date`: an HTTP Date header, whole seconds; `asked` for and `answered` in epoch seconds by this clock."""
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return Finding("clock", ok=False, message=f"X-Ray's clock cannot be read from {date!r}")
    skew = max(0.0, asked - theirs) + min(0.0, answered - theirs)
    if abs(skew) <= MAX_SKEW:
        return Finding("clock", ok=True, message=f"clocks agree within {MAX_SKEW:g} s")
    side = "ahead of" if skew > 0 else "behind"
    return Finding("clock", ok=False, message=f"this clock is {abs(skew):.0f} s {side} X-Ray's: synchronise it (NTP)")


def versions(serving: Sequence[str], unseen: Sequence[str]) -> Finding:
    """Whoever serves must be seen. `unseen`: those of the names in X-Ray of which there is no trace."""
    if not unseen:
        seen = f"{' and '.join(serving)} can be seen" if serving else "no version is looked for"
        return Finding("versions", ok=True, message=seen)
    name = unseen[0]
    remedy = f"its pods need requests, AWS_XRAY_TRACING_NAME={name}, and a daemon or collector to send to"
    return Finding("versions", ok=False, message=f"no trace of {name} within {LOOKED_BACK / 60:.0f} minutes: {remedy}")


def account(api: Examined, now: Callable[[], float]) -> Account:
    """What X-Ray says whoever asks. `now` tells epoch seconds."""

    def timed() -> Finding:
        asked = now()
        date = api.server_date()
        return clock(date, asked, now())

    def readable() -> None:
        try:
            api.batch_get([ids.new_trace_id(until, 0)])
        except TracesError as error:
            if error.code != INVALID:  # whatever it thinks of an id that nobody has, the question was allowed
                raise

    rules: list[Json] = []
    until = now()
    questions: tuple[tuple[str, Callable[[], object]], ...] = (
        ("GetTraceSegmentDestination", lambda: destination(*api.destination())),
        ("GetIndexingRules", lambda: indexing(api.indexed_percent())),
        ("GetSamplingRules", lambda: rules.extend(api.sampling_rules())),
        ("GetSamplingRules", timed),
        ("GetTraceSummaries", lambda: api.any_trace(until - 1, until, "")),
        ("BatchGetTraces", readable),
    )
    try:
        answers, denied = _asked(questions)
    except TracesError as error:
        return Account((_unreachable(error),))
    findings = tuple(each for each in answers if isinstance(each, Finding))
    access = Finding("access", ok=True, message="X-Ray answers")
    return Account((access, permissions(denied), *findings), tuple(rules), answers=True)


def traced(api: Examined, now: float, serving: Sequence[str]) -> Finding:
    """Whether those who serve have left traces. `now` in epoch seconds."""
    try:
        unseen = [name for name in serving if not api.any_trace(now - LOOKED_BACK, now, expression((name,)))]
    except TracesError as error:
        return _unreachable(error)
    return versions(serving, unseen)


def examine(
    api: Examined, now: Callable[[], float], services: Sequence[str] = (), serving: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """All findings; without an answer the only one is why. `now` tells epoch seconds. `services`: stable's and the
    canary's names in X-Ray; `serving`: those of them that have had requests for some minutes.
    """
    known = account(api, now)
    if not known.answers:
        return known.findings
    return (*known.findings, sampling(known.rules, services), traced(api, now(), serving))


def permissions(denied: Sequence[str]) -> Finding:
    """`denied`: actions that X-Ray refuses."""
    if not denied:
        return Finding("permissions", ok=True, message="all that is asked may be asked")
    actions = ", ".join(f"xray:{each}" for each in dict.fromkeys(denied))
    return Finding("permissions", ok=False, message=f"X-Ray denies {actions}: allow it to the role, on resource *")


def _unreachable(error: TracesError) -> Finding:
    return Finding("access", ok=False, message=f"{error}; {NEEDED}")


def _asked(questions: Sequence[tuple[str, Callable[[], object]]]) -> tuple[list[object], list[str]]:
    """Answers, and the actions that are denied. Raises TracesError."""
    answers, denied = [], []
    for action, question in questions:
        try:
            answers.append(question())
        except TracesError as error:
            if error.code not in DENIED:
                raise
            denied.append(action)
    return answers, denied


def _rate(rule: Json) -> str:
    reservoir = rule.get("ReservoirSize", 0)
    first = f"{reservoir} a second and " if reservoir and rule["FixedRate"] < 1 else ""
    return f"{first}{100 * rule['FixedRate']:g} % by the rule {rule['RuleName']}"


async def preflight(api: Examined, now: Callable[[], float]) -> tuple[Finding, ...]:
    """As `examine`, on a thread."""
    return await asyncio.to_thread(examine, api, now)
