"""A request's method, path, headers and body flow in, the signature that AWS would expect flows out. Pure.

Source: AWS General Reference, "Create a signed AWS API request" (Signature Version 4), for requests without a query.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+), "
    r"SignedHeaders=(?P<signed>[^,]+), Signature=(?P<sum>\w+)"
)


@dataclass(frozen=True)
class Signed:
    """What an Authorization header says; `scope` is date/region/service/aws4_request."""

    key: str
    scope: str
    headers: tuple[str, ...]
    signature: str


def signed(authorization: str) -> Signed | None:
    found = AUTHORIZATION.fullmatch(authorization)
    return found and Signed(found["key"], found["scope"], tuple(found["signed"].split(";")), found["sum"])


def signature(claim: Signed, secret: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> str:
    """`headers` by names in lower case."""
    canonical = "\n".join(
        [
            method,
            path,
            "",
            *(f"{name}:{' '.join(headers[name].split())}" for name in claim.headers),
            "",
            ";".join(claim.headers),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    words = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], claim.scope, digest])
    key = f"AWS4{secret}".encode()
    for part in claim.scope.split("/"):
        key = _keyed(key, part)
    return _keyed(key, words).hex()


def _keyed(key: bytes, words: str) -> bytes:
    return hmac.new(key, words.encode(), hashlib.sha256).digest()
