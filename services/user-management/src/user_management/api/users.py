"""User CRUD: bodies flow in and are checked, users flow out; statuses and messages are the original's.

Creating answers 200 once user and mail are committed together, whether Notification is up or not.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from omnitech_chassis.errors import FieldError, Problem
from user_management import authority, passwords
from user_management.accounts import Accounts, create
from user_management.user_store import Clash
from user_management.users import ChangedUserBody, NewUserBody, UserReply, reply

MOST_A_PAGE = 100
Authorization = Annotated[str | None, Header(include_in_schema=False)]
After = Annotated[str | None, Query(max_length=20, pattern=r"^[A-Za-z0-9._@+-]*$")]
Limit = Annotated[int, Query(ge=1, le=MOST_A_PAGE)]


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    words = {
        400: "The body breaks a rule, or a name is taken",
        401: "A token is configured and was not given",
        404: "No such user",
        409: "A database constraint refused it",
        413: "The body is too long",
    }
    return {status: {"description": words[status]} for status in statuses}


def router(accounts: Accounts) -> APIRouter:
    routes = APIRouter(prefix="/usermgmt", tags=["users"])
    _add_reads(routes, accounts)
    _add_writes(routes, accounts)
    return routes


def _add_reads(routes: APIRouter, accounts: Accounts) -> None:
    @routes.get("/users", responses=documented(400))
    async def list_users(response: Response, limit: Limit = MOST_A_PAGE, after: After = None) -> list[UserReply]:
        found = await accounts.users.page(after or None, limit + 1)
        if len(found) > limit:
            response.headers["Link"] = next_page(limit, found[limit - 1].username)
        return [reply(user, accounts.version) for user in found[:limit]]

    @routes.get("/user/{username}", responses=documented(404))
    async def get_user(username: str) -> UserReply:
        user = await accounts.users.find(username)
        if user is None:
            raise absent(username)
        return reply(user, None)


def _add_writes(routes: APIRouter, accounts: Accounts) -> None:
    @routes.post("/user", response_class=Response, responses=documented(400, 401, 409, 413))
    async def create_user(body: NewUserBody, authorization: Authorization = None) -> Response:
        trusted = authority.trusted(accounts.token, authorization)
        password = body.password.get_secret_value()
        if not passwords.acceptable(password):
            raise Problem(400, "User Password is invalid", errors=(FieldError("password", passwords.RULE),))
        refuse(await create(accounts, body, password, trusted), body.username, body.email)
        return Response(status_code=200)

    @routes.put("/user", response_class=Response, responses=documented(400, 401, 404, 413))
    async def change_user(body: ChangedUserBody, authorization: Authorization = None) -> Response:
        authority.trusted(accounts.token, authorization)
        clash = await accounts.users.change(body.username, body.email, body.firstname, body.lastname)
        refuse(clash, body.username, body.email)
        return Response(status_code=200)

    @routes.delete("/user/{username}", response_class=Response, responses=documented(401, 404))
    async def delete_user(username: str, authorization: Authorization = None) -> Response:
        authority.trusted(accounts.token, authorization)
        if not await accounts.users.remove(username):
            raise absent(username)
        return Response(status_code=200)


def next_page(limit: int, last: str) -> str:
    """RFC 8288."""
    return f'</usermgmt/users?{urlencode({"limit": limit, "after": last})}>; rel="next"'


def absent(username: str) -> Problem:
    return Problem(404, f"User with user name {username} doesn't exist!")


def refuse(clash: Clash | None, username: str, email: str) -> None:
    """Raises the Problem with the original's status and message; does nothing without a clash."""
    match clash:
        case None:
            return
        case Clash.USERNAME:
            taken = FieldError("username", "must be unused", username)
            raise Problem(400, f"User with user name {username} already exists!", errors=(taken,))
        case Clash.EMAIL:
            taken = FieldError("email", "must be unused", email)
            raise Problem(400, f"User with email {email} already exists!", errors=(taken,))
        case Clash.ABSENT:
            raise absent(username)
        case Clash.OTHER:
            raise Problem(409, "Database error")
