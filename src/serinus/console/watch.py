"""EDGE The console's one look at the world, for all pages together. In: the desk, twice a second.
Out: news of rows that changed. What cannot be read is news too, and the looking goes on.
"""

from __future__ import annotations

import asyncio
import logging

from serinus.console.desk import Desk
from serinus.console.rows import row
from serinus.errors import SerinusError

LOOK_S = 0.5
log = logging.getLogger(__name__)
Key = tuple[str, str]


async def watch(desk: Desk) -> None:
    """For ever."""
    told: dict[Key, object] = {}
    trouble = ""
    while True:
        try:
            await look(desk, told)
            desk.pulse.at = desk.clock()
            said = ""
        except SerinusError as error:
            said = str(error)
        if said != trouble:
            log.warning("%s", said or "the releases can be read again")
            desk.feed.push("trouble", {"detail": said})
        trouble = said
        await asyncio.sleep(LOOK_S)


async def look(desk: Desk, told: dict[Key, object]) -> None:
    """One pass; `told` holds what was said last of each release."""
    keys = await desk.releases.keys()
    for key in keys:
        seen = await desk.releases.seen(*key)
        if seen is None:
            continue
        now = row(seen, desk.clock())
        if told.get(key) != now:
            told[key] = now
            desk.feed.push("release", now, key[0])
    for gone in set(told) - set(keys):
        del told[gone]
        desk.feed.push("gone", {"namespace": gone[0], "name": gone[1]}, gone[0])
