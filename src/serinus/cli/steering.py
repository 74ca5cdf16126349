"""What a person asks, and whether it was heard. In: a source, a name, a command. Out: the command in the resource, and
what became of it as one sentence; refused, and not asked, where it would change nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from serinus.cli.progress import phase
from serinus.cli.source import Source, Standing
from serinus.errors import NotNow, Unheard
from serinus.release.record import wish
from serinus.release.status import Status
from serinus.release.verbs import stands, unanswered, unfit
from serinus.release.world import Command, Verb

LOOK_S = 0.2

Clock = Callable[[], float]
Say = Callable[[str], None]


def fitting(found: Source, name: str, verb: Verb, *, full: bool = False) -> Standing:
    """The release as it stands. NotNow: nobody would hear the verb, or it would change nothing there."""
    if ended := found.ended():
        raise NotNow(f"{verb}: {ended}: nobody would hear it")
    standing = found.standing(name)
    status = standing.seen.status
    if why := unfit(status, verb, full=full):
        raise NotNow(f"{verb}: {name} is {phase(status)}: {why}")
    return standing


def steer(found: Source, name: str, command: Command, patience: float, say: Say, clock: Clock = time.monotonic) -> None:
    """Ask when what was asked before is answered, and wait for the answer: `patience` seconds each, 0: for none.
    NotNow: it would change nothing, or has not. Unheard: no answer in time; what was asked stands.
    """
    _wait_for_earlier(found, name, command, patience, say, clock)
    before = fitting(found, name, command.verb, full=command.full)
    found.ask(name, command)
    say(f"{command.verb} of {name} asked by {command.by}: {command.reason}")
    if patience:
        say(_answer(found, before, command, clock() + patience, clock))


def _wait_for_earlier(found: Source, name: str, command: Command, patience: float, say: Say, clock: Clock) -> None:
    """There is room for one command: another one in its place would unsay it. An abort cannot wait for ever."""
    limit = clock() + patience
    while not found.ended() and (earlier := _unanswered(found.standing(name))):
        if clock() >= limit:
            told = stands(earlier)
            if command.verb is not Verb.ABORT:
                raise Unheard(f"{told}; {command.verb} is not asked, for it would take its place")
            say(f"{told}; abort takes its place")
            return
        time.sleep(LOOK_S)


def _unanswered(standing: Standing) -> Command | None:
    return unanswered(standing.command, standing.seen.status)


def _answer(found: Source, before: Standing, command: Command, limit: float, clock: Clock) -> str:
    name = before.seen.release.metadata.name
    while True:
        after = found.standing(name)
        status, other = after.seen.status, after.command
        replaced = other is not None and other.id != command.id
        if (replaced or status.answered == command.id) and _credited(before, after, command):
            return _became(name, before, status, command)
        if status.answered == command.id:
            raise NotNow(f"{command.verb}: {name} was {phase(status)} by then; it changed nothing")
        if other and replaced:
            raise Unheard(f"{command.verb} was not answered: the {other.verb} that {other.by} asked took its place")
        if clock() >= limit:
            raise Unheard(f"{command.verb} is not answered yet; it stands, and counts when the controller sees it")
        time.sleep(LOOK_S)


def _credited(before: Standing, after: Standing, command: Command) -> bool:
    """Whether the record has a new line by this command."""
    known = before.seen.run.timeline
    lines = (one for one in after.seen.run.timeline if one not in known)
    return any((one.by, one.asked) == (command.by, wish(command)) for one in lines)


def _became(name: str, before: Standing, status: Status, command: Command) -> str:
    told = f"answered: {name} is {phase(status)} with {status.weight} % on {status.canary_version or 'the canary'}"
    lifts = command.verb in (Verb.PROMOTE, Verb.RETRY) and before.seen.status.paused and not status.paused
    return f"{told}; {_pause(before)} is lifted" if lifts else told


def _pause(before: Standing) -> str:
    """Whose pause it was, and why."""
    asked = (one for one in reversed(before.seen.run.timeline) if one.asked.startswith(f"{Verb.PAUSE}: "))
    last = next(asked, None)
    return f"the pause of {last.by} ({last.asked.removeprefix(f'{Verb.PAUSE}: ')})" if last else "the pause"
