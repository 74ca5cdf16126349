"""One release after the other pass, until it is deleted or the operator ends. In: a name, something that runs a pass.
Out: passes, each as soon as the plan before it asks; what goes wrong is counted, logged and tried again.
"""

from __future__ import annotations

import logging
import time
from typing import Final, Protocol

from serinus.errors import InvalidInput, RecordError, SerinusError
from serinus.kube.api import Api
from serinus.kube.claims import contested
from serinus.kube.cluster import KubernetesCluster
from serinus.kube.conditions import dated, refusal
from serinus.kube.kinds import RELEASE, Json
from serinus.kube.metrics import Metrics
from serinus.kube.routing import router_for
from serinus.release.plan import Plan
from serinus.release.spec import parse_release
from serinus.release.transitions import AT_REST

log = logging.getLogger(__name__)
REST_S: Final = 3.0
LONGEST_PAUSE_S: Final = 5.0


class Passes(Protocol):
    """The controller's part, wired by whoever starts the operator."""

    async def run(self, namespace: str, name: str, cluster: KubernetesCluster) -> Plan:
        """One pass: observe, collect, judge, decide, apply. Raises SerinusError."""

    async def leave(self, namespace: str, name: str) -> None:
        """The release is gone: take back what was set up for its runs. Raises SerinusError."""


class Stopped(Protocol):
    """Whether to stop, and a pause that ends early when it is so."""

    def is_set(self) -> bool:
        """True once the release is deleted or the operator ends."""

    async def wait(self, seconds: float) -> object:
        """Returns when it is set, or after so many seconds."""


class Releases:
    """Follows any number of releases, each in a task of its own."""

    def __init__(self, api: Api, passes: Passes, metrics: Metrics) -> None:
        self._api = api
        self._passes = passes
        self._metrics = metrics
        self._phases: dict[tuple[str, str], str] = {}

    async def follow(self, namespace: str, name: str, stopped: Stopped) -> None:
        """Passes until stopped."""
        cluster = KubernetesCluster(self._api, namespace)
        failures = 0
        while not stopped.is_set():
            pause = await self._once(namespace, name, cluster)
            failures = 0 if pause is not None else failures + 1
            await stopped.wait(pause if pause is not None else min(0.2 * 2.0**failures, LONGEST_PAUSE_S))

    async def leave(self, namespace: str, name: str) -> None:
        """The release is deleted: nothing moves, and nothing of ours stays. Raises SerinusError."""
        document = await self._api.get(RELEASE, namespace, name)
        if document is not None:
            await self._leave_route(document)
        await self._passes.leave(namespace, name)
        self._metrics.forget(namespace, name)
        self._phases.pop((namespace, name), None)

    async def _leave_route(self, document: Json) -> None:
        try:
            release = parse_release({key: document[key] for key in ("metadata", "spec")})
        except InvalidInput:
            return
        await router_for(release.spec.traffic).leave(self._api, release)

    async def _once(self, namespace: str, name: str, cluster: KubernetesCluster) -> float | None:
        """Seconds until the next pass; None: it failed."""
        began = time.monotonic()
        try:
            if await self._refused(namespace, name):
                return REST_S
            plan = await self._passes.run(namespace, name, cluster)
        except InvalidInput as error:
            return await self._unfit(namespace, name, "SpecInvalid", str(error))
        except RecordError as error:
            return await self._unfit(namespace, name, "RecordUnreadable", str(error))
        except SerinusError as error:
            log.warning("%s/%s: %s", namespace, name, error)
            self._metrics.failed(namespace, name, type(error).__name__)
            return None
        except Exception as error:  # whatever it is, the release must be looked at again
            log.exception("%s/%s: the pass failed", namespace, name)
            self._metrics.failed(namespace, name, type(error).__name__)
            return None
        self._metrics.passed(namespace, name, plan, time.monotonic() - began, time.time())
        self._note(namespace, name, plan)
        return REST_S if plan.status.phase in AT_REST else plan.wake_after

    async def _refused(self, namespace: str, name: str) -> bool:
        """A spec that cannot be taken, or another release on the same Service: said in conditions, nothing moved."""
        documents = await self._api.find(RELEASE, namespace, {})
        document = next((each for each in documents if each["metadata"]["name"] == name), None)
        if document is None:
            return True
        reason, message = _objection(document, documents)
        if reason:
            await self._refuse(document, reason, message)
        return bool(reason)

    async def _unfit(self, namespace: str, name: str, reason: str, message: str) -> float | None:
        """What only a whole look shows, such as one name in X-Ray for both versions."""
        log.warning("%s/%s: %s", namespace, name, message)
        self._metrics.failed(namespace, name, reason)
        try:
            document = await self._api.get(RELEASE, namespace, name)
            if document is not None:
                await self._refuse(document, reason, message)
        except SerinusError:
            return None
        return REST_S

    async def _refuse(self, document: Json, reason: str, message: str) -> None:
        metadata, before = document["metadata"], document.get("status", {})
        known = {each["type"]: each for each in before.get("conditions", [])}
        new = dated(refusal(reason, message), list(known.values()), metadata.get("generation", 0), time.time())
        conditions = [*new, *(each for kind, each in known.items() if kind not in {one["type"] for one in new})]
        status = {**before, "conditions": conditions, "reason": reason, "message": message}
        if status != before:
            await self._api.apply(RELEASE, metadata["namespace"], metadata["name"], {"status": status}, "status")

    def _note(self, namespace: str, name: str, plan: Plan) -> None:
        phase = str(plan.status.phase)
        if self._phases.get((namespace, name)) != phase:
            log.info("%s/%s %s %s: %s", namespace, name, phase, plan.status.reason, plan.status.message)
            self._metrics.decided(namespace, name, plan)
        self._phases[namespace, name] = phase


def _objection(document: Json, documents: list[Json]) -> tuple[str, str]:
    try:
        parse_release({key: document[key] for key in ("metadata", "spec")})
    except InvalidInput as error:
        return "SpecInvalid", str(error)
    message = contested(document, documents)
    return ("AlreadySteered", message) if message else ("", "")
