"""What can go wrong between us and the mail server. Each says whether trying again can help.

MailFailure
├── Throttled     the server asks to slow down (SES: 454 Throttling failure)      try again later
├── Unavailable   no conversation came about, or it broke                         try again
└── Rejected      the server will never take this mail (5xx)                      do not try again
"""

from __future__ import annotations


class MailFailure(Exception):
    """Root of the tree; `reason` is the server's answer or the cause, fit for a log and a reply."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Throttled(MailFailure):
    pass


class Unavailable(MailFailure):
    pass


class Rejected(MailFailure):
    pass
