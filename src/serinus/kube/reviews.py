"""EDGE Who is it, and may they? In: a token, or a person and a verb. Out: what TokenReview and SubjectAccessReview say.
The cluster decides both; nothing is done in anybody's name, and no token is kept.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx2
from lightkube.core.async_client import AsyncClient
from lightkube.core.exceptions import ApiError
from lightkube.generic_resource import create_global_resource
from msgspec import Struct

from serinus.errors import ClusterError
from serinus.kube.kinds import RELEASE, SUBJECT_ACCESS_REVIEW, TOKEN_REVIEW, Json, Kind

RESOURCE: Final = f"{RELEASE.plural}.{RELEASE.group}"
AT_ONCE: Final = 8


class Subject(Struct, frozen=True):
    """Somebody as the cluster knows them; `extra` is for its authorizers."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Reviews:
    """At most eight questions at once: whoever floods the console does not flood the cluster."""

    def __init__(self, client: AsyncClient) -> None:
        self._client: Any = client
        self._free = asyncio.Semaphore(AT_ONCE)

    async def subject(self, token: str, audiences: tuple[str, ...] = ()) -> Subject | None:
        """Whose token it is; None: nobody's, or not for these audiences (none: the API server's own).
        Raises ClusterError.
        """
        spec: Json = {"token": token} | ({"audiences": list(audiences)} if audiences else {})
        status = await self._review(TOKEN_REVIEW, spec)
        user = status.get("user") or {}
        if not status.get("authenticated") or not user.get("username"):
            return None
        if audiences and not set(audiences) & set(status.get("audiences") or ()):
            return None  # a reviewer that knows nothing of audiences leaves them out
        extra = sorted((key, tuple(values)) for key, values in (user.get("extra") or {}).items())
        return Subject(user["username"], tuple(user.get("groups") or ()), user.get("uid", ""), tuple(extra))

    async def allowed(self, subject: Subject, verb: str, namespace: str, kind: Kind = RELEASE) -> bool:
        """Whether whatever authorizes there lets them do this. `namespace`: "" for all. Raises ClusterError."""
        attributes = {"group": kind.group, "resource": kind.plural, "verb": verb}
        spec: Json = {
            "user": subject.name,
            "groups": list(subject.groups),
            "uid": subject.uid,
            "extra": {key: list(values) for key, values in subject.extra},
            "resourceAttributes": attributes | ({"namespace": namespace} if namespace else {}),
        }
        status = await self._review(SUBJECT_ACCESS_REVIEW, spec)
        return status.get("allowed") is True and not status.get("denied")

    async def _review(self, kind: Kind, spec: Json) -> Json:
        resource: Any = create_global_resource(kind.group, kind.version, kind.name, kind.plural)
        try:
            async with self._free:
                found = await self._client.create(resource({"metadata": {}, "spec": spec}))
        except httpx2.HTTPError as error:  # a failed call may quote what was sent: neither it nor its cause is shown
            said = f"answers {error.status.code}" if isinstance(error, ApiError) else type(error).__name__
            raise ClusterError(f"create {kind.plural}: {said}") from None
        status: Json = dict(found).get("status") or {}
        return status
