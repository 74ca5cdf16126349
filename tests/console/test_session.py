from __future__ import annotations

from serinus.console.port import Person
from serinus.console.session import LASTS_S, MOST_OF_ONE, MOST_SESSIONS, Sessions


def test_a_token_opens_one_session_once() -> None:
    sessions = Sessions(Person("ana"))
    token = sessions.token()
    first = sessions.exchange(token, 0.0)

    assert first is not None
    assert sessions.exchange(token, 0.0) is None
    assert sessions.find(first.key, 1.0) == first


def test_what_is_no_token_opens_nothing() -> None:
    sessions = Sessions(Person("ana"))
    sessions.token("given")

    assert sessions.exchange("", 0.0) is None
    assert sessions.exchange("ünknown", 0.0) is None
    assert sessions.exchange("given", 0.0) is not None


def test_a_session_ends_with_its_time_or_when_closed() -> None:
    sessions = Sessions(Person("ana"))
    one, two = (sessions.exchange(sessions.token(), 0.0) for _ in range(2))
    assert one is not None
    assert two is not None

    sessions.close(two.key)
    assert sessions.find(two.key, 1.0) is None
    assert sessions.find(one.key, LASTS_S) is None


def test_sessions_are_bounded_for_each_person_so_that_nobody_ends_anothers() -> None:
    sessions = Sessions()
    other = sessions.open(Person("bea"), 9.0)
    own = [sessions.open(Person("ana"), 9.0) for _ in range(MOST_OF_ONE + 1)]

    assert sessions.find(other.key, 1.0) == other
    assert [sessions.find(one.key, 1.0) is not None for one in own] == [False, *[True] * MOST_OF_ONE]


def test_sessions_are_bounded() -> None:
    sessions = Sessions()
    opened = [sessions.open(Person(f"ana{number}"), 9.0) for number in range(MOST_SESSIONS + 1)]

    assert sessions.find(opened[0].key, 1.0) is None
    assert sessions.find(opened[-1].key, 1.0) is not None
