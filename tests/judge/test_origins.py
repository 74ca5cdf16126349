from __future__ import annotations

from serinus.judge.arms import arm
from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Cause, Caused, Observation, Outcome, Variant, Window
from serinus.judge.origins import MOST_ORIGINS, sources
from serinus.judge.policy import Policy

OWN, SMTP = Cause("", "fault", "KeyError"), Cause("smtp", "fault", "Timeout")


def failed(cause: Cause | None, trace: str, seconds: float = 0.1) -> Observation:
    return Observation(1.0, Variant.CANARY, "GET /a", Outcome.FAULT, seconds, trace, cause=cause)


def block(at: float, stable: tuple[Caused, ...], canary: tuple[Caused, ...], name: str = "GET /a") -> Block:
    latency = ((-100, 90), (int(at) % 20, 1))
    slow = Arm(100, 9, causes=canary, slowest=f"slow-{at}", latency=latency)
    return Block(name, at, at + 5, 0.5, Arm(100, 1, causes=stable, typical="s-ok"), slow)


def test_an_arm_names_its_causes_with_the_worst_and_a_typical_trace() -> None:
    found = arm([failed(SMTP, "a", 0.1), failed(SMTP, "b", 0.9), failed(SMTP, "c", 0.5), failed(OWN, "d")])
    assert found.causes == (Caused(SMTP, 3, "b", "c"), Caused(OWN, 1, "d", "d"))


def test_an_arm_keeps_the_five_most_frequent_causes() -> None:
    items = [
        failed(Cause(f"d{place}", "fault"), f"{place}-{number}") for place in range(9) for number in range(place + 1)
    ]
    assert [one.cause.dependency for one in arm(items).causes] == ["d8", "d7", "d6", "d5", "d4"]
    assert arm([failed(None, "a")]).causes == ()


def test_an_arm_names_a_typical_and_its_slowest_answer() -> None:
    items = [Observation(1.0, Variant.STABLE, "a", Outcome.OK, seconds / 10, f"t{seconds}") for seconds in (1, 5, 3)]
    found = arm([*items, failed(None, "fault", 9.0)])
    assert (found.typical, found.slowest) == ("t3", "t5")


def test_sources_are_ranked_by_what_the_canary_has_beyond_stable() -> None:
    both = (Caused(SMTP, 40, "w1", "t1"),)
    window = Window((block(0, both, (*both, Caused(OWN, 8, "w2", "t2"))),), 5.0)
    verdict = judge(Evidence(), window, Policy(), Stage(50, 0.0))[1]
    own, smtp = verdict.sources
    assert (own.exception, own.canary, own.stable, own.known) == ("KeyError", 8, 0, False)
    assert own.examples == ("w2", "t2", "s-ok")
    assert (smtp.dependency, smtp.known, smtp.stable) == ("smtp", True, 40)
    assert smtp.examples == ("w1", "t1")


def test_memory_is_bounded_whatever_fails() -> None:
    evidence = Evidence()
    for number in range(30):
        fresh = (Caused(Cause(f"d{number}", "fault"), number + 1, "w", "t"),)
        evidence = fold(evidence, Window((block(number * 5.0, (), fresh),), 999.0), Policy(), 50, 0.0)
    (endpoint,) = evidence.endpoints.values()
    assert [origin.canary for origin in endpoint.origins] == list(range(30, 30 - MOST_ORIGINS, -1))
    assert endpoint.slowest == ("slow-135.0", "slow-115.0", "slow-95.0")
    assert endpoint.took == (15, 15, 15)
    assert len(sources(evidence)) == 5


def test_what_was_slow_right_after_a_change_of_weight_is_no_example() -> None:
    first, second = block(15.0, (), ()), block(20.0, (), ())
    evidence = fold(Evidence(), Window((first, second), 25.0), Policy(warm_up=3.0), 50, 0.0)
    (endpoint,) = evidence.endpoints.values()
    assert (endpoint.slowest, endpoint.took) == (("slow-20.0",), (0,))
