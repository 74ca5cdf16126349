"""EDGE. A message flows in, the acceptance of Amazon SES flows out, by its API (SESv2 SendEmail with raw content).

boto3 blocks, so calls run on `connections` threads. Credentials: its default chain, such as EKS Pod Identity.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from email.message import EmailMessage
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from opentelemetry import trace

from notification.errors import MailFailure, Rejected, Throttled, Unavailable
from notification.mail import Mail
from notification.transport import Acceptance, Call
from omnitech_chassis.tracing import TRACE_HEADER, current_trace

# https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html; the model of SESv2 has the last two
THROTTLED = {"Throttling", "ThrottlingException", "TooManyRequestsException", "LimitExceededException"}
REJECTED = {"MessageRejected", "BadRequestException"}


def failure(cause: Exception) -> MailFailure:
    """What an exception of the call means for the mail. A refused login or sender is ours to mend: the mail is kept."""
    if not isinstance(cause, ClientError):
        return Unavailable(f"{type(cause).__name__}: {cause}")
    code, words = cause.response["Error"].get("Code", ""), cause.response["Error"].get("Message", "")
    kind = Throttled if code in THROTTLED else Rejected if code in REJECTED else Unavailable
    return kind(f"{code}: {words}")


class SesApi:
    """Delivers by the SES of one region. `timeout_s` bounds a delivery, its wait for a thread included."""

    def __init__(self, region: str, timeout_s: float, connections: int) -> None:
        self.call = Call(
            "SESv2.SendEmail",
            {"rpc.system": "aws-api", "rpc.service": "SESv2", "rpc.method": "SendEmail", "aws.region": region},
        )
        self._timeout_s = timeout_s
        self._settings: dict[str, Any] = {
            "region_name": region,
            # half each, so that a call that began in time has ended when its caller gives up; whoever asked tries again
            "config": Config(
                connect_timeout=timeout_s / 2,
                read_timeout=timeout_s / 2,
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=connections,
            ),
        }
        self._threads = ThreadPoolExecutor(connections, "ses")
        self._making = Lock()
        self._made: Any = None
        self._threads.submit(self._client)  # so that the first mail need not wait for it; what fails here fails there

    async def deliver(self, message: EmailMessage, sender: str, mail: Mail) -> Acceptance:
        """Returns once SES has accepted the mail. Raises MailFailure."""
        work = asyncio.get_running_loop().run_in_executor(
            self._threads, copy_context().run, self._send, _request(message, sender, mail)
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                reply = await work
        except (ClientError, BotoCoreError, OSError) as cause:  # OSError: too late, or a token's file cannot be read
            if isinstance(cause, ClientError):
                _note(cause.response)
            raise failure(cause) from cause
        _note(reply)
        return Acceptance(str(reply["MessageId"]))

    def _send(self, request: dict[str, Any]) -> Any:
        return self._client().send_email(**request)

    def _client(self) -> Any:
        """Made once there are credentials: the agent that gives them may start later than we do."""
        with self._making:
            if self._made is None:
                session = boto3.Session()
                if session.get_credentials() is None:
                    raise NoCredentialsError
                self._made = session.client("sesv2", **self._settings)
                self._made.meta.events.register("before-sign.sesv2", _carry_the_trace)
            return self._made

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._made is not None:
            self._made.close()


def _request(message: EmailMessage, sender: str, mail: Mail) -> dict[str, Any]:
    """SES takes lines of 7-bit characters, and the recipients from here: a Bcc is in no header."""
    content = message.as_bytes(policy=message.policy.clone(cte_type="7bit"))
    to = {"ToAddresses": list(mail.to), "CcAddresses": list(mail.cc), "BccAddresses": list(mail.bcc)}
    return {"FromEmailAddress": sender, "Destination": to, "Content": {"Raw": {"Data": content}}}


def _carry_the_trace(request: Any, **_: object) -> None:
    request.headers[TRACE_HEADER] = current_trace()


def _note(reply: Mapping[str, Any]) -> None:
    """What X-Ray's own SDKs say of a call, once it is answered."""
    answered = reply.get("ResponseMetadata", {})
    noted = {"aws.request_id": answered.get("RequestId"), "http.response.status_code": answered.get("HTTPStatusCode")}
    trace.get_current_span().set_attributes({name: value for name, value in noted.items() if value is not None})
