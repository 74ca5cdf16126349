"""Values for tests of the command line: documents as the X-Ray API returns them, a release in the middle of its run."""

from __future__ import annotations

from msgspec.structs import replace

from serinus.cli.progress import Pods, Snapshot, Tally
from serinus.cli.source import Json, Standing, document
from serinus.judge.verdict import Check, Interval, Reason, Share, Split, Verdict, VerdictOutcome
from serinus.release.run import Counts, Run, StepRecord
from serinus.release.status import Phase, Status
from serinus.release.world import Command
from serinus_xray.segment import Segment
from tests.release.builders import a_release

TRACE = "1-67441000-0123456789abcdef01234567"


def a_segment(name: str, id_: str, start: float, end: float, **fields: object) -> Segment:
    """A segment of TRACE; times in seconds after its first moment."""
    return replace(
        Segment(name=name, id=id_ * 16, trace_id=TRACE, start_time=1000.0 + start, end_time=1000.0 + end), **fields
    )


def a_check(outcome: VerdictOutcome = VerdictOutcome.FAIL) -> Check:
    return Check(
        name="faults",
        stratum="all",
        stable=Share(1, 1000),
        canary=Share(20, 400),
        difference=Interval(0.02, 0.049, 0.09),
        limit=0.0016,
        e_fail=512.0,
        e_pass=0.001,
        outcome=outcome,
        needed=None,
    )


SPLIT = Split(desired=0.25, share=0.251, low=0.21, high=0.29, requests=1400, e_value=0.2, agrees=True)


def a_failing_verdict() -> Verdict:
    return Verdict(
        outcome=VerdictOutcome.FAIL,
        reason=Reason.HARM_FOUND,
        sentence="Harm found: faults 0.1 % → 5.0 %.",
        checks=(a_check(),),
        split=SPLIT,
        examples=(TRACE,),
    )


def a_run(outcome: str = "rolled back") -> Run:
    step = StepRecord(25, 25.0, 1000.0, 1040.0, measured=SPLIT, routed=Counts(1050, 350))
    return Run(
        number=1,
        canary_version="V2",
        stable_version="V1",
        started=1000.0,
        outcome=outcome,
        steps=(step,),
        verdict=a_failing_verdict(),
    )


def a_snapshot(**status: object) -> Snapshot:
    standing = replace(
        Status(phase=Phase.ANALYSING, run=1, weight=25, stable_version="V1", canary_version="V2", reason="Undecided"),
        **status,
    )
    return Snapshot(
        release=a_release(),
        status=standing,
        run=a_run(""),
        stable=Pods(4, 4),
        canary=Pods(1, 1),
        tally=Tally(1420, 3, 31, 29, {"V1": 20, "V2": 9}),
        elapsed=42.0,
    )


def a_standing(
    record: Run | None = None, /, *, version: str = "V2", images: tuple[str, ...] = ("V2",), **status: object
) -> Standing:
    """The release in the middle of its run, or as `status` says."""
    seen = a_snapshot(**status)
    seen = replace(seen, run=record or seen.run)
    return Standing(seen, document(seen.release, seen.status, seen.run), version, images)


class Releases:
    """A source in memory: what each look sees in turn, the last one again and again. `asked`: what was asked of it."""

    def __init__(self, *standings: Standing | Exception) -> None:
        self._coming = list(standings)
        self.asked: list[tuple[str, Command]] = []
        self.over = ""

    def documents(self) -> tuple[Json, ...]:
        return tuple(one.document for one in self._coming if isinstance(one, Standing))

    def standing(self, name: str) -> Standing:
        seen = self._coming.pop(0) if len(self._coming) > 1 else self._coming[0]
        if isinstance(seen, Exception):
            raise seen
        return seen

    def runs(self, name: str) -> tuple[Run, ...]:
        return (self.standing(name).seen.run,)

    def ask(self, name: str, command: Command) -> None:
        self.asked.append((name, command))

    def person(self) -> str:
        return "ana"

    def ended(self) -> str:
        return self.over
