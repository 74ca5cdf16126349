"""Every exception of the product. Edges translate the world's errors into these and chain the cause;
inner rooms raise and never catch. Expected outcomes (undecided, not ready yet, conflict) are values, not exceptions.

    SerinusError
    ├── InvalidInput        what a person wrote: names the field, the rule and the value
    ├── NotNow              what a person asks would change nothing where the release stands
    ├── Unheard             what a person asks is not answered in time
    ├── PlatformError       the machine under the laptop's release
    │   ├── DemoEnded       what is asked for ended with the laptop's demo; the message says how to get it
    │   ├── PortTaken       another program listens where we must
    │   └── ProcessFailed   a program we need does not start
    ├── ClusterError        the Kubernetes API refused, or did not answer
    │   └── NotStorable     an object that it will never take as it is
    ├── TracesError         the X-Ray API did not answer usefully
    │   ├── TracesThrottled 429: ask less, later
    │   └── TracesUnavailable
    ├── StoreError          the trace store's file
    │   └── NotAStore       the file is not a trace store of ours
    ├── EvidenceError       the operators' logs of evidence cannot be had just now
    ├── SignOnError         who signed in cannot be checked just now
    └── RecordError         a stored document cannot be read back
"""

from __future__ import annotations

from typing import Final

NOTHING: Final = object()  # no value stands where one is missing, or the rule has said it
MOST_SHOWN: Final = 100


class SerinusError(Exception):
    """Whatever this product raises on purpose."""


class InvalidInput(SerinusError):
    """What a person wrote cannot be taken."""

    def __init__(self, field: str, rule: str, value: object = NOTHING) -> None:
        super().__init__(f"{field}: {rule}" if value is NOTHING else f"{field}: {rule}, got {shortened(value)}")
        self.field = field
        self.rule = rule
        self.value = None if value is NOTHING else value


def shortened(value: object) -> str:
    """As Python writes it, the first hundred characters."""
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


class NotNow(SerinusError):
    """What a person asks would change nothing; the message says where the release stands and why."""


class Unheard(SerinusError):
    """What a person asks was not answered in time; the message says what stands."""


class PlatformError(SerinusError):
    """The machine does not give what the laptop's release needs."""


class DemoEnded(PlatformError):
    """What is asked for ended with the laptop's demo; the message says how to get it all the same."""


class PortTaken(PlatformError):
    """Another program listens on a port that we were told to use."""

    def __init__(self, port: int, use: str, option: str) -> None:
        super().__init__(f"port {port} ({use}) is taken by another program; choose another with {option} PORT")
        self.port = port
        self.use = use


class ProcessFailed(PlatformError):
    """A program we need ended or never became ready; the message holds the end of its log."""


class ClusterError(SerinusError):
    """The Kubernetes API refused, or did not answer; the message says what was asked."""


class NotStorable(ClusterError):
    """An object breaks its schema (422) or is too large (413): to send it again does not help."""


class TracesError(SerinusError):
    """The X-Ray API did not answer usefully. `code`: its own name for the error, "" when it gave none."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class TracesThrottled(TracesError):
    """X-Ray asks us to slow down (429)."""


class TracesUnavailable(TracesError):
    """X-Ray cannot be reached or failed (5xx)."""


class StoreError(SerinusError):
    """The trace store's file cannot be used."""


class NotAStore(StoreError):
    """The file exists and is not a trace store of ours."""


class EvidenceError(SerinusError):
    """The logs of evidence, which the operators keep, cannot be had just now."""


class SignOnError(SerinusError):
    """The keys of whoever vouches for people cannot be read."""


class RecordError(SerinusError):
    """A stored document (status, run, state) cannot be read back."""
