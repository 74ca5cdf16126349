"""What the demo's users ask, and what an answer means. In: a request's number; status, body. Out: requests, meanings.
The sequence is fixed, so two runs ask the same; a creation is the one write among many reads.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec import Struct

XRAY_PATH = "/usermgmt/notification-xray"
INFO_PATH = "/usermgmt/notification-service-info"
LIST_PATH = "/usermgmt/users?limit=20"
CREATE_PATH = "/usermgmt/user"


class Ask(Struct, frozen=True):
    """One request. `address`: the new user's e-mail address when it creates one, else ""."""

    method: str
    path: str
    body: bytes = b""
    address: str = ""


class Meaning(StrEnum):
    """OK; VERSION_FAULT: a version of Notification itself answered 500; FAILURE: anything else that is no success."""

    OK = "ok"
    VERSION_FAULT = "version fault"
    FAILURE = "failure"


def ask(number: int, creation_every: int, run: str) -> Ask:
    """The request with this number. Of ten reads eight ask Notification for its version, one for its address,
    one lists users; every `creation_every`th request creates a user, unique by `run` (at most 8 of a-z, 0-9).
    """
    if creation_every and number % creation_every == creation_every - 1:
        return creation(f"{run}x{number}", run)
    match number % 10:
        case 4:
            return Ask("GET", INFO_PATH)
        case 9:
            return Ask("GET", LIST_PATH)
    return Ask("GET", XRAY_PATH)


def creation(username: str, run: str) -> Ask:
    """A user whose password passes the rule and is of no use to anybody."""
    address = f"{username}@example.com"
    body = {
        "username": username,
        "email": address,
        "role": "ROLE_USER",
        "enabled": True,
        "firstname": "Maya",
        "lastname": "Canary",
        "password": f"Aa1!{run}{username}",
    }
    return Ask("POST", CREATE_PATH, msgspec.json.encode(body), address)


def meaning(status: int, body: bytes) -> Meaning:
    """User Management answers 500 both when Notification said 500 and when nobody answered; its detail tells which."""
    if status < 400:
        return Meaning.OK
    if status == 500 and b"Notification answered 500" in body:
        return Meaning.VERSION_FAULT
    return Meaning.FAILURE


def version(path: str, body: bytes) -> str:
    """Which release answered, "" where the answer does not say."""
    if path != XRAY_PATH:
        return ""
    try:
        return msgspec.json.decode(body, type=_Info).appversion
    except msgspec.MsgspecError:
        return ""


class _Info(Struct):
    appversion: str = ""
