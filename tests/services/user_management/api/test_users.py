"""The users' endpoints on both kinds of database: statuses, bodies and messages are the original's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.services.conftest import Database
from tests.services.serving import JSON, Running, serving
from user_management.service import SERVICE
from user_management.settings import UserManagementSettings

POSTMAN = {
    "username": "microtest1",
    "email": "x@example.com",
    "role": "ROLE_ADMIN",
    "enabled": True,
    "firstname": "MicroFName",
    "lastname": "MicroLname",
    "password": "Pass@123",
}
SHOWN = {
    "username": "microtest1",
    "email": "x@example.com",
    "role": "ROLE_USER",
    "enabled": True,
    "firstname": "MicroFName",
    "lastname": "MicroLname",
}
CHEAP_HASH = {"argon2_memory_kib": 7168, "argon2_time_cost": 1}
NOBODY = {"notification_service_host": "127.0.0.1", "notification_service_port": 9}


def settings(database: Database, **more: Any) -> UserManagementSettings:
    return UserManagementSettings(**{**database.usermgmt, **CHEAP_HASH, **NOBODY, **more})


@pytest.fixture
async def running(database: Database) -> AsyncIterator[Running]:
    async with serving(SERVICE, settings(database)) as service:
        yield service


async def post(running: Running, **changes: Any) -> httpx2.Response:
    return await running.client.post("/usermgmt/user", json=POSTMAN | changes)


async def test_creation_answers_200_with_an_empty_body(running: Running) -> None:
    reply = await post(running)

    assert (reply.status_code, reply.content) == (200, b"")


async def test_the_list_shows_the_version_and_no_password(running: Running) -> None:
    await post(running)

    assert (await running.client.get("/usermgmt/users")).json() == [SHOWN | {"appversion": "V1"}]


async def test_a_single_user_has_no_version_as_in_the_original(running: Running) -> None:
    await post(running)

    assert (await running.client.get("/usermgmt/user/microtest1")).json() == SHOWN | {"appversion": None}


async def test_names_are_looked_up_without_case_on_either_database(running: Running) -> None:
    await post(running)

    assert (await running.client.get("/usermgmt/user/MICROTEST1")).status_code == 200


async def test_an_unknown_user_is_404_with_the_originals_words(running: Running) -> None:
    reply = await running.client.get("/usermgmt/user/nobody")

    assert (reply.status_code, reply.json()["detail"]) == (404, "User with user name nobody doesn't exist!")
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["apierror"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "y@example.com"}, "User with user name microtest1 already exists!"),
        ({"username": "microtest2", "email": "X@Example.com"}, "User with email X@Example.com already exists!"),
    ],
)
async def test_a_taken_name_or_email_is_400(running: Running, changes: dict[str, str], message: str) -> None:
    await post(running)

    reply = await post(running, **changes)

    assert (reply.status_code, reply.json()["apierror"]["message"]) == (400, message)


async def test_of_many_creations_at_once_one_wins_and_the_others_get_the_originals_words(running: Running) -> None:
    replies = await asyncio.gather(*(post(running, email=f"x{n}@example.com") for n in range(8)))

    assert sorted(reply.status_code for reply in replies) == [200, *[400] * 7]
    losers = {reply.json()["detail"] for reply in replies if reply.status_code == 400}
    assert losers == {"User with user name microtest1 already exists!"}
    assert len((await running.client.get("/usermgmt/users")).json()) == 1


async def test_of_many_creations_with_one_email_one_wins(running: Running) -> None:
    replies = await asyncio.gather(*(post(running, username=f"racer{n}") for n in range(8)))

    assert sorted(reply.status_code for reply in replies) == [200, *[400] * 7]


@pytest.mark.parametrize("password", ["pass@123", "PASS@123", "Pass@word", "Pass1234", "Pass @123", "P@1a" * 40])
async def test_a_password_against_the_rule_is_400_and_is_not_repeated(running: Running, password: str) -> None:
    reply = await post(running, password=password)

    assert (reply.status_code, reply.json()["detail"]) == (400, "User Password is invalid")
    assert password not in reply.text


async def test_the_shortest_password_has_eight_characters(running: Running) -> None:
    assert (await post(running, password="short1!A")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"username": "ab"}, "username", "String should match pattern '^[A-Za-z0-9._@+-]{3,20}$'"),
        ({"email": "nonsense"}, "email", "not a mail address (local-part@domain, ASCII)"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "email", "not a mail address (local-part@domain, ASCII)"),
        ({"firstname": ""}, "firstname", "String should have at least 1 character"),
        ({"lastname": "x" * 21}, "lastname", "String should have at most 20 characters"),
        ({"firstname": "a\tb"}, "firstname", "must be one line without control characters"),
        ({"admin": True}, "admin", "unknown field"),
    ],
)
async def test_a_field_against_its_rule_is_named(
    running: Running, changes: dict[str, Any], field: str, rule: str
) -> None:
    reply = await post(running, **changes)

    assert (reply.status_code, reply.json()["detail"]) == (400, "Validation error")
    assert [(error["field"], error["rule"]) for error in reply.json()["errors"]] == [(field, rule)]
    assert reply.json()["apierror"]["subErrors"][0]["field"] == field


async def test_a_missing_field_is_named_and_the_password_beside_it_is_not_repeated(running: Running) -> None:
    body = {key: value for key, value in POSTMAN.items() if key != "email"}

    reply = await running.client.post("/usermgmt/user", json=body)

    assert reply.json()["errors"] == [{"field": "email", "rule": "required", "value": None}]
    assert "Pass@123" not in reply.text


async def test_a_body_that_is_not_json_is_400(running: Running) -> None:
    reply = await running.client.post("/usermgmt/user", content=b'{"username": ', headers=JSON)

    assert (reply.status_code, reply.json()["detail"]) == (400, "Malformed JSON request")


async def test_a_body_above_64_kib_is_413(running: Running) -> None:
    reply = await post(running, firstname="x" * 70_000)

    assert (reply.status_code, reply.json()["title"]) in [(413, "Request Entity Too Large"), (413, "Content Too Large")]


async def test_a_change_touches_email_and_names_only(running: Running) -> None:
    await post(running)

    reply = await running.client.put(
        "/usermgmt/user",
        json=POSTMAN | {"email": "z@example.com", "firstname": "A", "lastname": "", "enabled": False},
    )

    assert (reply.status_code, reply.content) == (200, b"")
    changed = SHOWN | {"email": "z@example.com", "firstname": "A", "lastname": "", "appversion": None}
    assert (await running.client.get("/usermgmt/user/microtest1")).json() == changed


async def test_a_change_to_the_same_values_is_no_error(running: Running) -> None:
    await post(running)

    assert (await running.client.put("/usermgmt/user", json=POSTMAN)).status_code == 200


async def test_a_change_to_a_taken_email_is_400_and_of_nobody_404(running: Running) -> None:
    await post(running)
    await post(running, username="microtest2", email="y@example.com")

    taken = await running.client.put("/usermgmt/user", json=POSTMAN | {"email": "y@example.com"})
    absent = await running.client.put("/usermgmt/user", json=POSTMAN | {"username": "nobody"})

    assert (taken.status_code, taken.json()["detail"]) == (400, "User with email y@example.com already exists!")
    assert (absent.status_code, absent.json()["detail"]) == (404, "User with user name nobody doesn't exist!")


async def test_a_deleted_user_is_gone_and_deleting_again_is_404(running: Running) -> None:
    await post(running)

    first = await running.client.delete("/usermgmt/user/microtest1")
    second = await running.client.delete("/usermgmt/user/microtest1")

    assert (first.status_code, first.content, second.status_code) == (200, b"", 404)


async def test_the_list_comes_in_pages_that_cover_everybody_once(running: Running) -> None:
    names = [f"user{n:02}" for n in range(7)]
    for name in names:
        await post(running, username=name, email=f"{name}@example.com")

    seen, url = [], "/usermgmt/users?limit=3"
    while url:
        reply = await running.client.get(url)
        seen += [user["username"] for user in reply.json()]
        url = str(reply.links.get("next", {}).get("url", ""))

    assert seen == names


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=%00"])
async def test_a_wrong_page_is_400(running: Running, query: str) -> None:
    reply = await running.client.get(f"/usermgmt/users?{query}")

    assert (reply.status_code, reply.json()["detail"]) == (400, "Validation error")


async def test_with_a_token_writes_need_it_and_its_bearer_may_choose_the_role(sqlite: Database) -> None:
    async with serving(SERVICE, settings(sqlite, usermgmt_api_token="t0ken-Secret")) as running:
        without = await post(running)
        wrong = await running.client.put("/usermgmt/user", json=POSTMAN, headers={"Authorization": "Bearer no"})
        bearer = {"Authorization": "Bearer t0ken-Secret"}
        right = await running.client.post("/usermgmt/user", json=POSTMAN, headers=bearer)
        shown = await running.client.get("/usermgmt/user/microtest1")
        deleted = await running.client.delete("/usermgmt/user/microtest1")

    assert (without.status_code, wrong.status_code, deleted.status_code) == (401, 401, 401)
    assert without.headers["www-authenticate"] == 'Bearer realm="usermgmt"'
    assert (right.status_code, shown.json()["role"]) == (200, "ROLE_ADMIN")


async def test_every_reply_is_open_to_browsers_and_names_its_trace(running: Running) -> None:
    reply = await running.client.get("/usermgmt/users")
    options = await running.client.options("/usermgmt/users")

    assert reply.headers["access-control-allow-origin"] == "*"
    assert options.status_code == 200
