from __future__ import annotations

from typing import Any

import jwt
import pytest

from serinus.console.alb import LONGEST, Said, Trust, person, said
from serinus.console.port import Person
from serinus.errors import InvalidInput
from tests.console.tokens import ARN, KID, NOW, Balancer, part

ALB, OTHER = Balancer(), Balancer()
TRUST = Trust(ARN)


def read(token: str, trust: Trust = TRUST, now: float = NOW) -> Person | str:
    found = said(token, trust, now)
    return found if isinstance(found, str) else person(token, ALB.pem, trust, now)


def test_a_good_token_padded_as_aws_does_it_tells_who_it_is() -> None:
    token = ALB.token(email="ana.long@example.com")

    assert "=" in token
    assert said(token, TRUST, NOW) == Said(KID)
    assert read(token) == Person("ana.long@example.com", ("system:authenticated", "shop"))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"signer": ARN.replace("123456789012", "999999999999")}, "another load balancer"),
        ({"signer": None}, "another load balancer"),
        ({"alg": "none"}, "must be signed with ES256"),
        ({"alg": "HS256"}, "must be signed with ES256"),
        ({"exp": int(NOW)}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": True}, "expired"),
        ({"exp": "soon"}, "expired"),
        ({"kid": "../../evil.example.com/key"}, "names no key"),
        ({"kid": f"{KID}/../x"}, "names no key"),
        ({"kid": f"{KID}\n"}, "names no key"),
        ({"kid": 7}, "no"),
    ],
)
def test_what_the_header_says_is_checked_before_any_key_is_asked_for(header: dict[str, Any], why: str) -> None:
    found = said(ALB.token(header), TRUST, NOW)

    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "é.é.é", f"{part([])}.{part({})}.x", "x" * (LONGEST + 1)])
def test_what_is_no_token_is_nobody(token: str) -> None:
    assert isinstance(read(token), str)


def test_another_key_a_changed_word_and_a_cut_signature_are_nobody() -> None:
    good = ALB.token()
    head, body, signature = good.split(".")
    changed = part({"email": "root@example.com", "exp": int(NOW) + 120})
    wrong = [OTHER.token(), f"{head}.{changed}.{signature}", f"{head}.{body}.{signature[:-4]}", f"{head}.{body}."]

    assert isinstance(read(good), Person)
    assert all("not what the load balancer has signed" in str(read(one)) for one in wrong)


def test_the_public_key_cannot_be_used_as_a_password() -> None:
    with pytest.raises(jwt.InvalidKeyError):
        jwt.encode({"email": "ana@example.com"}, ALB.pem, algorithm="HS256")
    assert "must be signed with ES256" in str(read(ALB.token({"alg": "HS256"})))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(NOW)},
        {"email": None},
        {"email": ""},
        {"email": 7},
        {"email": "system:admin"},
        {"email": "System:serviceaccount:serinus:serinus-operator"},
        {"email": " ana@example.com"},
        {"email": "ana\n@example.com"},
        {"email": "a" * 300},
        {"email_verified": False},
        {"email_verified": "false"},
    ],
)
def test_a_name_that_is_not_ones_own_or_not_verified_is_nobody(claims: dict[str, Any]) -> None:
    assert isinstance(read(ALB.token(**claims)), str)


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        (["b", "a", "a"], ("a", "b")),
        ("one", ("one",)),
        (["system:masters", "SYSTEM:masters", 7, "", "a"], ("a",)),
        ({"a": 1}, ()),
        (None, ()),
    ],
)
def test_groups_are_names_of_ones_own_and_never_kubernetes(groups: object, found: tuple[str, ...]) -> None:
    who = read(ALB.token(groups=groups))

    assert isinstance(who, Person)
    assert who.groups == ("system:authenticated", *found)


def test_claims_and_the_client_can_be_chosen() -> None:
    trust = Trust(ARN, "client", "sub", "teams")

    assert read(ALB.token(teams=["pay"]), trust) == Person("1", ("system:authenticated", "pay"))
    assert "another client" in str(read(ALB.token({"client": "other"}), trust))


@pytest.mark.parametrize("arn", ["", "*", ARN.replace("/app/", "/net/"), ARN + "\n", ARN.replace("us-east-1", "a/b")])
def test_what_is_not_the_arn_of_a_load_balancer_is_refused(arn: str) -> None:
    assert TRUST.region == "us-east-1"
    with pytest.raises(InvalidInput, match="--alb-arn"):
        Trust(arn)
