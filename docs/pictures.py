"""Draws docs/images from a demo that has run. In: its state directory, its X-Ray's URL. Out: SVG files.
Run as `python docs/pictures.py STATE_DIRECTORY URL` while `serinus xray --store …` serves the demo's store.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from pathlib import Path

from rich.console import Console, RenderableType

from serinus.cli import servicemap, waterfall
from serinus.cli.demonstration import ENDING
from serinus.cli.progress import Tally, panel
from serinus.cli.watch import snapshot
from serinus.local.state import State
from serinus.traces.client import XRayClient
from serinus_xray.segment import decode

IMAGES = Path(__file__).parent / "images"


def picture(name: str, content: RenderableType, width: int) -> None:
    """One SVG; fonts are the reader's own, nothing is fetched."""
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(content)
    svg = console.export_svg(title="serinus")
    (IMAGES / name).write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL))


def main(directory: Path, url: str) -> None:
    """A run that ended well gives the live view and the service map, one that was rolled back a faulty trace."""
    state, client, now = State(directory), XRayClient(url), time.time()
    release = state.release("notification")
    assert release is not None
    ending = json.loads((directory / ENDING).read_text())
    requests, mail = ending["requests"], ending["mail"]
    tally = Tally(requests["total"], requests["failed"], mail["created"], mail["delivered"], mail["by"])
    seen = snapshot(state, release, tally, ending["duration_s"])
    if seen.run.examples:
        example = seen.run.examples[0]
        documents = [part["Document"] for part in example["Segments"]]
        picture("waterfall.svg", waterfall.drawn(str(example["Id"]), waterfall.rows(map(decode, documents))), 170)
        return
    picture("release.svg", panel(seen), 130)
    picture("map.svg", servicemap.drawn(servicemap.nodes(client.service_graph(now - 6 * 3600, now))), 120)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
