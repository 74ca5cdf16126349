"""The kinds of objects that operator and console touch. In: nothing. Out: group, version and plural, and our names.
What each may be used for is in rbac.py.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

Json = dict[str, Any]


class Kind(Struct, frozen=True):
    """As in the path of an API request: /apis/GROUP/VERSION/namespaces/…/PLURAL."""

    group: str
    version: str
    name: str
    plural: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


GROUP: Final = "serinus.dev"
VERSION: Final = "v1alpha1"
FIELD_MANAGER: Final = "serinus"
COMMAND: Final = f"{GROUP}/command"
RELEASE_LABEL: Final = f"{GROUP}/release"
FINALIZER: Final = f"{GROUP}/leave-serving"

RELEASE: Final = Kind(GROUP, VERSION, "CanaryRelease", "canaryreleases")
RUN: Final = Kind(GROUP, VERSION, "CanaryRun", "canaryruns")
DEPLOYMENT: Final = Kind("apps", "v1", "Deployment", "deployments")
POD: Final = Kind("", "v1", "Pod", "pods")
SERVICE: Final = Kind("", "v1", "Service", "services")
EVENT: Final = Kind("", "v1", "Event", "events")
ENDPOINT_SLICE: Final = Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices")
HTTP_ROUTE: Final = Kind("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes")
TOKEN_REVIEW: Final = Kind("authentication.k8s.io", "v1", "TokenReview", "tokenreviews")
SUBJECT_ACCESS_REVIEW: Final = Kind("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews")
LEASE: Final = Kind("coordination.k8s.io", "v1", "Lease", "leases")
