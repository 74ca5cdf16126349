"""What a CanaryRelease's status shows beside what the controller remembers. In: nothing. Out: types and their words.
Only people and their tools read these; the controller reads `Status` again and nothing else.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from serinus.judge.verdict import Check, Interval, Share, Split, Verdict
from serinus.kube.kinds import Json
from serinus.kube.schema import Notes
from serinus.release.run import Counts, Entry, Point, Run, StepRecord
from serinus.release.status import Status


class Shown(Struct, frozen=True):
    """`applied`: the canary's percent by the router's own word; `measured`: from traces; `run_name`: the CanaryRun."""

    progress: str = ""
    applied: float | None = None
    measured: str = ""
    verdict: str = ""
    run_name: str = ""
    observed_generation: int = 0


_OPAQUE: Final[Json] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_EXAMPLES: Final[Json] = {"type": "array", "items": _OPAQUE}

_SHOWN: Final = {
    "progress": "The step in force, counted from 1, of all steps.",
    "applied": "The canary's percent as the router reports it.",
    "measured": "The canary's share of requests in this step, measured from traces, with its interval.",
    "verdict": "What the judge says: pass, fail, insufficient or error.",
    "run_name": "The CanaryRun that records this run.",
    "observed_generation": "The generation of the spec that this status answers.",
}
_REMEMBERED: Final = {
    "phase": "Where the release stands.",
    "run": "Number of the run, counted from 1.",
    "step": "The step in force, counted from 0.",
    "weight": "Percent asked for on the canary.",
    "size": "Replicas that the service needs, as seen when the run began.",
    "since": "When the phase began, in seconds since 1970.",
    "judged_since": "When the router confirmed the step's weight, in seconds since 1970.",
    "paused": "A person asked to keep the weight.",
    "held": "Past its deadline: waits for evidence or a person.",
    "full": "A person asked to promote without judging the steps left.",
    "canary_version": "What runs as canary: image tag and a digest of image, command and environment.",
    "stable_version": "What runs as stable.",
    "promoted": "The version promoted last.",
    "rejected": "Versions rolled back or aborted; they come back only by `retry`.",
    "answered": "Id of the last command dealt with.",
    "reason": "Why the release stands where it stands, in a word.",
    "message": "The same in a sentence.",
}

NOTES: Final = Notes(
    descriptions={Status: _REMEMBERED, Shown: _SHOWN},
    fields={
        (Run, "examples"): {**_EXAMPLES, "description": "Traces that made the verdict, in full, as X-Ray gave them."},
    },
)
WHOLE: Final[tuple[type[Any], ...]] = (
    Run,
    StepRecord,
    Entry,
    Counts,
    Point,
    Verdict,
    Check,
    Split,
    Interval,
    Share,
    Status,
)
