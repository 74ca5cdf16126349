"""What can go wrong between us and the mail server or SES. Each says whether trying again can help.

MailFailure
├── Throttled     asked to slow down (454 Throttling failure, ThrottlingException)  try again later
├── Unavailable   no conversation came about, or it broke                           try again
└── Rejected      this mail will never be taken (5xx, MessageRejected)              do not try again
"""

from __future__ import annotations


class MailFailure(Exception):
    """Root of the tree; `reason` is the other side's answer or the cause, fit for a log and a reply."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Throttled(MailFailure):
    pass


class Unavailable(MailFailure):
    pass


class Rejected(MailFailure):
    pass
