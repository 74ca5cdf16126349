from __future__ import annotations

from serinus.release.status import Phase
from serinus.release.transitions import AT_REST, IN_RUN, STOPS, TRANSITIONS, Event


def test_every_phase_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS.values()) == set(Phase) - {Phase.IDLE}
    assert {phase for phase, _ in TRANSITIONS} == set(Phase)


def test_every_event_leads_somewhere_but_nothing() -> None:
    assert {event for _, event in TRANSITIONS} == set(Event) - {Event.NOTHING}


def test_each_stop_works_from_every_phase_of_a_run() -> None:
    assert all(TRANSITIONS[phase, stop] is Phase.RESTORING for phase in IN_RUN for stop in STOPS)


def test_a_run_and_rest_do_not_overlap() -> None:
    assert not set(IN_RUN) & set(AT_REST)
