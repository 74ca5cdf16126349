"""EDGE A cluster's releases and rights, as the console asks for them. In: the Kubernetes API. Out: its ports, filled.
Releases are watched; what else was read is good for a moment, so that many pages cost no more than one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from serinus.console.port import Denied, Permission, Person, Pods, Seen
from serinus.errors import ClusterError, InvalidInput, RecordError
from serinus.judge.evidence import Evidence
from serinus.kube.documents import release_status, run_of
from serinus.kube.following import Following, Key, key_of
from serinus.kube.kinds import COMMAND, DEPLOYMENT, RELEASE, RUN, Json, Kind
from serinus.kube.objects import run_name
from serinus.kube.observe import command_of
from serinus.kube.reviews import RESOURCE, Subject
from serinus.kube.workloads import ready, service_of
from serinus.release.run import Run
from serinus.release.spec import parse_release
from serinus.release.status import Status
from serinus.release.transitions import AT_REST
from serinus.release.world import Command

log = logging.getLogger(__name__)
RUNNING_S, RESTING_S = 2.0, 60.0
RIGHTS_S: Final = 5.0
MOST_RIGHTS: Final = 4096


class Api(Protocol):
    """Everything that is asked of Kubernetes here; each may raise ClusterError. See `kube.api`."""

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None: ...

    async def listed(self, kind: Kind, namespace: str) -> tuple[list[Json], str]: ...

    def watch(self, kind: Kind, namespace: str, version: str, quiet_s: float) -> AsyncIterator[tuple[str, Json]]: ...

    async def annotate(self, kind: Kind, namespace: str, name: str, annotations: Mapping[str, str]) -> bool: ...


class Judges(Protocol):
    """Who may do what; see `kube.reviews`."""

    async def allowed(self, subject: Subject, verb: str, namespace: str) -> bool: ...


class _Look(Struct, frozen=True):
    """What a release looked like at this version of its resource; None: it cannot be read."""

    version: str
    until: float
    seen: Seen | None


class ClusterReleases:
    """`namespaces`: where to look, `*` for all. To be closed by whoever asked for it."""

    def __init__(self, api: Api, namespaces: tuple[str, ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._followed = tuple(Following(api, RELEASE, place, clock) for place in namespaces)
        self._looks: dict[Key, _Look] = {}

    async def keys(self) -> tuple[Key, ...]:
        return tuple(await self._documents())

    async def seen(self, namespace: str, name: str) -> Seen | None:
        key = namespace, name
        document = (await self._documents()).get(key)
        if document is None:
            return None
        look, version = self._looks.get(key), str(document["metadata"].get("resourceVersion", ""))
        if look is None or look.version != version or look.until <= self._clock():
            before = look.version if look else None
            self._looks[key] = look = await self._look(document, version, before)
        return look.seen

    async def run(self, namespace: str, name: str, number: int) -> Run | None:
        if (namespace, name) not in await self._documents():
            return None
        return run_of(await self._api.get(RUN, namespace, run_name(name, number)))

    async def ask(self, namespace: str, name: str, command: Command) -> None:
        """The annotation that the operator sees in its next World. ClusterError: the release is gone."""
        log.info("%s asks to %s %s/%s: %r", command.by, command.verb, namespace, name, command.reason)
        annotation = {COMMAND: msgspec.json.encode(command).decode()}
        if not await self._api.annotate(RELEASE, namespace, name, annotation):
            raise ClusterError(f"annotate {RELEASE.plural} {namespace}/{name}: it is gone")

    async def _documents(self) -> dict[Key, Json]:
        found: dict[Key, Json] = {}
        for one in self._followed:
            found |= await one.objects()
        for gone in self._looks.keys() - found.keys():
            del self._looks[gone]
        return {key: found[key] for key in sorted(found)}

    async def close(self) -> None:
        """No more watches."""
        for one in self._followed:
            await one.stop()

    async def _look(self, document: Json, version: str, before: str | None) -> _Look:
        try:
            seen, lasts = await self._read(document)
        except (InvalidInput, RecordError) as error:
            if version != before:
                log.warning("%s/%s cannot be shown: %s", *key_of(document), error)
            return _Look(version, self._clock() + RESTING_S, None)
        return _Look(version, self._clock() + lasts, seen)

    async def _read(self, document: Json) -> tuple[Seen, float]:
        namespace, name = key_of(document)
        release = parse_release({key: document[key] for key in ("apiVersion", "kind", "metadata", "spec")})
        status = release_status(document.get("status")) or Status()
        run = await self._api.get(RUN, namespace, run_name(name, status.run)) if status.run else None
        stable = await self._api.get(DEPLOYMENT, namespace, release.spec.stable.deployment)
        canary = await self._api.get(DEPLOYMENT, namespace, release.spec.canary.deployment)
        record = light(run_of(run) or Run())
        seen = Seen(release, status, record, _pods(stable), _pods(canary), command_of(document))
        return seen, RESTING_S if status.phase in AT_REST else RUNNING_S


class ClusterRights:
    """SubjectAccessReview for each person, verb and namespace; an answer is good for five seconds."""

    def __init__(self, reviews: Judges, clock: Callable[[], float] = time.monotonic) -> None:
        self._reviews, self._clock = reviews, clock
        self._known: dict[tuple[Person, str, str], tuple[float, Denied | None]] = {}

    async def refusal(self, person: Person, verb: str, namespace: str) -> Denied | None:
        asked = person, verb, namespace
        known = self._known.pop(asked, None)
        if known is None or known[0] <= self._clock():
            subject = Subject(person.name, person.groups, person.uid, person.extra)
            allowed = await self._reviews.allowed(subject, verb, namespace)
            known = self._clock() + RIGHTS_S, None if allowed else _denied(person, verb, namespace)
        while len(self._known) >= MOST_RIGHTS:
            del self._known[next(iter(self._known))]
        self._known[asked] = known
        return known[1]


def light(run: Run) -> Run:
    """A record without what takes room: traces by their ids only, of the evidence when the fault was found."""
    ids = tuple({"Id": example.get("Id", "")} for example in run.examples)
    return replace(run, examples=ids, evidence=Evidence(found_at=run.evidence.found_at))


def _denied(person: Person, verb: str, namespace: str) -> Denied:
    place = f"in namespace {namespace}" if namespace else "in all namespaces"
    why = f"{person.name} may not {verb} {RESOURCE} {place}"
    return Denied(why, Permission(verb, RESOURCE, namespace))


def _pods(deployment: Json | None) -> Pods:
    if deployment is None:
        return Pods()
    desired = int(deployment["spec"].get("replicas", 1))
    return Pods(ready(deployment), desired, service_of(deployment))
