"""Where load balancers have their keys, on loopback. In: keys by id. Out: HTTP answers, and what was asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.loopback import answering


class KeyServer(ThreadingHTTPServer):
    """Keys by path; `asked`: the paths, in order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys: dict[str, str] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        found = self.server.keys.get(self.path.strip("/"))
        self.send_response(302 if found == "moved" else 200 if found else 404)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write((found or "").encode())

    def log_request(self, *_: object) -> None:
        """Nowhere."""


def key_server() -> AbstractContextManager[KeyServer]:
    return answering(KeyServer())
