"""A stand-in for SES over HTTPS: real boto3's SendEmail flows in over loopback, what arrived flows out as values.

It checks what SES checks first: the signature, with whose key, for which region, and that the sender is verified.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from uuid import uuid4

from tests.loopback import answering
from tests.services.sigv4 import signature, signed

KEY, SECRET, REGION = "AKIDEXAMPLE", "ses-Secret-1", "eu-central-1"
VERIFIED = "omnitechsol.com"
PATH = "/v2/email/outbound-emails"


class Refusal(NamedTuple):
    status: int
    code: str
    message: str


class Asked(NamedTuple):
    """A request as it came; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class SesInbox:
    """`answers` are given to the next requests instead of acceptance, None never; `token` belongs to the key."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: deque[Refusal | None] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    token: str | None = None
    open_ones: list[socket.socket] = field(default_factory=list)
    connections: int = 0
    leaving: threading.Event = field(default_factory=threading.Event)

    def drop_all(self) -> None:
        """Close every connection, as a server does with idle ones."""
        while self.open_ones:
            with suppress(OSError):  # closed by the client already
                self.open_ones.pop().shutdown(socket.SHUT_RDWR)

    def answer(self, asked: Asked) -> Refusal | str | None:
        """The id of the accepted message; None: silence."""
        self.asked.append(asked)
        if self.answers:
            return self.answers.popleft()
        return self._forbidden(asked) or self._take(json.loads(asked.body))

    def _forbidden(self, asked: Asked) -> Refusal | None:
        claim = signed(asked.headers.get("authorization", ""))
        if claim is None or claim.key != KEY or asked.headers.get("x-amz-security-token") != self.token:
            return Refusal(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
        _, *scope = claim.scope.split("/")
        expected = signature(claim, SECRET, "POST", asked.path, asked.headers, asked.body)
        if (scope, expected) != ([REGION, "ses", "aws4_request"], claim.signature):
            return Refusal(403, "SignatureDoesNotMatch", "The request signature does not match the one you provided.")
        return None if asked.path == PATH else Refusal(404, "NotFoundException", asked.path)

    def _take(self, body: dict[str, Any]) -> Refusal | str:
        sender, to = body["FromEmailAddress"], body["Destination"]
        if sender.rpartition("@")[2] != VERIFIED:
            return Refusal(400, "MessageRejected", f"Email address is not verified: {sender}")
        self.raw.append(base64.b64decode(body["Content"]["Raw"]["Data"], validate=True))
        message = message_from_bytes(self.raw[-1].replace(b"\r\n", b"\n"), policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.recipients.append([*to["ToAddresses"], *to["CcAddresses"], *to["BccAddresses"]])
        return f"0102-{uuid4()}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SesServer

    def setup(self) -> None:
        super().setup()
        self.server.inbox.connections += 1
        self.server.inbox.open_ones.append(self.connection)

    def do_POST(self) -> None:
        inbox = self.server.inbox
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = inbox.answer(Asked(self.path, headers, self.rfile.read(int(headers["content-length"]))))
        if answer is None:
            inbox.leaving.wait(30)
            self.close_connection = True
        elif isinstance(answer, str):
            self._reply(200, {"MessageId": answer})
        else:
            self._reply(answer.status, {"message": answer.message}, {"x-amzn-ErrorType": answer.code})

    def _reply(self, status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.server.inbox.ids.append(str(uuid4()))
        self.send_response(status)
        named = {"Content-Type": "application/json", "x-amzn-RequestId": self.server.inbox.ids[-1], **(headers or {})}
        for name, value in {**named, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class SesServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.inbox = SesInbox(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        """Clients that hang up, or do not trust us, are what some tests are about."""


@contextmanager
def ses(context: ssl.SSLContext) -> Iterator[SesInbox]:
    """Serve until the block ends."""
    with answering(SesServer(context)) as server:
        try:
            yield server.inbox
        finally:
            server.inbox.leaving.set()
            server.inbox.drop_all()
