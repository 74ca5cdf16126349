"""The log of a run's evidence, one look a line, from which its verdicts are found again to the digit. In: lines.
Out: what is said again beside what was said then. A line names the evidence it began from by a digest: what a crash
made the controller judge twice counts once, and a line that is missing is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

import msgspec
from msgspec import Struct

from serinus.errors import RecordError
from serinus.judge.judge import Evidence, Stage, judge, unavailable
from serinus.judge.observation import Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Verdict

DIGEST_BYTES = 8


class Look(Struct, frozen=True, omit_defaults=True):
    """What the judge was given at `now` (epoch s): a window and a stage; or nothing, and why: `unread`."""

    now: float
    window: Window | None = None
    stage: Stage | None = None
    unread: str = ""


class Said(Struct, frozen=True):
    """What it answered: in short, and the digest of the whole verdict."""

    outcome: str
    reason: str
    e_total: float
    digest: str


class Opening(Struct, frozen=True, tag="opening", tag_field="line"):
    """Where a part of the log begins: the policy in force from here on, and the evidence as it stood."""

    policy: Policy
    evidence: Evidence


class Looked(Struct, frozen=True, tag="look", tag_field="line"):
    """One look, the `number`-th since the opening. `before`, `after`: digests of the evidence."""

    number: int
    before: str
    look: Look
    said: Said
    after: str


class Entry(Struct, frozen=True):
    """One look in full, as the controller hands it over."""

    policy: Policy
    before: Evidence
    look: Look
    after: Evidence
    verdict: Verdict


class Held(Struct, frozen=True):
    """What a record may hold; no verdict where the log begins. `name`: the recorded digest of the evidence."""

    name: str
    evidence: Evidence
    verdict: Verdict | None = None


class Again(Struct, frozen=True):
    """A line judged again. `said` then, `again` now; `held`: what the run's record may hold after it, newest last."""

    number: int
    look: Look
    said: Said
    again: Said
    verdict: Verdict
    held: tuple[Held, ...]
    agrees: bool


class Note(Struct, frozen=True):
    """What is to be known about the log at line `number`. `gap`: what was judged here is not in it."""

    number: int
    text: str
    gap: bool = False


_DECODER = msgspec.json.Decoder(Opening | Looked)


def seen(evidence: Evidence, look: Look, policy: Policy) -> tuple[Evidence, Verdict]:
    """What the judge makes of a look: the same for the controller and for a replay."""
    if look.window is None or look.stage is None:
        return evidence, unavailable(evidence, look.unread)
    return judge(evidence, look.window, policy, look.stage)


def digest(value: Struct) -> str:
    """16 hex digits that any change to the value changes."""
    return blake2b(msgspec.json.encode(value), digest_size=DIGEST_BYTES).hexdigest()


def opening_line(entry: Entry) -> bytes:
    """The line before the first of a file or of a process, and before the first under another policy."""
    return msgspec.json.encode(Opening(entry.policy, entry.before)) + b"\n"


def look_line(entry: Entry, number: int) -> bytes:
    """The line of the `number`-th look since the opening."""
    looked = Looked(number, digest(entry.before), entry.look, _said(entry.verdict), digest(entry.after))
    return msgspec.json.encode(looked) + b"\n"


def _said(verdict: Verdict) -> Said:
    return Said(str(verdict.outcome), str(verdict.reason), verdict.e_total, digest(verdict))


def again(lines: Iterable[bytes], instead: Policy | None = None) -> Iterator[Again | Note]:
    """Every look judged again, in order, by the policy in force then or by another one `instead`. RecordError names a
    line that cannot be read; the last one of a process may be cut off, as a crash leaves it.
    """
    policy: Policy | None = None
    held: tuple[Held, ...] = ()
    looks = 0
    for number, line in _decoded(lines):
        match line:
            case Note():
                yield line
            case Opening():
                looks = 0
                policy, name = instead or line.policy, digest(line.evidence)
                if not any(one.name == name for one in held):
                    yield from _begun(number, line.evidence.complete_to, known=bool(held))
                    held = (Held(name, line.evidence),)
            case Looked():
                if policy is None:
                    raise RecordError(f"line {number}: the log does not begin with an opening")
                looks += 1
                if line.number != looks or all(one.name != line.before for one in held):
                    yield _gap(number)
                looks = line.number
                one = _judged(number, line, held, policy)
                held = one.held
                yield one


def _decoded(lines: Iterable[bytes]) -> Iterator[tuple[int, Opening | Looked | Note]]:
    """Each line that can be read; a Note for one that a crash cut off."""
    torn: tuple[int, RecordError] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if torn:
                raise torn[1] from None
            torn = number, RecordError(f"line {number}: {error}")
            continue
        if torn:
            yield torn[0], _cut(torn, found)
        torn = None
        yield number, found
    if torn:
        yield torn[0], _cut(torn)


def _cut(torn: tuple[int, RecordError], following: Opening | Looked | None = None) -> Note:
    """A process that goes on in the file begins with an opening: only what stands before one, or last, was cut off."""
    if isinstance(following, Looked):
        raise torn[1]
    return Note(torn[0], f"line {torn[0]} was cut off when its process ended; nothing was decided by it")


def _begun(number: int, complete_to: float, *, known: bool) -> Iterator[Note]:
    if known:
        yield _gap(number)
    elif complete_to:
        yield Note(number, f"the log begins at {complete_to:.3f}; what was judged before is not in it")


def _gap(number: int) -> Note:
    return Note(number, f"looks are missing before line {number}", gap=True)


def _judged(number: int, line: Looked, held: tuple[Held, ...], policy: Policy) -> Again:
    """One look; it may begin from the state before the last: that one was logged and never came into the record."""
    newest_first = tuple(reversed(held))
    begun = next((one for one in newest_first if one.name == line.before), newest_first[0])
    evidence, verdict = seen(begun.evidence, line.look, policy)
    said = _said(verdict)
    same = said == line.said and digest(evidence) == line.after
    after = (begun, Held(line.after, evidence, verdict))
    return Again(number, line.look, line.said, said, verdict, after, same)
