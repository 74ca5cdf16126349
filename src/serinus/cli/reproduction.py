"""`serinus replay --run`: a run judged again from its log. In: a record, its log. Out: what is said at each look, and
whether it is what was said then, to the digit; the first look that differs is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from serinus.cli.options import Output, Where, state_directory
from serinus.cli.ticks import closing, tick_line
from serinus.cli.where import on_cluster
from serinus.errors import InvalidInput, RecordError
from serinus.judge.decide import decide
from serinus.judge.evidence import Evidence
from serinus.judge.journal import Again, Held, Note, Said, again, digest
from serinus.judge.policy import Policy
from serinus.judge.verdict import Verdict
from serinus.kube.documents import run_of
from serinus.local.journal import log_lines, log_of
from serinus.local.state import State
from serinus.release.run import Run

NO_LOG = "the run has no log of its evidence (the operator keeps one with --evidence DIR)"
ELSEWHERE = (
    "its log of evidence is with the operators: save it in the console, under Policies, and give it with --log FILE"
)
Say = Callable[[str], None]


class Recorded(Struct, frozen=True):
    """A run's record, where it was found, the parts of its log, and what to do where there is none."""

    run: Run
    place: str
    log: tuple[Path, ...]
    remedy: str = NO_LOG


class Progress(Struct):
    """What is carried from look to look. `matched`: the last look after which the record may have stood as it does."""

    begin: float | None = None
    sentence: str = ""
    looks: int = 0
    matched: int = 0
    differs: dict[str, Any] | None = None
    notes: list[str] = []
    last: Held | None = None
    t: float = 0.0


def recorded(run: str, log: list[Path], where: Where) -> Recorded:
    """The record of a file, or of a name in a demo's state directory or on a cluster. InvalidInput, RecordError."""
    if Path(run).is_file():
        path = Path(run)
    elif on_cluster(where):
        return _of_cluster(run, log, where)
    else:
        path = _by_name(run, where.state)
    return Recorded(_decoded(path), str(path), tuple(log) or log_of(path))


def _of_cluster(run: str, log: list[Path], where: Where) -> Recorded:
    from serinus.cli.kubernetes import connect

    cluster = connect(where)
    name, found = cluster.record(run)
    cluster.close()
    return Recorded(found, f"CanaryRun {name}", tuple(log), ELSEWHERE)


def reproduced(given: Recorded, instead: Policy | None, output: Output, say: Say) -> bool:
    """Say everything; True when all agrees. RecordError: there is no log, or it cannot be read."""
    if given.run.verdict is None:
        raise InvalidInput("--run", "must be the record of a run that was judged", given.place)
    if given.log:
        return _from_log(given, instead, output, say)
    if instead is None:
        raise RecordError(f"{given.place}: {given.remedy}; --policy judges what the record itself holds")
    return _from_checkpoint(given.run, instead, output, say)


def _from_log(given: Recorded, instead: Policy | None, output: Output, say: Say) -> bool:
    seen = Progress()
    for one in again(log_lines(given.log), instead):
        if isinstance(one, Note):
            _note(seen, one)
        else:
            _take(seen, one, given.run)
            _say(seen, one, output, say)
    if seen.last is None:
        raise RecordError(f"{given.log[-1]}: the log holds no look")
    going_on = not given.run.outcome
    if seen.differs is None and not (seen.matched >= seen.looks - 1 or (going_on and seen.matched)):
        seen.differs = {
            "record": given.place,
            "recorded": _short(given.run.verdict),
            "again": _short(seen.last.verdict),
        }
    say(_closed(seen, output))
    return seen.differs is None


def _note(seen: Progress, note: Note) -> None:
    seen.notes.append(note.text)
    if note.gap and seen.differs is None:
        seen.differs = {"line": note.number, "gap": note.text}


def _take(seen: Progress, one: Again, record: Run) -> None:
    seen.begin = one.look.now if seen.begin is None else seen.begin
    seen.t, seen.looks, seen.last = one.look.now, seen.looks + 1, one.held[-1]
    if _is(one.held[-1], record):
        seen.matched = seen.looks
    elif _is(one.held[0], record):
        seen.matched = max(seen.matched, seen.looks - 1)
    if not one.agrees and seen.differs is None:
        recorded, found = (msgspec.to_builtins(said) for said in (one.said, one.again))
        seen.differs = {"line": one.number, "t": one.look.now, "recorded": recorded, "again": found}


def _is(held: Held, record: Run) -> bool:
    same_verdict = held.verdict is None or held.verdict == record.verdict
    return same_verdict and held.evidence == record.evidence


def _say(seen: Progress, one: Again, output: Output, say: Say) -> None:
    assert seen.begin is not None
    if output is Output.JSON or one.verdict.sentence != seen.sentence or not one.agrees:
        say(tick_line(one.look.now, one.verdict, seen.begin, output, agrees=one.agrees))
    seen.sentence = one.verdict.sentence


def _closed(seen: Progress, output: Output) -> str:
    import json

    assert seen.last is not None
    assert seen.last.verdict is not None
    last = _final(seen.last.evidence, seen.last.verdict, seen.t)
    last |= {"looks": seen.looks, "same": seen.differs is None, "differs": seen.differs, "notes": seen.notes}
    if output is Output.JSON:
        return json.dumps({"final": last}, ensure_ascii=False)
    notes = "".join(f"\nNote: {note}." for note in seen.notes)
    if seen.differs is None:
        return f"{closing(last)}{notes}\nThe same as recorded, to the digit: {seen.looks:,} looks."
    return f"{closing(last)}{notes}\nNOT the same as recorded: {_difference(seen.differs, seen.begin or 0.0)}."


def _final(evidence: Evidence, verdict: Verdict, t: float) -> dict[str, Any]:
    counts = [endpoint.counts for endpoint in evidence.endpoints.values()]
    return {
        "verdict": str(verdict.outcome),
        "t": t,
        "requests": sum(one.requests for one in counts),
        "canary_requests": sum(one.canary for one in counts),
        "reason": verdict.sentence,
    }


def _difference(differs: dict[str, Any], begin: float) -> str:
    if "gap" in differs:
        return str(differs["gap"])
    where = f"line {differs['line']}, {differs['t'] - begin:.1f} s" if "line" in differs else "the record's own verdict"
    told = " and ".join(f"{key} {_words(differs[key])}" for key in ("recorded", "again"))
    return f"{where}: {told}"


def _words(said: dict[str, Any]) -> str:
    return f"{said['outcome']} ({said['reason']}, e_total {said['e_total']:.12g}, {said['digest']})"


def _short(verdict: Verdict | None) -> dict[str, Any]:
    assert verdict is not None
    said = Said(str(verdict.outcome), str(verdict.reason), verdict.e_total, digest(verdict))
    return dict(msgspec.to_builtins(said))


def _from_checkpoint(run: Run, policy: Policy, output: Output, say: Say) -> bool:
    """Without a log: the verdict that the record's evidence comes to."""
    import json

    evidence = run.evidence
    assert run.verdict is not None
    found = decide(evidence, policy, evidence.stage.weight) if evidence.stage else None
    last = _final(evidence, found or run.verdict, evidence.complete_to) | {"same": found == run.verdict}
    word = "The same" if last["same"] else "NOT the same"
    text = f"{closing(last)}\nWithout a log; {word.lower() if last['same'] else word} verdict from its record alone."
    say(json.dumps({"final": last}, ensure_ascii=False) if output is Output.JSON else text)
    return bool(last["same"])


def _by_name(run: str, state: Path | None) -> Path:
    """`notification`: the newest run of this release; `notification-2`: its second."""
    directory = state_directory(state)
    found = State(directory)
    name, number = run, 0
    if run not in found.releases() and (split := re.fullmatch(r"(.+)-(\d+)", run)):
        name, number = split[1], int(split[2])
    if name not in found.releases():
        known = ", ".join(found.releases()) or "there is none"
        raise InvalidInput("--run", f"must be a record's file, or a release of this demo ({known}) or one's run", run)
    status = found.status(name)
    number = number or (status.run if status else 0)
    if found.run(name, number) is None:
        there = (f"{name}-{one}" for one in range(1, (status.run if status else 0) + 1) if found.run(name, one))
        raise InvalidInput("--run", f"must be a run of this demo: {', '.join(there) or 'there is none'}", run)
    return directory / "runs" / f"{name}-{number}.json"


def _decoded(path: Path) -> Run:
    """A record as the laptop keeps it, or a CanaryRun as kubectl prints it."""
    try:
        document = msgspec.json.decode(path.read_bytes())
        if isinstance(document, dict) and document.get("kind") == "CanaryRun":
            return run_of(document) or Run()
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError) as error:
        raise RecordError(f"{path}: {error}") from error
