"""Everything a pass looks at, read afresh. In: the API, a release's name. Out: plain objects, in one value.
Reading only: what they mean is in observe.py.
"""

from __future__ import annotations

from msgspec import Struct

from serinus.errors import RecordError
from serinus.kube.api import Api
from serinus.kube.documents import release_status
from serinus.kube.kinds import DEPLOYMENT, POD, RELEASE, RELEASE_LABEL, RUN, Json
from serinus.kube.routing import Sighting, router_for
from serinus.kube.workloads import Pair, Version, own_pods, selector
from serinus.release.spec import CanaryRelease, parse_release


class Objects(Struct, frozen=True):
    """`records`: all of the release's CanaryRuns if it has no status yet, else only the one of the present run."""

    document: Json
    release: CanaryRelease
    records: tuple[Json, ...]
    pair: Pair
    sighting: Sighting


async def read(api: Api, namespace: str, name: str) -> Objects:
    """Raises ClusterError, InvalidInput (the spec), RecordError (no such release, or a status nobody can read)."""
    document = await api.get(RELEASE, namespace, name)
    if document is None:
        raise RecordError(f"no CanaryRelease {name!r} in namespace {namespace!r}")
    release = parse_release({key: document[key] for key in ("apiVersion", "kind", "metadata", "spec")})
    pair = Pair(
        await _version(api, namespace, release.spec.stable.deployment),
        await _version(api, namespace, release.spec.canary.deployment),
    )
    sighting = await router_for(release.spec.traffic).look(api, release, pair)
    return Objects(document, release, await _records(api, namespace, name, document), pair, sighting)


async def _version(api: Api, namespace: str, name: str) -> Version:
    deployment = await api.get(DEPLOYMENT, namespace, name)
    if deployment is None:
        return Version(name)
    pods = await api.find(POD, namespace, selector(deployment))
    return Version(name, deployment, own_pods(name, pods))


async def _records(api: Api, namespace: str, name: str, document: Json) -> tuple[Json, ...]:
    status = release_status(document.get("status"))
    if status is None:
        return tuple(await api.find(RUN, namespace, {RELEASE_LABEL: name}))
    if not status.run:
        return ()
    run = await api.get(RUN, namespace, run_name(name, status.run))
    return (run,) if run else ()


def run_name(release: str, number: int) -> str:
    """The CanaryRun of a release's run."""
    return f"{release}-{number}"
