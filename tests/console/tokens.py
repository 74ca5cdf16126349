"""JWTs as an Application Load Balancer signs them: ES256, every part padded, the signer and the end in the header."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/serinus/0123456789abcdef"
KID = "12345678-1234-1234-1234-123456789012"
NOW = 1_700_000_000.0


class Balancer:
    """A key of its own, and words signed with it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def pem(self) -> str:
        kind, form = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
        return self._key.public_key().public_bytes(form, kind).decode()

    def token(self, header: dict[str, Any] | None = None, now: float = NOW, **claims: Any) -> str:
        """`header` and `claims` change what a good token says; None takes a claim away."""
        head: dict[str, Any] = {"typ": "JWT", "kid": KID, "alg": "ES256", "client": "client", "signer": ARN}
        head |= {"iss": "https://idp.example.com", "exp": int(now) + 120} | (header or {})
        body: dict[str, Any] = {"sub": "1", "email": "ana@example.com", "groups": ["shop"]}
        body |= {"exp": int(now) + 120} | claims
        signed = f"{part(head)}.{part({key: one for key, one in body.items() if one is not None})}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{padded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def part(value: object) -> str:
    return padded(json.dumps(value).encode())


def padded(raw: bytes) -> str:
    """With the = that other signers leave out."""
    return base64.urlsafe_b64encode(raw).decode()
