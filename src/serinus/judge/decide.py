"""Evidence becomes a verdict. In: evidence, policy, the step's weight. Out: outcome, reason, sentence, checks.
Harm is looked at first; everything that is neither shown harmful nor shown harmless is insufficient and holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from msgspec import Struct

from serinus.judge import entrance, sampling, sentences
from serinus.judge.checks import checks, culprit
from serinus.judge.confidence import share_interval
from serinus.judge.counts import Counts
from serinus.judge.evidence import Evidence
from serinus.judge.metrics import LATENCY, TAIL
from serinus.judge.origins import sources
from serinus.judge.policy import Policy
from serinus.judge.slowness import breach
from serinus.judge.splitratio import split
from serinus.judge.verdict import Breach, Check, Reason, Share, Split, Verdict, VerdictOutcome
from serinus.judge.wealth import plain

MAJOR_ENDPOINT = 0.05
MOST_EXAMPLES = 10


class Finding(Struct, frozen=True):
    """The part of a verdict that needs judgement."""

    outcome: VerdictOutcome
    reason: Reason
    sentence: str
    missed: Breach | None = None


def decide(evidence: Evidence, policy: Policy, weight: int) -> Verdict:
    """The verdict on the step at `weight` percent."""
    compared = checks(evidence, policy, weight)
    measured = _split(evidence, policy)
    finding = _finding(evidence, policy, weight, compared, measured)
    return Verdict(
        outcome=finding.outcome,
        reason=finding.reason,
        sentence=finding.sentence,
        checks=compared,
        split=measured,
        complete_to=evidence.complete_to,
        false_alarm=policy.false_alarm,
        needed=_needed(compared),
        examples=_examples(evidence, culprit(compared)),
        sources=sources(evidence),
        e_total=plain(evidence.harm_log_e),
        lag=_lag(evidence),
        sampling=sampling.sampling(evidence, policy),
        unanswered=evidence.stage.unanswered if evidence.stage else 0,
        missed=finding.missed,
    )


def _needed(compared: Sequence[Check]) -> int | None:
    """The most of what is still to be shown; None when nothing is, or when more of the same will not show it."""
    missing = [check.needed for check in _gated(compared) if check.outcome is not VerdictOutcome.PASS]
    told = [needed for needed in missing if needed is not None]
    return max(told, default=None) if len(told) == len(missing) else None


def _gated(compared: Sequence[Check]) -> list[Check]:
    """What must be shown within the step's gate: faults, then the tail where latencies are recorded."""
    return [compared[0], *(check for check in compared if check.name == TAIL)]


def _lag(evidence: Evidence) -> float | None:
    looked = evidence.stage.looked if evidence.stage else None
    return None if looked is None else round(max(0.0, looked - evidence.complete_to), 3)


def _split(evidence: Evidence, policy: Policy) -> Split | None:
    tally = evidence.stage
    if tally is None or tally.told is None:
        return None
    return split(tally.split.stable, tally.split.canary, tally.told, policy.false_alarm)


def _finding(
    evidence: Evidence, policy: Policy, weight: int, compared: tuple[Check, ...], measured: Split | None
) -> Finding:
    whole, seen = compared[0], evidence.stage.counts if evidence.stage else Counts()
    if evidence.found_at is not None:
        speaks = culprit(compared)
        sentence = sentences.harm_found(speaks, _asked(compared, speaks.stratum), policy.false_alarm)
        return Finding(VerdictOutcome.FAIL, Reason.HARM_FOUND, sentence)
    if shared := breach(evidence, policy) or entrance.breach(evidence, policy):
        sentence = sentences.shared_harm(shared)
        return Finding(VerdictOutcome.INSUFFICIENT, Reason.SHARED_HARM, sentence, shared)
    if unequal := _unequal(evidence, policy):
        return _hold(Reason.UNEQUAL_SAMPLING, unequal)
    if measured is not None and measured.agrees is False:
        return _hold(Reason.SPLIT_MISMATCH, sentences.split_mismatch(measured))
    if seen.canary == 0:
        return _hold(Reason.INSUFFICIENT_TRACES, sentences.no_canary(seen, whole.needed))
    if weight < 100 and (missing := _not_shown(evidence, policy, compared)):
        return _hold(Reason.UNDECIDED, missing)
    return _covered(evidence, policy, seen, measured) or _passed(evidence, whole, policy, weight)


def _asked(compared: Sequence[Check], stratum: str) -> int:
    """All the canary's requests there, also those without a latency that could be compared."""
    return next(check.canary.requests for check in compared if check.stratum == stratum)


def _unequal(evidence: Evidence, policy: Policy) -> str:
    """Why what the traces show of the two versions cannot be compared, as a sentence; "" when it can."""
    if rules := sampling.different_rules(evidence):
        return sentences.different_rules(*rules)
    recorded = sampling.sampling(evidence, policy)
    return sentences.unequal_sampling(recorded) if recorded is not None and recorded.alike is False else ""


def _not_shown(evidence: Evidence, policy: Policy, compared: Sequence[Check]) -> str:
    """What the step's gates still lack, as a sentence; "" when nothing."""
    lacking = next((check for check in _gated(compared) if check.outcome is not VerdictOutcome.PASS), None)
    if lacking is not None and lacking.quantiles is not None and (rest := _warming(evidence, policy)):
        return sentences.warming(policy.warm_up, rest)
    if lacking is not None:
        unanswered = evidence.stage.unanswered if evidence.stage and lacking is compared[0] else 0
        return sentences.undecided(lacking, _lasting(evidence, lacking.needed)) + sentences.unanswered(unanswered)
    held = zip(policy.named, evidence.latency_logs, strict=False)
    slow = next((name for (name, _), shown in held if shown < -log(policy.false_pass)), "")
    return sentences.latency_undecided(slow, policy.latency[slow]) if slow else ""


def _warming(evidence: Evidence, policy: Policy) -> float:
    """Seconds until latencies are compared at this weight; 0 once they are."""
    return max(0.0, evidence.settled.since + policy.warm_up - evidence.complete_to) if evidence.settled else 0.0


def _lasting(evidence: Evidence, needed: int | None) -> float | None:
    """Seconds until so many more canary requests have come, as fast as they came in this step so far: by the router's
    own count where it has one, which knows also what is in no closed block yet.
    """
    stage = evidence.stage
    if needed is None or stage is None or not stage.counts.canary:
        return None
    if stage.routed is not None and stage.routed.canary:
        return needed * stage.routed.seconds / stage.routed.canary
    seconds = evidence.complete_to - stage.since
    return needed * seconds / stage.counts.canary if seconds > 0 else None


def _covered(evidence: Evidence, policy: Policy, seen: Counts, measured: Split | None) -> Finding | None:
    """What has to be seen before any step passes; None when it has been."""
    if seen.canary < policy.min_requests:
        return _hold(Reason.UNDECIDED, sentences.too_few(policy.min_requests - seen.canary))
    if uncovered := _uncovered(evidence):
        return _hold(Reason.INSUFFICIENT_TRACES, sentences.uncovered(uncovered))
    if measured is None or measured.agrees is None:
        return _hold(Reason.SPLIT_UNVERIFIED, sentences.split_unverified(measured))
    return None


def _passed(evidence: Evidence, whole: Check, policy: Policy, weight: int) -> Finding:
    if weight >= 100:
        return _alone(evidence, whole, policy)
    return Finding(VerdictOutcome.PASS, Reason.WITHIN_MARGIN, sentences.within_margin(whole))


def _hold(reason: Reason, sentence: str) -> Finding:
    return Finding(VerdictOutcome.INSUFFICIENT, reason, sentence)


def _alone(evidence: Evidence, whole: Check, policy: Policy) -> Finding:
    """At 100 % nothing runs beside the canary: a share that stable's past would not have let pass holds. Calls without
    any answer are its own now.
    """
    assert evidence.stage is not None
    seen, unanswered = evidence.stage.counts, evidence.stage.unanswered
    share = Share(seen.canary_faults + unanswered, seen.canary + unanswered)
    interval = share_interval(share.events, share.requests, policy.false_alarm)
    if interval.low > whole.gate:
        return _hold(Reason.UNDECIDED, sentences.worse_alone(interval, whole))
    return Finding(VerdictOutcome.PASS, Reason.WITHIN_MARGIN, sentences.alone(share))


def _uncovered(evidence: Evidence) -> str:
    """An endpoint with 5 % or more of stable's requests that the canary has never answered; "" if there is none."""
    counts = {name: endpoint.counts for name, endpoint in evidence.endpoints.items()}
    stable = sum(count.stable for count in counts.values())
    return next(
        (
            name
            for name, count in counts.items()
            if count.canary == 0 and count.stable >= max(1, MAJOR_ENDPOINT * stable)
        ),
        "",
    )


def _examples(evidence: Evidence, speaks: Check) -> tuple[str, ...]:
    """Of what speaks for the verdict first, then the others; the newest first."""
    newest = tuple(reversed(evidence.examples))
    first = [example.trace_id for example in newest if example.stratum == speaks.stratum]
    if speaks.name == LATENCY:
        endpoints = evidence.endpoints
        named = [endpoints[speaks.stratum]] if speaks.stratum in endpoints else list(endpoints.values())
        first = [trace for endpoint in named for trace in endpoint.slowest]
    return tuple(dict.fromkeys([*first, *(example.trace_id for example in newest)]))[:MOST_EXAMPLES]
