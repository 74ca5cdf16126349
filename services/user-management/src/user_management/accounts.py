"""A checked body flows in, an account and its greeting are committed together, a clash or nothing flows out.

The letter remembers the trace of this request, so the mail appears in it however late it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import msgspec

from omnitech_chassis.tracing import current_trace
from user_management.outbox import Letter
from user_management.passwords import Hasher
from user_management.user_store import Clash, UserStore
from user_management.users import NewUserBody, User, greeting, new_user


class Accounts(msgspec.Struct, frozen=True):
    """Everything the users' endpoints need; `clock` in epoch seconds, `wake` tells the relay about a new letter."""

    version: str
    token: str | None
    users: UserStore
    hasher: Hasher
    clock: Callable[[], float]
    wake: Callable[[], None]


async def create(accounts: Accounts, body: NewUserBody, password: str, trusted: bool) -> Clash | None:
    """Looks first, to hash for nobody in vain; the database has the last word."""
    if (clash := await accounts.users.clash(body.username, body.email)) is not None:
        return clash
    user = new_user(body, trusted)
    clash = await accounts.users.create(user, await accounts.hasher.hash(password), letter(user, accounts.clock()))
    if clash is None:
        accounts.wake()
    return clash


def letter(user: User, now: float) -> Letter:
    return Letter(str(uuid4()), greeting(user), current_trace(), created_at=now, due_at=now)
