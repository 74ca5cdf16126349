"""The original's rule, and Argon2id hashes that verify."""

from __future__ import annotations

import re

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from user_management.passwords import LONGEST, Hasher, acceptable

ORIGINAL = re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])(?=.*[!@#$%^&*])(?=\S+$).{8,}")


@settings(deadline=None)
@given(st.text(alphabet="aA1@ \n#ü", max_size=14))
def test_the_rule_is_the_originals(password: str) -> None:
    original = ORIGINAL.fullmatch(password) is not None and not password.endswith("\n")

    assert acceptable(password) == original


def test_a_password_is_bounded() -> None:
    assert acceptable("Pass@123" * (LONGEST // 8))
    assert not acceptable("Pass@123" * (LONGEST // 8) + "x")


async def test_a_hash_is_argon2id_with_the_given_costs_and_verifies() -> None:
    hasher = Hasher(memory_kib=7168, time_cost=1, parallelism=1)
    hashed = await hasher.hash("Pass@123")
    hasher.close()

    assert hashed.startswith("$argon2id$v=19$m=7168,t=1,p=1$")
    assert argon2.PasswordHasher().verify(hashed, "Pass@123")
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(hashed, "Pass@124")
