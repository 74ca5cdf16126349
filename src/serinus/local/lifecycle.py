"""What to do with the replicas of one Deployment. In: wish, replicas, what was seen of them, the router's ports, now.
Out: the replicas' next states and what to do to their processes. A leaving replica is out of the router first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from serinus.local.objects import DeploymentStatus, ReplicaStatus

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
STEADY_S = 10.0  # ready this long: the next crash is a first one again
QUIET_S = 0.3  # from the router's word that it sends nothing more until SIGTERM
MISSES = 3  # probes in a row without a good answer until a ready replica counts as not ready, as on Kubernetes


class Life(StrEnum):
    """WAITING has no process. LEAVING still serves what the router sends. STOPPING has had its SIGTERM."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    LEAVING = "leaving"
    STOPPING = "stopping"


class Replica(Struct, frozen=True):
    """One replica. `since`: when this life began; `due`: when it may be started, told to stop, or killed (s).
    `crashes` in a row set the pause before the next start; `restarts` counts them all.
    """

    slot: int
    life: Life
    since: float
    due: float
    port: int = 0
    pid: int | None = None
    restarts: int = 0
    crashes: int = 0
    misses: int = 0
    message: str = ""


class Answer(StrEnum):
    """A probe's result. SILENT: no answer in time."""

    YES = "yes"
    NO = "no"
    SILENT = "silent"


class Sight(Struct, frozen=True):
    """What was seen of a replica's process since the last look. `ended`: why it is gone, "" while it runs;
    `said`: the reason it gave for not being ready.
    """

    ended: str = ""
    answer: Answer | None = None
    said: str = ""


class Deed(StrEnum):
    """What is to be done to one replica's process now."""

    START = "start"
    TERMINATE = "terminate"
    KILL = "kill"


def look(replica: Replica, sight: Sight, now: float) -> Replica | None:
    """The replica after this sight; None: it ended as it should."""
    if sight.ended:
        return _ended(replica, sight.ended, now)
    if replica.life is Life.STARTING and sight.answer is Answer.YES:
        return replace(replica, life=Life.READY, since=now, misses=0, message="")
    if replica.life is Life.STARTING and sight.answer is Answer.NO:
        return replace(replica, message=_complaint(sight))
    if replica.life is Life.READY and sight.answer is not None:
        return _answered(replica, sight, now)
    return replica


def fit(replicas: Collection[Replica], wanted: int, now: float) -> tuple[Replica, ...]:
    """Add waiting replicas in the lowest free slots, or let those in the highest slots leave."""
    staying = sorted((r for r in replicas if r.life not in (Life.LEAVING, Life.STOPPING)), key=lambda r: r.slot)
    going = tuple(r for r in replicas if r.life in (Life.LEAVING, Life.STOPPING))
    surplus = tuple(_leave(r, now) for r in staying[wanted:] if r.pid is not None)
    free = (slot for slot in range(wanted + len(replicas)) if all(slot != r.slot for r in replicas))
    fresh = tuple(Replica(next(free), Life.WAITING, now, now) for _ in range(wanted - len(staying)))
    return (*staying[:wanted], *surplus, *going, *fresh)


def advance(replica: Replica, routed: Collection[int], grace_s: float, now: float) -> tuple[Replica, Deed | None]:
    """The next step of a life whose time has come."""
    if replica.life is Life.LEAVING and replica.port in routed:
        return replace(replica, due=now + QUIET_S), None
    if now < replica.due:
        return replica, None
    match replica.life:
        case Life.WAITING:
            return replace(replica, life=Life.STARTING, since=now, misses=0), Deed.START
        case Life.LEAVING:
            return replace(replica, life=Life.STOPPING, since=now, due=now + grace_s), Deed.TERMINATE
        case Life.STOPPING:
            return replace(replica, due=now + 1.0), Deed.KILL
    return replica, None


def endpoints(replicas: Mapping[str, Collection[Replica]]) -> dict[str, tuple[int, ...]]:
    """The ports to send to, by Deployment."""
    return {name: tuple(sorted(r.port for r in some if r.life is Life.READY)) for name, some in replicas.items()}


def report(replicas: Collection[Replica]) -> DeploymentStatus:
    """The Deployment's status as others read it."""
    return DeploymentStatus(
        tuple(
            ReplicaStatus(r.port, r.pid, r.life is Life.READY, r.restarts, r.message)
            for r in sorted(replicas, key=lambda r: r.slot)
        )
    )


def pause(crashes: int) -> float:
    """Seconds before the start after so many crashes in a row: 0.1, doubling up to 5."""
    return min(FIRST_PAUSE_S * 2.0 ** (crashes - 1), LONGEST_PAUSE_S)


def _ended(replica: Replica, why: str, now: float) -> Replica | None:
    if replica.life in (Life.LEAVING, Life.STOPPING):
        return None
    steady = replica.life is Life.READY and now - replica.since >= STEADY_S
    crashes = 1 if steady else replica.crashes + 1
    return Replica(
        slot=replica.slot,
        life=Life.WAITING,
        since=now,
        due=now + pause(crashes),
        restarts=replica.restarts + 1,
        crashes=crashes,
        message=why,
    )


def _answered(replica: Replica, sight: Sight, now: float) -> Replica:
    misses = 0 if sight.answer is Answer.YES else replica.misses + 1
    if misses >= MISSES:
        return replace(replica, life=Life.STARTING, since=now, misses=0, message=_complaint(sight))
    return replace(replica, misses=misses)


def _complaint(sight: Sight) -> str:
    if sight.answer is Answer.SILENT:
        return "does not answer its probe"
    return f"says that it is not ready: {sight.said}" if sight.said else "says that it is not ready"


def _leave(replica: Replica, now: float) -> Replica:
    return replace(replica, life=Life.LEAVING, since=now, due=now + QUIET_S, message="leaving")
