"""Rules that hold in every state, whatever happens in whatever order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Verdict
from serinus.release.decide import decide
from serinus.release.spec import CanaryRelease
from serinus.release.transitions import AT_REST, TRANSITIONS, Event
from serinus.release.world import Verb
from tests.release.builders import (
    ERROR,
    FAIL,
    PASS,
    REPLICAS,
    UNDECIDED,
    ObedientCluster,
    a_command,
    a_release,
    a_world,
    serving,
)

Happening = tuple[Verdict, Verb | None, bool, bool, float]
STEPS = [{"weight": 25}, {"weight": 50}, {"weight": 75}, {"weight": 100}]
RELEASES = st.sampled_from([a_release(steps=STEPS), a_release(steps=STEPS, traffic=REPLICAS)])
VERDICTS = st.sampled_from([PASS, PASS, UNDECIDED, ERROR, FAIL])
HAPPENINGS = st.lists(
    st.tuples(
        VERDICTS,
        st.sampled_from([None, None, None, *Verb]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([0.5, 1.0, 30.0]),
    ),
    max_size=40,
)


def is_up(cluster: ObedientCluster) -> bool:
    """Pods that are ready do not vanish: what happens then is not the controller's doing."""
    return cluster.world.canary is not None and cluster.world.canary.ready > 0


EDITS = st.lists(st.sampled_from([None, None, None, "V2", "V3", "V4"]), min_size=40, max_size=40)


@settings(deadline=None, max_examples=300)
@given(release=RELEASES, happenings=HAPPENINGS, versions=EDITS)
def test_the_application_serves_and_weights_rise_only_on_a_pass_or_a_persons_word(
    release: CanaryRelease, happenings: list[Happening], versions: list[str | None]
) -> None:
    """Also where another version takes the canary's place, in a run or after it."""
    cluster = ObedientCluster(a_world(release))
    for number, (verdict, verb, ready, obeys, seconds) in enumerate(happenings):
        cluster.canary_ready, cluster.route_obeys = ready or is_up(cluster), obeys
        if (version := versions[number]) and cluster.world.canary:
            cluster.world = replace(cluster.world, canary=replace(cluster.world.canary, version=version))
        before = cluster.world.status
        command = a_command(verb, id_=str(number)) if verb else None

        plan = cluster.step(verdict, seconds=seconds, command=command)

        assert 0 <= plan.status.weight <= 100
        assert serving(cluster.world) > 0
        if plan.status.weight > before.weight and before.weight > 0 and plan.status.run == before.run:
            assert verdict is PASS or verb is Verb.PROMOTE
        if plan.status.phase != before.phase:
            pairs = {pair for pair, phase in TRANSITIONS.items() if phase is plan.status.phase}
            assert any(phase is before.phase for phase, _ in pairs)


@settings(deadline=None, max_examples=200)
@given(release=RELEASES, happenings=HAPPENINGS)
def test_only_harm_a_person_or_a_deadline_rolls_back(release: CanaryRelease, happenings: list[Happening]) -> None:
    cluster = ObedientCluster(a_world(release))
    for verdict, _, ready, obeys, seconds in happenings:
        if verdict is FAIL:
            continue
        cluster.canary_ready, cluster.route_obeys = ready or is_up(cluster), obeys
        cluster.step(verdict, seconds=seconds)

        assert cluster.world.run.outcome in ("", "promoted")


@settings(deadline=None, max_examples=100)
@given(release=RELEASES, happenings=HAPPENINGS, last=st.sampled_from([PASS, FAIL]))
def test_from_every_state_passing_ends_promoted_and_failing_ends_rolled_back(
    release: CanaryRelease, happenings: list[Happening], last: Verdict
) -> None:
    cluster = ObedientCluster(a_world(release))
    for verdict, _, _, _, seconds in happenings:
        cluster.step(verdict, seconds=seconds)
    fresh = cluster.world.status.phase in AT_REST

    for _ in range(60):
        cluster.step(last)

    assert cluster.world.status.phase in AT_REST
    if not fresh and last is FAIL:
        assert cluster.world.run.outcome in ("rolled back", "promoted")
    rest = [cluster.step(last).actions for _ in range(3)]
    assert rest == [(), (), ()]


@settings(deadline=None, max_examples=100)
@given(release=RELEASES, happenings=HAPPENINGS)
def test_the_same_input_gives_the_same_plan_and_a_repeated_pass_does_no_harm(
    release: CanaryRelease, happenings: list[Happening]
) -> None:
    cluster = ObedientCluster(a_world(release))
    for verdict, _, _, _, seconds in happenings:
        before, now = cluster.world, cluster.now
        plan = cluster.step(verdict, seconds=seconds)
        crashed = replace(cluster.world, status=before.status, run=before.run)

        again = decide(crashed, Evidence(), verdict, now)

        assert decide(before, Evidence(), verdict, now) == plan
        assert again.status.weight >= 0
        if plan.actions and again.status.phase is plan.status.phase:
            assert again.actions in ((), plan.actions)


def test_every_phase_but_rest_can_be_left() -> None:
    """Every wait ends: each phase in the table has a way out, each phase can be reached."""
    left = {phase for phase, _ in TRANSITIONS}
    reached = set(TRANSITIONS.values())

    assert reached <= left | set(AT_REST)
    assert Event.NOTHING not in {event for _, event in TRANSITIONS}
