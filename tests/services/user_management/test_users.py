"""Bodies become users: roles are the server's to give, and the greeting is the original's but for the name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from user_management.users import ChangedUserBody, NewUserBody, greeting, new_user, reply

BODY = {
    "username": "ann",
    "email": "a@b.c",
    "role": "ROLE_ADMIN",
    "firstname": "Ann",
    "lastname": "Lee",
    "password": "x",
}


@pytest.mark.parametrize(("trusted", "role"), [(True, "ROLE_ADMIN"), (False, "ROLE_USER")])
def test_only_a_trusted_caller_chooses_the_role(trusted: bool, role: str) -> None:
    assert new_user(NewUserBody.model_validate(BODY), trusted).role == role


def test_enabled_is_false_unless_given_as_in_the_original() -> None:
    assert new_user(NewUserBody.model_validate(BODY), trusted=False).enabled is False


def test_the_password_is_not_in_a_bodys_words() -> None:
    assert "Pass@123" not in repr(NewUserBody.model_validate(BODY | {"password": "Pass@123"}))


def test_a_reply_has_no_password() -> None:
    shown = reply(new_user(NewUserBody.model_validate(BODY), trusted=False), "V1").model_dump()

    assert set(shown) == {"username", "email", "role", "enabled", "firstname", "lastname", "appversion"}


def test_the_greeting_goes_to_the_user() -> None:
    assert json.loads(greeting(new_user(NewUserBody.model_validate(BODY), trusted=False))) == {
        "subject": "OmniTech account creation.",
        "content": "Hello Ann, your OmniTech account is created successfully!",
        "toEmails": ["a@b.c"],
    }


def test_a_change_takes_the_originals_whole_body_and_refuses_others() -> None:
    assert ChangedUserBody.model_validate(BODY | {"enabled": True}).email == "a@b.c"
    with pytest.raises(ValidationError, match="extra_forbidden"):
        ChangedUserBody.model_validate(BODY | {"admin": True})


@settings(deadline=None)
@given(st.text(max_size=25))
def test_a_name_that_passes_is_ascii_and_safe_in_a_path(name: str) -> None:
    try:
        body = NewUserBody.model_validate(BODY | {"username": name})
    except ValidationError:
        return
    assert body.username.isascii()
    assert not set(body.username) & set("/?#% \n")
