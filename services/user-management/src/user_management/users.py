"""JSON bodies flow in and become checked values; users and the mail that greets them flow out. Pure.

Fields and lengths are the original's. Names are ASCII so that both kinds of database compare them alike.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from omnitech_chassis import addresses, lines

ORDINARY_ROLE = "ROLE_USER"


Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@+-]{3,20}$")]
Email = Annotated[
    str,
    Field(json_schema_extra={"pattern": addresses.PATTERN, "maxLength": addresses.LONGEST}),
    AfterValidator(addresses.address),
]
FirstName = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(lines.one_line)]
LastName = Annotated[str, Field(max_length=20), AfterValidator(lines.one_line)]
Role = Annotated[str, Field(pattern=r"^ROLE_[A-Z_]{1,32}$")]


class NewUserBody(BaseModel):
    """The body of POST /usermgmt/user. `role` is obeyed only from an authorised caller."""

    model_config = ConfigDict(extra="forbid")

    username: Username
    email: Email
    role: Role = ORDINARY_ROLE
    enabled: bool = False
    firstname: FirstName
    lastname: LastName
    password: SecretStr


class ChangedUserBody(BaseModel):
    """The body of PUT /usermgmt/user: the key and what may change; the original's other fields are ignored."""

    model_config = ConfigDict(extra="forbid")

    username: Username
    email: Email
    firstname: FirstName
    lastname: LastName
    role: Role | None = None
    enabled: bool | None = None
    password: SecretStr | None = None


class User(msgspec.Struct, frozen=True):
    username: str
    email: str
    role: str
    enabled: bool
    firstname: str
    lastname: str


class UserReply(BaseModel):
    """A user as the API shows it: never with a password. `appversion` is null for a single user, as in the original."""

    username: str
    email: str
    role: str
    enabled: bool
    firstname: str
    lastname: str
    appversion: str | None


def new_user(body: NewUserBody, trusted: bool) -> User:
    role = body.role if trusted else ORDINARY_ROLE
    return User(body.username, body.email, role, body.enabled, body.firstname, body.lastname)


def reply(user: User, version: str | None) -> UserReply:
    return UserReply(**msgspec.structs.asdict(user), appversion=version)


def greeting(user: User) -> bytes:
    """The mail that says the account exists, as the body of Notification's POST /notification/send."""
    content = f"Hello {user.firstname}, your OmniTech account is created successfully!"
    mail = {"subject": "OmniTech account creation.", "content": content, "toEmails": [user.email]}
    return msgspec.json.encode(mail)
