"""Logs of evidence, as the operators offer them. In: the address that they share, a token's file. Out: lines of a run.
One operator acts at a time; each keeps what it logged while it did, so all are asked and their parts woven into one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2

from serinus.errors import EvidenceError, InvalidInput
from serinus.judge.woven import woven
from serinus.kube.evidence import PATH

TIMEOUT: Final = httpx2.Timeout(10.0, connect=2.0)
NONE_FOUND: Final = "no operator that keeps logs is found ({error}); serinus operator keeps them with --evidence DIR"


class ClusterLogs:
    """`url`: http://NAME:PORT; every address behind the name is an operator. `token`: read anew for each question, for
    it is renewed while we run. InvalidInput: no such URL.
    """

    def __init__(self, url: str, token: Path, behind: Callable[[str, int], list[str]] | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path.strip("/"):
            raise InvalidInput("--evidence-url", "must be http://NAME:PORT", url)
        self._where, self._token, self._behind = (parts.hostname, parts.port), token, behind or addresses

    def lines(self, namespace: str, name: str, number: int) -> Iterator[bytes]:
        """Raises EvidenceError: unless all answer, nothing is said, for a part may be missing."""
        path = PATH.format(namespace=namespace, name=name, run=number)
        with ExitStack() as opening:
            try:
                client = httpx2.Client(headers=self._headers(), timeout=TIMEOUT, trust_env=False)
                opening.enter_context(client)
                asked = [client.stream("GET", f"http://{one}{path}") for one in self._behind(*self._where)]
                answers = [opening.enter_context(one) for one in asked]
                parts = [_lines(one.iter_bytes()) for one in answers if _kept(one)]
                yield from woven(parts) if len(parts) > 1 else (line for part in parts for line in part)
            except httpx2.HTTPError as error:
                said = f"{type(error).__name__} {error}".rstrip()
                raise EvidenceError(f"an operator's log of {namespace}/{name}-{number}: {said}") from error

    def _headers(self) -> dict[str, str]:
        try:
            return {"Authorization": f"Bearer {self._token.read_text(encoding='utf-8').strip()}"}
        except OSError as error:
            raise EvidenceError(f"--evidence-token {self._token}: {error.strerror}") from error


def addresses(host: str, port: int) -> list[str]:
    """All that a name stands for, as HOST:PORT. EvidenceError: it stands for nothing."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise EvidenceError(NONE_FOUND.format(error=f"{host}: {error.strerror}")) from error
    hosts = sorted({str(address[4][0]) for address in found})
    return [f"[{one}]:{port}" if ":" in one else f"{one}:{port}" for one in hosts]


def _kept(answer: httpx2.Response) -> bool:
    """Whether this operator has logged anything of the run."""
    if answer.status_code == httpx2.codes.NOT_FOUND:
        return False
    if answer.status_code != httpx2.codes.OK:
        answer.read()
        raise EvidenceError(f"{answer.url}: answers {answer.status_code}: {answer.text}")
    return True


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut at line feeds alone: JSON may hold what Unicode takes for the end of a line."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest
