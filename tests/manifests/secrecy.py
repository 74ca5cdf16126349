"""Text and Kubernetes objects flow in, what looks like a secret's value flows out, one sentence each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.manifests.workloads import workloads

Object = dict[str, Any]
PATTERNS = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password in an address": re.compile(r"[a-z+]+://[^\s/:@]+:[^\s/@]+@"),
    "an SES SMTP password": re.compile(r"\bB[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/=])"),
    "a JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\."),
}
SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|API_KEY|USERNAME$")
NO_SECRET = re.compile(r"_(?:FILE|DIR|URL)$|^DB_USERNAME$")


def in_text(text: str) -> list[str]:
    return [what for what, pattern in PATTERNS.items() if pattern.search(text)]


def in_objects(documents: Iterable[Object]) -> list[str]:
    """Secrets that carry values, and variables with a secret's name and a value beside it."""
    documents = list(documents)
    kinds = [f"Secret {d['metadata']['name']} carries values" for d in documents if _carries_values(d)]
    return [*kinds, *_plain_variables(documents)]


def _carries_values(document: Object) -> bool:
    return document["kind"] == "Secret" and bool(document.get("data") or document.get("stringData"))


def _plain_variables(documents: list[Object]) -> Iterator[str]:
    for workload in workloads(documents):
        for container in workload.containers():
            for variable in container.get("env", []):
                name = variable["name"]
                if "value" in variable and SECRET_NAME.search(name) and not NO_SECRET.search(name):
                    yield f"{workload.name}: {name} has its value in the manifest"
