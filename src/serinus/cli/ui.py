"""`serinus ui`: the console in a browser. In: options. Out: the URL that opens one session, then pages until Ctrl-C.
Here the console, the laptop's files and the X-Ray API are put together.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serinus.cli.login import login_name
from serinus.cli.options import EndpointOption, StateOption, state_directory, xray_url

if TYPE_CHECKING:
    from serinus.console.desk import Desk
    from serinus.console.port import Denied, Finding, Person, Seen
    from serinus.local.state import State
    from serinus.release.run import Run
    from serinus.release.world import Command
    from serinus.traces.client import XRayClient

NAMESPACE = "default"


def ui(
    state: StateOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port")] = 0,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="open a browser")] = True,
    read_only: Annotated[bool, typer.Option("--read-only", help="nobody may change anything")] = False,
    token_file: Annotated[
        Path | None, typer.Option(help="the one-time token is in this file, instead of a fresh one")
    ] = None,
    endpoint_url: EndpointOption = None,
) -> None:
    """Show releases in a browser: is the canary OK, why, and what can I do."""
    import asyncio
    import webbrowser

    from serinus.console.server import serve

    directory = state_directory(state)
    desk = laptop_desk(directory, endpoint_url, read_only=read_only)
    token = desk.sessions.token(token_file.read_text().strip() if token_file else "")

    def announce(url: str) -> None:
        link = opening(url, token)
        print(f"console {link}", flush=True)
        if open_:
            webbrowser.open(link)

    asyncio.run(serve(desk, port, announce))


@asynccontextmanager
async def alongside(directory: Path, port: int) -> AsyncIterator[str]:
    """The console within this process until the end of the block: the URL that opens one session. Raises PortTaken."""
    import asyncio

    from serinus.console.server import serve

    desk, stop = laptop_desk(directory, None), asyncio.Event()
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(serve(desk, port, listening.set_result, stop, signals=False))

    def ended(task: asyncio.Future[None]) -> None:
        if not listening.done():
            listening.set_exception(task.exception() or RuntimeError("the console ended before it began"))

    serving.add_done_callback(ended)
    try:
        yield opening(await listening, desk.sessions.token())
    finally:
        stop.set()
        await serving


def opening(url: str, token: str) -> str:
    """The URL that opens one session; what stands behind # is never sent or logged."""
    return f"{url}login#token={token}"


def laptop_desk(directory: Path, endpoint_url: str | None, *, read_only: bool = False) -> Desk:
    """A console over a demo's state directory; for this process or another's."""
    from importlib.metadata import version

    from serinus.console.desk import Desk
    from serinus.console.port import Person
    from serinus.console.session import Sessions
    from serinus.local.state import State

    traces = LaptopTraces(directory, endpoint_url)
    return Desk(
        releases=LaptopReleases(State(directory)),
        traces=traces,
        rights=ReadOnly() if read_only else Owner(),
        doctor=XRayDoctor(traces.client),
        sessions=Sessions(Person(login_name())),
        clock=time.time,
        source=f"this machine, {directory}",
        xray=endpoint_url or xray_url(directory) or "the demo's X-Ray",
        version=version("serinus"),
        began=time.time(),
        logs=LaptopLogs(directory),
    )


class Owner:
    """Whoever holds the link runs everything on this machine anyway."""

    async def refusal(self, person: Person, verb: str, namespace: str) -> Denied | None:
        del person, verb, namespace
        return None


class ReadOnly:
    """To show around."""

    async def refusal(self, person: Person, verb: str, namespace: str) -> Denied | None:
        from serinus.console.port import Denied

        if verb in ("get", "list"):
            return None
        return Denied(f"this console was started with --read-only: {person.name} may not {verb} in {namespace}")


class LaptopLogs:
    """Beside the demo's records."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def lines(self, namespace: str, name: str, number: int) -> Iterator[bytes]:
        from serinus.local.journal import log_files, log_lines

        if namespace != NAMESPACE:
            return iter(())
        return log_lines(tuple(path for path in log_files(self._directory / "runs", name, number) if path.is_file()))


class LaptopTraces:
    """The demo's own X-Ray, found once it has said where it is; before that nobody is asked, least of all AWS."""

    def __init__(self, directory: Path, endpoint_url: str | None) -> None:
        self._directory, self._endpoint_url = directory, endpoint_url
        self._found: XRayClient | None = None

    def client(self) -> XRayClient:
        """Raises TracesUnavailable while nobody knows where it is."""
        from serinus.cli.pasted import gone
        from serinus.errors import TracesUnavailable
        from serinus.local.presence import ended
        from serinus.traces.client import XRayClient

        if self._found is None:
            url = self._endpoint_url or xray_url(self._directory)
            if url is None:
                over = ended(self._directory)
                raise TracesUnavailable(str(gone(self._directory)) if over else "the demo's X-Ray has not started yet")
            self._found = XRayClient(url, attempts=2)
        return self._found

    def summaries(self, start: float, end: float, expression: str = "") -> list[dict[str, Any]]:
        return self.client().summaries(start, end, expression)

    def batch_get(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return self.client().batch_get(ids)

    def service_graph(self, start: float, end: float) -> list[dict[str, Any]]:
        return self.client().service_graph(start, end)

    def page(self, trace_id: str) -> str:
        return self._found.page(trace_id) if self._found else ""

    def calls_by_outcome(self) -> Mapping[tuple[str, str], int]:
        return self._found.calls_by_outcome() if self._found else {}


class XRayDoctor:
    """The checks of `serinus doctor`."""

    def __init__(self, client: Callable[[], XRayClient]) -> None:
        self._client = client

    async def findings(self) -> tuple[Finding, ...]:
        from serinus.console.port import Finding
        from serinus.errors import TracesError
        from serinus.traces.preflight import preflight

        try:
            found = await preflight(self._client(), time.time)
        except TracesError as error:
            return (Finding("access", ok=False, message=str(error)),)
        return tuple(Finding(one.check, one.ok, one.message) for one in found)


class LaptopReleases:
    """The state directory as the console's releases."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def keys(self) -> tuple[tuple[str, str], ...]:
        return tuple((NAMESPACE, name) for name in self._state.releases())

    async def seen(self, namespace: str, name: str) -> Seen | None:
        from serinus.console.port import Pods, Seen
        from serinus.release.run import Run
        from serinus.release.status import Status

        release = self._state.release(name) if namespace == NAMESPACE else None
        if release is None:
            return None
        status = self._state.status(name) or Status()

        def pods(deployment: str) -> Pods:
            reported, template = self._state.deployment_status(deployment), self._state.template(deployment)
            return Pods(
                ready=reported.ready if reported else 0,
                desired=self._state.scale(deployment),
                service=template.service if template else "",
                message=reported.message if reported else "",
            )

        return Seen(
            release=release,
            status=status,
            run=self._state.run(name, status.run) or Run(),
            command=self._state.command(name),
            stable=pods(release.spec.stable.deployment),
            canary=pods(release.spec.canary.deployment),
        )

    async def run(self, namespace: str, name: str, number: int) -> Run | None:
        return self._state.run(name, number) if namespace == NAMESPACE else None

    async def ask(self, namespace: str, name: str, command: Command) -> None:
        del namespace
        self._state.write_command(name, command)


if __name__ == "__main__":
    typer.run(ui)
