"""A Kubernetes API server, as far as the command line and the console ask one: objects flow in, HTTP answers flow out.

It listens on loopback; `refuses` makes it answer everything with this status.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.loopback import answering

Json = dict[str, Any]
REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
TOKENS = "/apis/authentication.k8s.io/v1/tokenreviews"
ACCESS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
GROUPS = {
    "CanaryRelease": ("serinus.dev/v1alpha1", "canaryreleases"),
    "CanaryRun": ("serinus.dev/v1alpha1", "canaryruns"),
    "Deployment": ("apps/v1", "deployments"),
}


class ApiServer(ThreadingHTTPServer):
    """`objects` by path; `patches` in the order in which they came: path, content type, body. `knows`: whether the
    CustomResourceDefinitions are installed. `user`: "" for a cluster that tells nobody who they are. `tokens`: what
    TokenReview answers, by token. `rights`: (user or group, verb, namespace, "" for all), where a verb of
    anything but releases is `get canaryruns`. `calls`: (verb, plural).
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, Json] = {}
        self.patches: list[tuple[str, str, Json]] = []
        self.knows = True
        self.user = "ana@example.com"
        self.refuses = 0
        self.tokens: dict[str, Json] = {}
        self.rights: set[tuple[str, str, str]] = set()
        self.reviews: list[Json] = []
        self.calls: set[tuple[str, str]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, document: Json) -> None:
        group, plural = GROUPS[document["kind"]]
        metadata = document["metadata"]
        self.objects[f"/apis/{group}/namespaces/{metadata['namespace']}/{plural}/{metadata['name']}"] = document

    def below(self, path: str) -> list[Json]:
        """The objects of a kind: of a namespace, or of all."""
        head, plural = path.rsplit("/", 1)
        return [one for at, one in self.objects.items() if at.startswith(f"{head}/") and at.split("/")[-2] == plural]

    def known(self, spec: Json) -> Json:
        """A TokenReview's status; a token is for the audiences asked for unless it names its own."""
        user = self.tokens.get(spec["token"])
        if user is None:
            return {"authenticated": False, "error": "[invalid bearer token]"}
        wanted: list[str] = spec.get("audiences", [])
        own: list[str] = user.get("audiences", wanted)
        fits = not own or not wanted or bool(set(own) & set(wanted))
        return {"authenticated": fits, "user": {key: one for key, one in user.items() if key != "audiences"}} | (
            {"audiences": own} if own else {}
        )

    def judged(self, spec: Json) -> Json:
        """A SubjectAccessReview's status."""
        asked = spec["resourceAttributes"]
        assert asked["group"] == "serinus.dev"
        who = {spec["user"], *spec["groups"]}
        places = {"", asked.get("namespace", "")}
        verb = asked["verb"] if asked["resource"] == "canaryreleases" else f"{asked['verb']} {asked['resource']}"
        found = any((one, verb, place) in self.rights for one in who for place in places)
        return {"allowed": found}


class _Handler(BaseHTTPRequestHandler):
    server: ApiServer

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if "watch=true" in query:
            self._watched(path)
            return
        listed = "/namespaces/" not in path or path.count("/") < 7
        self.server.calls.add(("list", path.split("/")[-1]) if listed else ("get", path.split("/")[-2]))
        if path in self.server.objects:
            self._answer(200, self.server.objects[path])
        elif path.endswith(("canaryreleases", "canaryruns")) and self.server.knows:
            self._answer(
                200,
                {"kind": "CanaryReleaseList", "metadata": {"resourceVersion": "1"}, "items": self.server.below(path)},
            )
        else:
            self._answer(404, {})

    def _watched(self, path: str) -> None:
        """Nothing ever changes; the answer lasts as long as whoever asked stays on the line."""
        self.server.calls.add(("watch", path.rsplit("/", maxsplit=1)[-1]))
        self.send_response(self.server.refuses or 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.flush()
        self.rfile.read(1)

    def do_PATCH(self) -> None:
        path, body = self.path.partition("?")[0], self._body()
        self.server.calls.add(("patch", path.split("/")[-2]))
        if path not in self.server.objects:
            self._answer(404, {})
            return
        self.server.patches.append((path, self.headers["Content-Type"], body))
        self._answer(200, self.server.objects[path])

    def do_POST(self) -> None:
        path, body = self.path.partition("?")[0], self._body()
        self.server.calls.add(("create", path.split("/")[-1]))
        if path in (TOKENS, ACCESS):
            self.server.reviews.append(body["spec"])
            status = self.server.known(body["spec"]) if path == TOKENS else self.server.judged(body["spec"])
            self._answer(201, {"metadata": {}, "status": status})
        elif path == REVIEWS and self.server.user:
            self._answer(201, {"metadata": {}, "status": {"userInfo": {"username": self.server.user}}})
        else:
            self._answer(404, {})

    def log_request(self, *_: object) -> None:
        """Nowhere."""

    def _body(self) -> Json:
        body: Json = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def _answer(self, status: int, body: Json) -> None:
        status = self.server.refuses or status
        if status >= 400:
            body = {"kind": "Status", "status": "Failure", "message": f"told to answer {status}", "code": status}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def api_server() -> AbstractContextManager[ApiServer]:
    return answering(ApiServer())


def kubeconfig(url: str, *contexts: str, namespace: str = "shop") -> Json:
    """Of clusters that all are this one; the first context is the current one."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "one", "cluster": {"server": url}}],
        "users": [{"name": "ana", "user": {}}],
        "contexts": [
            {"name": name, "context": {"cluster": "one", "user": "ana", "namespace": namespace}} for name in contexts
        ],
        "current-context": contexts[0],
    }
