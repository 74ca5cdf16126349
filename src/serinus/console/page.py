"""EDGE The built page. In: the files beside this module, read once. Out: responses, compressed once, cached by hash."""

from __future__ import annotations

import gzip
import mimetypes
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from serinus.console.answers import HEADERS, problem
from serinus.console.refusals import stranger
from serinus.console.site import Site
from serinus.console.wire import Problem

FOREVER = "public, max-age=31536000, immutable"
INDEX = "index.html"


class Built(Struct, frozen=True):
    """One file, plain and compressed."""

    plain: bytes
    packed: bytes
    media_type: str


def built() -> dict[str, Built]:
    """Path below static/ -> file."""
    found: dict[str, Built] = {}
    waiting: list[tuple[str, Traversable]] = [("", files("serinus.console") / "static")]
    while waiting:
        prefix, place = waiting.pop()
        for entry in place.iterdir():
            if entry.is_dir():
                waiting.append((f"{prefix}{entry.name}/", entry))
            else:
                found[prefix + entry.name] = _read(entry)
    return found


def _read(entry: Traversable) -> Built:
    plain = entry.read_bytes()
    kind = mimetypes.guess_type(entry.name)[0] or "application/octet-stream"
    return Built(plain, gzip.compress(plain, 9, mtime=0), "text/javascript" if entry.name.endswith(".js") else kind)


class Page:
    """Every address of the application answers with the same page; its script looks at the address."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._files = built()

    async def answer(self, request: Request) -> Response:
        """A built file, else the page."""
        if refused := stranger(request.headers, self._site):
            return problem(refused)
        name = request.path_params.get("path", "")
        file = self._files.get(name)
        if file is None and (name.startswith(("api/", "assets/")) or INDEX not in self._files):
            return problem(Problem("Nothing here", 404, "NoSuchPage", f"no page {name!r}"))
        cached = FOREVER if name.startswith("assets/") else "no-cache"
        return _sent(file or self._files[INDEX], cached, packed="gzip" in request.headers.get("accept-encoding", ""))


def _sent(file: Built, cached: str, *, packed: bool) -> Response:
    headers = HEADERS | {"Cache-Control": cached, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(file.packed if packed else file.plain, headers=headers, media_type=file.media_type)
