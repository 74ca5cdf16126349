"""The demo's users ask the same in each run, and each answer means one thing."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.local.requests import CREATE_PATH, INFO_PATH, LIST_PATH, XRAY_PATH, Meaning, ask, meaning, version
from user_management.passwords import acceptable
from user_management.users import NewUserBody


def test_one_request_in_forty_creates_a_user_and_most_ask_for_the_version() -> None:
    paths = Counter(ask(number, 40, "r1").path for number in range(400))
    assert paths == {XRAY_PATH: 320, INFO_PATH: 40, LIST_PATH: 30, CREATE_PATH: 10}


def test_without_creations_all_are_reads() -> None:
    assert {ask(number, 0, "r1").method for number in range(100)} == {"GET"}


@settings(deadline=None)
@given(st.integers(0, 10**9), st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
def test_user_management_accepts_every_user_we_create(number: int, run: str) -> None:
    created = ask(number, 1, run)
    body = NewUserBody.model_validate_json(created.body)
    assert acceptable(body.password.get_secret_value())
    assert body.email == created.address


def test_users_of_one_run_differ() -> None:
    assert len({ask(number, 1, "r1").address for number in range(100)}) == 100


def test_a_versions_own_fault_is_told_from_a_failure_of_the_platform() -> None:
    problem = {"detail": "Notification answered 500 to GET /notification/xray"}
    unreachable = {"detail": "Notification is unreachable: ConnectError"}
    gateway = {"detail": "Notification answered 502 to GET /notification/xray"}
    assert meaning(200, b"") is Meaning.OK
    assert meaning(500, msgspec.json.encode(problem)) is Meaning.VERSION_FAULT
    assert meaning(500, msgspec.json.encode(unreachable)) is Meaning.FAILURE
    assert meaning(500, msgspec.json.encode(gateway)) is Meaning.FAILURE
    assert meaning(502, b"Bad Gateway") is Meaning.FAILURE
    assert meaning(400, b"") is Meaning.FAILURE


def test_only_the_answer_of_notification_xray_tells_the_version() -> None:
    info = b'{"applicationname":"Notification Microservice","appversion":"V2","message":"Enabled AWS XRay"}'
    assert version(XRAY_PATH, info) == "V2"
    assert version(LIST_PATH, info) == ""
    assert version(XRAY_PATH, b"no JSON") == ""
