from __future__ import annotations

import msgspec
import numpy as np
import pytest

from serinus.console import replayed as room
from serinus.console.replayed import replayed
from serinus.console.wire import Replay
from serinus.errors import RecordError
from serinus.judge.policy import Gate, Margin, Objective, Policy, Slower
from tests.judge.test_journal import entries, log


def judged(policy: Policy, deals: int = 0) -> Replay:
    found = replayed(log(entries()), policy, deals, np.random.default_rng(1))
    assert found is not None
    return found


def test_the_runs_own_policy_decides_as_it_did() -> None:
    found, written = judged(Policy()), entries()

    assert found.looks == len(written)
    assert found.until == written[-1].look.now
    assert (found.condemned, found.outcome) == (found.was_condemned, str(written[-1].verdict.outcome))
    assert found.sentence == written[-1].verdict.sentence
    assert (found.alarms, found.notes) == (None, ())


def test_a_stricter_policy_condemns_what_its_own_left_undecided_and_a_looser_one_passes_it() -> None:
    strict = judged(Policy(false_alarm=0.5, faults=Margin(1.0, 0.0)))
    loose = judged(Policy(gates=(Gate(100, 0.5),), false_pass=0.5, min_requests=1))
    own = judged(Policy())

    assert (own.condemned, own.steps[0].passed) == (None, None)
    assert (strict.outcome, strict.was_condemned) == ("fail", None)
    assert strict.condemned is not None
    assert (loose.outcome, loose.condemned, loose.steps[0].was_passed) == ("pass", None, None)
    assert loose.steps[0].passed is not None


def test_stable_against_itself_is_judged_as_often_as_asked_and_the_same_each_time() -> None:
    alarms = judged(Policy(), 5).alarms

    assert alarms is not None
    assert (alarms.deals, alarms.promised) == (5, 0.01)
    assert 0 <= alarms.low <= alarms.found / 5 <= alarms.high <= 1
    assert judged(Policy(), 5).alarms == alarms


def test_work_is_bounded_and_what_was_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_LOOKS", 3)
    monkeypatch.setattr(room, "MOST_DEALT", 1)
    found = judged(Policy(), 5)

    assert (found.looks, found.notes) == (3, ("only the first 3 looks were judged again",))
    assert found.alarms is not None
    assert found.alarms.deals == 1


def test_a_log_without_looks_tells_nothing_and_a_broken_one_is_refused() -> None:
    dice = np.random.default_rng(1)

    assert replayed([], Policy(), 0, dice) is None
    with pytest.raises(RecordError, match="line 2"):
        replayed([log(entries())[0], b"{}\n", *log(entries())[1:]], Policy(), 0, dice)


@pytest.mark.parametrize(
    "policy",
    [
        Policy(faults=Margin(1e308, 0.999)),
        Policy(faults=Margin(1.0, 0.0), gates=(Gate(1, 1e-300),)),
        Policy(min_requests=10**18, tick=1e-300),
        Policy(false_alarm=1e-300, false_pass=1e-320),
        Policy(latency={"p99": 1e308, "p0.01": 1.0000001}, slower=Slower(1e308, 3599.0)),
        Policy(errors=Margin(1.0, 0.0), throttles=Margin(1e300, 0.0), thresholds=()),
        Policy(objective=Objective(faults=1e-300, latency={"p99": 1e-300}, entry={"p1": 1e308})),
    ],
    ids=lambda policy: msgspec.json.encode(policy).decode()[:40],
)
def test_policies_at_the_edges_are_judged_like_others(policy: Policy) -> None:
    assert judged(policy, 1).looks == len(entries())
