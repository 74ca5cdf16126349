"""What callers saw: the entry of a trace, and calls that failed although the version says it answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from serinus.judge.observation import Cause, Entry, Observation, Outcome, Variant
from serinus.traces.callers import callers_of
from serinus.traces.documents import observations
from serinus.traces.segments import LONGEST
from tests.traces.test_documents import VARIANTS, call, seen, segment, thrown


def caller(*calls: dict[str, Any], **more: Any) -> str:
    """The segment of user-management, from 9 to 11 s."""
    request = {"method": "POST", "url": "https://entry:8443/usermgmt/user"}
    fields = {"name": "usermgmt", "id": "a" * 16, "start_time": 9.0, "end_time": 11.0, "http": {"request": request}}
    return json.dumps(fields | {"subsegments": list(calls)} | more)


def asked(**more: Any) -> dict[str, Any]:
    """The call that `answered` answers."""
    return call("notification", start_time=9.9, end_time=10.4, **more)


ANSWERED = segment(parent_id="1" * 16)


def test_the_entry_of_a_trace_goes_with_the_request() -> None:
    (found,) = seen(caller(asked()), ANSWERED).observations

    assert found.outcome is Outcome.OK
    assert found.duration_s == 0.25
    assert found.entry == Entry("POST /usermgmt/user", Outcome.OK, 2.0, "notification")


def test_the_entry_waited_most_for_what_took_longest_and_not_for_what_it_did_later() -> None:
    statements = [call("db", start_time=9.0 + at, end_time=9.4 + at) for at in (0.0, 0.5, 1.0)]
    later = call("mail", start_time=11.5, end_time=20.0)
    (found,) = seen(caller(asked(), call("send", *statements, namespace=""), later), ANSWERED).observations
    assert found.entry is not None
    assert found.entry.dependency == "db"

    (idle,) = seen(caller(call("db", start_time=9.0, end_time=9.1)), ANSWERED).observations
    assert idle.entry is not None
    assert idle.entry.dependency == ""


@pytest.mark.parametrize(
    "documents",
    [
        [ANSWERED],
        [segment(parent_id="1" * 16, start_time=8.0), caller(asked())],
        [ANSWERED, caller(asked(), end_time=None)],
        [ANSWERED, caller(asked(), http={})],
        [ANSWERED, caller(asked(), inferred=True)],
    ],
    ids=["the version alone", "the version first", "in progress", "no HTTP request", "inferred"],
)
def test_there_is_no_entry_but_an_answered_http_request_to_another_service(documents: list[str]) -> None:
    assert [found.entry for found in seen(*documents).observations] == [None]


def test_an_answer_that_never_reached_its_caller_is_missing() -> None:
    failed = asked(**thrown("ReadTimeout"))
    (found,) = seen(caller(call("retry", failed, namespace="")), ANSWERED).observations

    assert found.outcome is Outcome.MISSING
    assert found.cause == Cause("", "missing", "ReadTimeout")


def test_a_request_in_progress_counts_once_its_caller_has_given_up() -> None:
    pending = segment(parent_id="1" * 16, end_time=None, in_progress=True)

    assert seen(caller(asked()), pending).observations == ()
    (found,) = seen(caller(asked(fault=True)), pending).observations
    assert (found.outcome, found.duration_s) == (Outcome.MISSING, 0.0)


def test_a_fault_that_the_version_admits_stays_a_fault_with_its_own_cause() -> None:
    (found,) = seen(caller(asked(fault=True)), segment(parent_id="1" * 16, **thrown("KeyError"))).observations
    assert (found.outcome, found.cause) == (Outcome.FAULT, Cause("", "fault", "KeyError"))


def test_another_call_that_failed_is_nobodys_fault_here() -> None:
    (found,) = seen(caller(asked(), call("db", fault=True) | {"id": "2" * 16}), ANSWERED).observations
    assert found.outcome is Outcome.OK


def test_a_callers_document_that_cannot_be_understood_tells_nothing() -> None:
    (found,) = seen(caller(subsegments="none"), ANSWERED).observations
    assert (found.outcome, found.entry) == (Outcome.OK, Entry("POST /usermgmt/user", Outcome.OK, 2.0))
    assert callers_of([], {"v1"}).entry is None


def lost(*documents: str) -> list[Observation]:
    found = observations("1-a-b", documents, VARIANTS, ("notification",)).observations
    return [one for one in found if one.variant is Variant.NOBODY]


HTTP = {"request": {"method": "POST", "url": "http://notification:8096/notification/send/7"}}


def test_a_call_that_failed_and_left_no_trace_of_a_version_is_nobodys() -> None:
    inferred = segment(name="notification", inferred=True, parent_id="1" * 16)
    (found,) = lost(caller(asked(fault=True, http=HTTP)), inferred)

    assert (found.at, found.stratum, found.outcome) == (9.9, "POST /notification/send/{}", Outcome.MISSING)
    assert lost(caller(asked(fault=True)))[0].stratum == "notification"
    long = {"request": {"method": "GET", "url": "http://n/" + "xy-" * 700}}
    assert len(lost(caller(asked(fault=True, http=long)))[0].stratum) == LONGEST


@pytest.mark.parametrize(
    "documents",
    [
        [caller(asked(http=HTTP))],
        [caller(asked(fault=True, http=HTTP)), ANSWERED],
        [caller(asked(fault=True, http=HTTP)), segment(name="gateway", parent_id="1" * 16, fault=True)],
        [caller(call("db", fault=True))],
        [caller(asked(fault=True, http={"request": {"method": "GET", "url": "http://notification/health"}}))],
        [caller(asked(fault=True, http=HTTP) | {"id": ""})],
    ],
    ids=["no fault", "answered", "answered by another", "another host", "a probe", "no id"],
)
def test_only_failed_calls_to_the_service_without_an_answer_are_nobodys(documents: list[str]) -> None:
    assert lost(*documents) == []


def test_without_a_name_by_which_the_service_is_called_nothing_is_looked_for() -> None:
    assert seen(caller(asked(fault=True, http=HTTP))).observations == ()
