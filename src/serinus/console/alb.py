"""Who an Application Load Balancer says it is. In: its header x-amzn-oidc-data, a key, the time. Out: a person, or why
not. A JWT signed with ES256, padded as AWS does it. Its header names the load balancer that signed: any other is
refused, for whoever has an account can have one sign. Source: "Authenticate users using an Application Load Balancer".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jwt
from msgspec import Struct

from serinus.console.port import Person
from serinus.errors import InvalidInput

HEADER = "x-amzn-oidc-data"
LONGEST = 32 * 1024
MOST_GROUPS, LONGEST_NAME = 500, 256
RESERVED = "system:"
AUTHENTICATED = "system:authenticated"
ARN = re.compile(r"arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):\d{12}:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+")
KID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Trust(Struct, frozen=True):
    """Whose word is taken. `balancer`: its ARN. `client`: the OIDC client's id, "" for any of this load balancer."""

    balancer: str
    client: str = ""
    name_claim: str = "email"
    groups_claim: str = "groups"

    def __post_init__(self) -> None:
        if not ARN.fullmatch(self.balancer):
            raise InvalidInput("--alb-arn", "must be the ARN of an Application Load Balancer", self.balancer)

    @property
    def region(self) -> str:
        return self.balancer.split(":")[3]


class Said(Struct, frozen=True):
    """What the header of a JWT says of itself; nothing of it is proved yet."""

    kid: str


def said(token: str, trust: Trust, now: float) -> Said | str:
    """Which key to verify with, else why no key would help. `now` in epoch s."""
    if not token or len(token) > LONGEST:
        return f"the load balancer sent no {HEADER}" if not token else f"{HEADER} is too long"
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        return f"{HEADER} is no JWT: {error}"
    if header.get("alg") != "ES256":
        return f"{HEADER} must be signed with ES256, got {header.get('alg')!r}"
    if header.get("signer") != trust.balancer:
        return f"{HEADER} is signed by another load balancer: {header.get('signer')!r}"
    if trust.client and header.get("client") != trust.client:
        return f"{HEADER} is for another client: {header.get('client')!r}"
    if not _lasts(header.get("exp"), now):
        return f"{HEADER} has expired; sign in anew"
    kid = header.get("kid")
    return Said(kid) if isinstance(kid, str) and KID.fullmatch(kid) else f"{HEADER} names no key: {kid!r}"


def person(token: str, key: str, trust: Trust, now: float) -> Person | str:
    """Who it is, once `said` had nothing against it. `key`: PEM. Kubernetes' own names are nobody's here."""
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        claims = jwt.decode(token, key, algorithms=["ES256"], options=options)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        return f"{HEADER} is not what the load balancer has signed: {error}"
    if "exp" in claims and not _lasts(claims["exp"], now):
        return f"{HEADER} has expired; sign in anew"
    name = claims.get(trust.name_claim)
    if not _proper(name):
        return f"the claim {trust.name_claim!r} must be a name of one's own, got {name!r}"
    if trust.name_claim == "email" and claims.get("email_verified", True) not in (True, "true"):
        return f"the address {name!r} is not verified"
    return Person(str(name), _groups(claims, trust.groups_claim))


def _groups(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    found = claims.get(claim, ())
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return (AUTHENTICATED, *sorted({one for one in listed if _proper(one)})[:MOST_GROUPS])


def _proper(name: object) -> bool:
    """`system:` is Kubernetes': nobody becomes system:masters by what an identity provider lets them be called."""
    shown = isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    return shown and not str(name).lower().startswith(RESERVED)


def _lasts(expires: object, now: float) -> bool:
    if isinstance(expires, str) and re.fullmatch(r"\d{1,12}", expires):
        expires = int(expires)
    return isinstance(expires, int | float) and not isinstance(expires, bool) and now < expires
