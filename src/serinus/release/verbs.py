"""What a person may ask where: the one rule by which the command line, the console and the controller go.
In: a status, a verb. Out: why it would change nothing, "" where it would; of a pass, the command that did.
"""

from __future__ import annotations

from serinus.release.status import Phase, Status
from serinus.release.transitions import IN_RUN
from serinus.release.world import Command, Verb, World

GOES_BACK = (Phase.RESTORING, Phase.ROLLING_BACK, Phase.DRAINING)
BEFORE_JUDGING = (Phase.SCALING, Phase.ROUTING)


def unfit(status: Status, verb: Verb, *, full: bool = False) -> str:
    """Why this verb would change nothing where the release stands; "" when it would. `full`: of promote."""
    if verb is Verb.RETRY and status.phase is Phase.ROLLED_BACK:
        return ""
    if status.phase not in IN_RUN:
        return _out_of_run(status.phase, verb)
    match verb:
        case Verb.RETRY:
            return "" if status.held else "nothing was rolled back or is held"
        case Verb.PAUSE:
            return "it is paused already" if status.paused else ""
        case Verb.RESUME:
            return "" if status.paused else "it is not paused"
        case Verb.PROMOTE if status.phase is Phase.BAKING:
            return "all traffic is on the canary already"
        case Verb.PROMOTE if status.phase in BEFORE_JUDGING and not full:
            return f"{status.weight} % is not in force yet; when it is, the step can be promoted"
        case _:
            return ""


def _out_of_run(phase: Phase, verb: Verb) -> str:
    if phase is Phase.IDLE:
        return "no run is going on"
    if phase in GOES_BACK:
        later = "; when it has been, the version can be retried" if verb is Verb.RETRY else ""
        return f"it is being rolled back{later}"
    if phase is Phase.RETIRING:
        return f"all traffic is on the canary for good; there is nothing to {verb}"
    return f"the run is over; there is nothing to {verb}"


def unanswered(command: Command | None, status: Status) -> Command | None:
    """The command, if it has not been dealt with yet."""
    return command if command and command.id != status.answered else None


def in_the_way(command: Command | None, status: Status, verb: Verb) -> str:
    """Why the verb has to wait: there is room for one command, and another in its place would unsay it. An abort takes
    any other's place. "" when nothing is in the way.
    """
    earlier = unanswered(command, status)
    if earlier is None or (verb is Verb.ABORT and earlier.verb is not Verb.ABORT):
        return ""
    return stands(earlier)


def stands(command: Command) -> str:
    """That it is still to be answered, as a sentence has it."""
    return f"the {command.verb} that {command.by} asked ({command.reason}) is not answered yet"


def fresh_command(world: World) -> Command | None:
    """The person's command if it has not been dealt with yet."""
    return unanswered(world.command, world.status)


def fitting_command(world: World) -> Command | None:
    """The same, if it changes anything here."""
    command = fresh_command(world)
    return command if command and not unfit(world.status, command.verb, full=command.full) else None
